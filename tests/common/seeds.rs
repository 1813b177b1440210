//! How many lives a test plays.

use std::ops::RangeInclusive;

/// The first few seeds, or as many as `LAMPLIGHTER_SEEDS` names: `tests/nightly` plays many. The tests that ask have
/// `seed` in their names.
pub fn seeds(few: u64) -> RangeInclusive<u64> {
    let asked = std::env::var("LAMPLIGHTER_SEEDS").ok();
    let count = asked.map_or(few, |text| text.parse().expect("LAMPLIGHTER_SEEDS counts"));
    1..=count
}

/// The days that each of them plays: all where `LAMPLIGHTER_SEEDS` asks, else the first few.
pub fn days(few: i64, all: i64) -> i64 {
    match std::env::var_os("LAMPLIGHTER_SEEDS") {
        Some(_) => all,
        None => few,
    }
}
