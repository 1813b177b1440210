//! Instants as Azure writes them.

use chrono::{DateTime, SecondsFormat, Utc};

/// Seven digits of a second and an offset, as most of Azure's answers have them.
pub(crate) fn long(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S.0000000+00:00").to_string()
}

/// Whole seconds and a `Z`: `2026-10-19T00:00:00Z`.
pub(crate) fn short(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Milliseconds and a `Z`, as Microsoft Foundry writes when something was made.
pub(crate) fn millis(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
