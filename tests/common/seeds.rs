//! How many lives a test plays.

use std::ops::RangeInclusive;

/// The first few seeds, or those that `LAMPLIGHTER_SEEDS` names: so many, or from one to another (`20-20`). `tests/nightly`
/// plays many. The tests that ask have `seed` in their names.
pub fn seeds(few: u64) -> RangeInclusive<u64> {
    let Ok(asked) = std::env::var("LAMPLIGHTER_SEEDS") else {
        return 1..=few;
    };
    let (first, last) = asked.split_once('-').unwrap_or(("1", &asked));
    let number = |text: &str| text.parse().expect("LAMPLIGHTER_SEEDS counts");
    number(first)..=number(last)
}

/// The days that each of them plays: all where `LAMPLIGHTER_SEEDS` asks, else the first few.
pub fn days(few: i64, all: i64) -> i64 {
    match std::env::var_os("LAMPLIGHTER_SEEDS") {
        Some(_) => all,
        None => few,
    }
}
