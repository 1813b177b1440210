//! What one workspace's pass brings home.

use super::tally::Tally;
use lamplighter_core::record::{Action, Resource};
use serde::Serialize;

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
    pub tally: Tally,
    pub actions: Vec<ActionLine>,
    pub problems: Vec<String>,
    pub oddities: Vec<String>,
    pub not_reached: Vec<String>,
    /// Not one resource could be read.
    pub unread: bool,
    /// The workspace's ARM id in lower case, unless all its resources were observed.
    pub unseen: Option<String>,
    /// Actions that were waited for, and ended otherwise.
    pub failed: usize,
}
