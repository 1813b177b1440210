//! The version of what is written.

/// The schema of everything that this program writes. Raised when a field changes its meaning; a field that is only
/// added needs no new number.
pub const SCHEMA: u32 = 1;
