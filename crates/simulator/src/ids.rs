//! Ids that are the same in every build and every run.

/// A GUID made of what it names, so that a world's ids are the same every time.
pub(crate) fn guid(seed: u64, kind: u64, number: u64) -> String {
    let mut dice =
        fastrand::Rng::with_seed(seed ^ (kind << 56) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (high, low) = (dice.u64(..), dice.u64(..));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// A number made of a text, the same in every build.
pub(crate) fn number_of(text: &str) -> u64 {
    text.bytes().fold(0, |sum: u64, byte| {
        sum.wrapping_mul(131).wrapping_add(byte.into())
    })
}
