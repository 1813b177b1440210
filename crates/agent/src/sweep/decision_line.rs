//! One resource's decision, as it is logged.

use super::record::Recorded;
use chrono::{DateTime, Utc};
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{Action, Reason, Resource};
use serde::Serialize;

/// One resource's decision, as it is logged.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionLine {
    #[serde(flatten)]
    pub resource: Resource,
    pub state: String,
    pub action: Action,
    pub reason: Reason,
    pub text: String,
    pub dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Something about the resource does not work as it should; said once a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// What Azure's own idle timer is to be set to, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timer: Option<u64>,
    /// Unreadable tags, each as one screen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<TagError>,
}

impl DecisionLine {
    pub fn of(one: &Recorded) -> DecisionLine {
        let (observed, decision) = (&one.decided.observed, &one.decided.decision);
        DecisionLine {
            resource: observed.resource.clone(),
            state: observed.compute.state.to_string(),
            action: decision.action,
            reason: decision.reason,
            text: decision.text.clone(),
            dry_run: decision.dry_run,
            next: decision.next.map(|next| next.at),
            evidence: decision.evidence.clone(),
            warning: decision.warning.clone(),
            idle_timer: decision.timer.map(|to| to.as_secs()),
            errors: observed.reading.errors.clone(),
        }
    }

    /// Whether there is nothing to say of it: nothing to do, and nothing wrong.
    pub fn is_plain(one: &Recorded) -> bool {
        let (reading, decision) = (&one.decided.observed.reading, &one.decided.decision);
        let quiet = decision.action == Action::Leave && decision.reason.is_plain();
        let told = decision.warning.is_some() || decision.stuck.is_some();
        quiet && !told && reading.errors.is_empty()
    }
}
