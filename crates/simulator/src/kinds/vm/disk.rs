//! What managed disks cost, whether their machine runs or not.

use rust_decimal::Decimal;

/// Premium SSDs: the GiB that a tier holds, and what it costs an hour in cents of cents of a US dollar in eastus (the
/// monthly price over 730 hours).
const TIERS: &[(u32, i64)] = &[
    (32, 72),
    (64, 140),
    (128, 270),
    (256, 521),
    (512, 1_003),
    (1_024, 1_851),
    (2_048, 3_550),
];

/// What a disk of so many GiB costs an hour: its tier is the smallest that holds it.
pub(crate) fn per_hour(gb: u32) -> Decimal {
    let tier = TIERS.iter().find(|(holds, _)| gb <= *holds);
    let (_, price) = tier.or(TIERS.last()).copied().unwrap_or_default();
    Decimal::new(price, 5)
}
