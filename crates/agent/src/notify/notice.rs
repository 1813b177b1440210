//! What an owner is told before a stop, or of one that waits.

use chrono::{DateTime, Utc};
use lamplighter_core::record::Resource;

/// What an owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub resource: Resource,
    /// What this is about.
    pub about: About,
    /// One or two sentences for the owner: what will happen, when (in the owner's zone), why.
    pub text: String,
    /// What it costs an hour while it runs, where prices know it: `"1.20 USD"`.
    pub cost_an_hour: Option<String>,
    /// How to keep it on, one sentence for each way that is open here; may be empty.
    pub to_keep: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// It will be stopped.
    StopAt(DateTime<Utc>),
    /// A stop is due, and waits for something that is not known.
    StopWaits,
}
