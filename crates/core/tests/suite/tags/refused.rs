//! Schedules that are refused.

use super::support::{refused, schedule};

/// Each is refused at its column, with its correction, which reads.
pub fn are_refused(cases: &[(&str, usize, Option<&str>)]) {
    for (text, column, suggestion) in cases {
        let error = refused("lamp-schedule", text);
        assert_eq!(
            (error.column, error.suggestion.as_deref()),
            (*column, *suggestion),
            "{text}: {error}"
        );
        assert!(error.blocks && !error.message.is_empty());
        if let Some(suggestion) = suggestion {
            schedule(suggestion);
        }
    }
}
