//! Money and hours as people read them in a terminal.

use rust_decimal::{Decimal, RoundingStrategy};

/// Money as people read it: two places, thousands apart.
pub fn money(amount: Decimal) -> String {
    let rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{:.2}", rounded.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let groups: Vec<&str> = whole
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() {
        "-"
    } else {
        ""
    };
    format!("{sign}{}.{cents}", groups.join(","))
}

/// Hours to one place, and none where it is 0.
pub fn hours(seconds: i64) -> String {
    of_hours(Decimal::from(seconds) / Decimal::from(3600))
}

/// The same of hours.
pub fn of_hours(hours: Decimal) -> String {
    money(hours.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_rounded_once_and_grouped() {
        for (text, shown) in [
            ("0", "0.00"),
            ("1234567.895", "1,234,567.90"),
            ("-12.345", "-12.35"),
            ("999.999", "1,000.00"),
            ("-0.001", "0.00"),
        ] {
            assert_eq!(money(text.parse().expect("a decimal")), shown);
        }
    }
}
