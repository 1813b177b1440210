//! Lengths of jobs.

use crate::duration;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A length of time, `4h`, or a range of which each job draws one, `4h-9h30m`. Whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LengthRange {
    /// Minutes, at least 1.
    pub from: u32,
    /// Minutes, not less than `from`.
    pub to: u32,
}

/// A text that is no length of time in whole minutes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LengthError {
    #[error("\"{0}\" is not a length of time; expected 4h or 4h-9h30m")]
    NotALength(String),
    #[error("\"{0}\" ends below where it begins")]
    Backwards(String),
}

impl TryFrom<String> for LengthRange {
    type Error = LengthError;
    fn try_from(text: String) -> Result<Self, LengthError> {
        let (from, to) = text.split_once('-').unwrap_or((&text, &text));
        match (minutes(from), minutes(to)) {
            (Some(from), Some(to)) if to < from => Err(LengthError::Backwards(text)),
            (Some(from), Some(to)) => Ok(LengthRange { from, to }),
            _ => Err(LengthError::NotALength(text)),
        }
    }
}

/// Whole minutes, at least one.
fn minutes(text: &str) -> Option<u32> {
    let length = duration::read(text.trim()).ok()?;
    let minutes = u32::try_from(length.as_secs() / 60).ok()?;
    (minutes > 0).then_some(minutes)
}

impl From<LengthRange> for String {
    fn from(range: LengthRange) -> String {
        let one = |minutes: u32| duration::print(Duration::from_secs(u64::from(minutes) * 60));
        if range.from == range.to {
            one(range.from)
        } else {
            format!("{}-{}", one(range.from), one(range.to))
        }
    }
}
