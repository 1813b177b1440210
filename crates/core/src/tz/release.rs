//! Releases of the tz database: a year and a letter, `2026f`.

use std::cmp::Ordering;

/// Whether a text is a release's name.
pub(super) fn is_release(text: &str) -> bool {
    parts(text).is_some()
}

/// Which of two is newer; `None` where one is no release's name.
pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    Some(parts(one)?.cmp(&parts(other)?))
}

/// After `z` comes `za`: the longer is the later.
fn parts(text: &str) -> Option<(u32, usize, &str)> {
    let (year, letters) = text.split_at_checked(4)?;
    let lower = !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_lowercase());
    let digits = year.bytes().all(|b| b.is_ascii_digit());
    let year = year.parse().ok().filter(|_| lower && digits)?;
    Some((year, letters.len(), letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_year_or_letter_is_newer_and_other_texts_are_no_releases() {
        for (one, other, expected) in [
            ("2026f", "2026f", Some(Ordering::Equal)),
            ("2025b", "2026a", Some(Ordering::Less)),
            ("2026g", "2026f", Some(Ordering::Greater)),
            ("2026za", "2026z", Some(Ordering::Greater)),
            ("2026", "2026f", None),
            ("2026f", "2026.6", None),
            ("2026F", "2026f", None),
            ("é026f", "2026f", None),
            ("", "2026f", None),
        ] {
            assert_eq!(compare(one, other), expected, "{one} {other}");
        }
    }
}
