//! A [`Day`](super::day::Day) as a small document: names stand once, times are seconds since the day began.

pub mod document;
mod read;
pub mod resource;

use document::Document;

pub use read::read;

/// A day as its document.
///
/// # Errors
/// It cannot be written as JSON, which does not happen to what was read from JSON.
pub fn write(document: &Document) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(document)
}
