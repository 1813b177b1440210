//! What a price is asked for.

/// What the price list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter<'a> {
    /// The VM size, in any case.
    pub size: &'a str,
    pub region: &'a str,
}
