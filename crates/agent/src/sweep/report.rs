//! What one workspace's pass brings home.

use chrono::{DateTime, Utc};
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{Action, Reason, Resource};
use rust_decimal::Decimal;
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

/// One action of this sweep and Azure's answer.
#[derive(Clone, Debug, Serialize)]
pub struct ActionLine {
    /// The operation's id.
    pub operation: String,
    #[serde(flatten)]
    pub resource: Resource,
    pub action: Action,
    pub accepted: bool,
    /// Azure's answer that the resource is not in a state for it: read again by the next sweep.
    pub wrong_state: bool,
    /// Refused in a way that does not pass by itself, or more than once in a row; or nobody knows what became of it.
    pub failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What one workspace's pass brings home.
#[derive(Debug, Default)]
pub struct PassReport {
    pub decisions: Vec<DecisionLine>,
    pub actions: Vec<ActionLine>,
    pub problems: Vec<String>,
    pub oddities: Vec<String>,
    pub not_reached: Vec<String>,
    /// Not one resource could be read.
    pub unread: bool,
    /// The workspace's ARM id in lower case, unless all its resources were observed.
    pub unseen: Option<String>,
    pub settled: usize,
    pub unsettled: usize,
    pub failed: usize,
    pub saved: Decimal,
    pub saving_per_hour: Decimal,
    pub off_by_lamplighter: usize,
}
