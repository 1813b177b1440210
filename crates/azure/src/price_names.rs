//! Names as the Retail Prices API spells them: its filters tell cases apart, Azure Machine Learning does not.

/// How the API most likely spells a size: `STANDARD_NC24ADS_A100_V4` is `Standard_NC24ads_A100_v4`. Only a
/// first guess that saves reading a whole region.
pub(super) fn likely_sku(size: &str) -> String {
    let upper = size.to_ascii_uppercase();
    let mut out = Vec::new();
    for (index, part) in upper.split('_').enumerate() {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        out.push(match index {
            0 => capitalised(part),
            1 => family(part),
            _ if part.strip_prefix('V').is_some_and(digits) => part.to_ascii_lowercase(),
            // PROMO, and the like; A100, T4, MI300X name an accelerator and stay.
            _ if part.bytes().all(|b| b.is_ascii_alphabetic()) => capitalised(part),
            _ => part.to_owned(),
        });
    }
    out.join("_")
}

fn capitalised(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let mut chars = lower.chars();
    match chars.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + chars.as_str(),
        None => lower,
    }
}

/// `NC24ADS`: letters before the first digit are the family, those after it are features.
fn family(part: &str) -> String {
    match part.find(|c: char| c.is_ascii_digit()) {
        Some(at) => part[..at].to_owned() + &part[at..].to_ascii_lowercase(),
        None => part.to_owned(),
    }
}

/// A region as ARM names it: `East US 2` is `eastus2`.
pub(super) fn region(location: &str) -> String {
    location
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase()
}

/// Whether a name can stand in a filter as it is.
pub fn is_plain(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    (1..=80).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_spelled_as_the_price_list_does() {
        for name in [
            "Standard_DS3_v2",
            "Standard_D2s_v3",
            "Standard_NC6s_v3",
            "Standard_NC24ads_A100_v4",
            "Standard_ND96isr_H100_v5",
            "Standard_ND96is_MI300X_v5",
            "Standard_NC4as_T4_v3",
            "Standard_E4-2s_v3",
            "Standard_NC6_Promo",
            "Standard_A2m_v2",
            "Basic_A0",
        ] {
            assert_eq!(likely_sku(&name.to_uppercase()), name);
        }
        for odd in ["", "_", "é_ß", "STANDARD", "___"] {
            likely_sku(odd);
        }
    }

    #[test]
    fn a_name_that_would_change_a_filter_is_not_plain() {
        assert!(is_plain("Standard_E4-2s_v3"));
        for bad in ["", "x' or '1' eq '1", "a b", "é", &"x".repeat(81)] {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}
