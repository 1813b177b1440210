//! What a caller is answered.

/// A page, and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub html: String,
    /// `Content-Security-Policy`.
    pub policy: String,
}
