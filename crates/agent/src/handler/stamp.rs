//! Times as people read them in answers and logs.

use chrono::{DateTime, SecondsFormat, Utc};

/// RFC 3339, UTC, whole seconds.
pub(super) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
