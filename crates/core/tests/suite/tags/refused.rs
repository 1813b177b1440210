//! Schedules that are refused.

use super::support::{refused, schedule};

/// Each is refused at its column, with its correction, which reads.
pub fn are_refused(cases: &[(&str, usize, Option<&str>)]) {
    let mut wrong = Vec::new();
    for (text, column, suggestion) in cases {
        let error = refused("lamp-schedule", text);
        if (error.column, error.suggestion.as_deref()) != (*column, *suggestion) {
            wrong.push(format!(
                "{text}: expected {column}, {suggestion:?}; got {error}"
            ));
        }
        assert!(error.blocks && !error.message.is_empty());
        if let Some(suggestion) = suggestion {
            schedule(suggestion);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
