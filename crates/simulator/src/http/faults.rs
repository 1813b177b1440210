//! Faults that are asked for by `POST /simulator/faults`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What goes wrong, where, and how often.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Fault {
    /// Part of the path with its query, in any case; every path where empty.
    pub path_contains: String,
    /// Every method where absent.
    pub method: Option<String>,
    /// How many calls it spoils; all until cleared where absent.
    pub count: Option<u32>,
    /// How many calls go well before.
    pub after: u32,
    pub status: Option<u16>,
    pub retry_after_seconds: Option<u64>,
    /// The connection is closed without an answer.
    pub reset: bool,
    pub delay_ms: u64,
    /// No answer ever comes.
    pub hang: bool,
    /// The connection is closed in the middle of the body.
    pub truncate_body: bool,
    pub body: Option<String>,
    pub content_type: Option<String>,
    /// Laid over the answer's own.
    pub headers: BTreeMap<String, String>,
}

/// The faults that are set.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, faults: Vec<Fault>) {
        self.0.extend(faults);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn all(&self) -> &[Fault] {
        &self.0
    }

    /// The first fault that spoils this call; it is used up by one.
    pub fn take(&mut self, method: &str, path_and_query: &str) -> Option<Fault> {
        if self.0.is_empty() {
            return None;
        }
        let path = path_and_query.to_lowercase();
        for fault in &mut self.0 {
            let meant = path.contains(&fault.path_contains.to_lowercase())
                && fault
                    .method
                    .as_deref()
                    .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
            if !meant || fault.count == Some(0) {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
                continue;
            }
            if let Some(count) = &mut fault.count {
                *count -= 1;
            }
            return Some(fault.clone());
        }
        None
    }
}
