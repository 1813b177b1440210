//! What came of a replay.

use super::figures::Figures;
use crate::policy::TagError;
use crate::record::{Action, Reason, Resource};
use crate::schedule::Power;
use crate::snapshot::Price;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Said with every result.
pub const NOTE: &str = "Nobody's own stops, starts or jobs are in it: \
    the money is an upper bound, against resources that would have been left on.";
/// What would have been.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    pub note: &'static str,
    pub taken_at: DateTime<Utc>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub step_seconds: i64,
    /// The tags laid over every compute's own; an empty value took one away.
    pub set: BTreeMap<String, String>,
    pub resources: Vec<Played>,
    pub owners: Vec<OfOwner>,
    pub total: OfOwner,
    /// Every stop and start, in order of time.
    pub events: Vec<Event>,
    /// Resources with a tag that cannot be read.
    pub unreadable: Vec<Unreadable>,
    pub left_out: Vec<LeftOut>,
    /// Resources whose last known external operation lies after the beginning, and was ignored.
    pub ignored_overrides: usize,
    /// What the snapshot could not read.
    pub problems: Vec<String>,
}

/// One resource's part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Played {
    #[serde(flatten)]
    pub resource: Resource,
    /// At the beginning.
    pub power: Power,
    /// Its mode is dry-run; it was played as if it were not.
    pub dry_run: bool,
    pub ignored_override: bool,
    pub price_per_hour: Option<Price>,
    #[serde(flatten)]
    pub figures: Figures,
}

/// The sum of one owner's resources, or of all.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OfOwner {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub resources: usize,
    #[serde(flatten)]
    pub figures: Figures,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    #[serde(flatten)]
    pub resource: Arc<Resource>,
    pub action: Action,
    pub reason: Reason,
    pub text: String,
    pub dry_run: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unreadable {
    #[serde(flatten)]
    pub resource: Resource,
    /// False: a nearer tag replaces the one that cannot be read.
    pub left_alone: bool,
    pub errors: Vec<TagError>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    #[serde(flatten)]
    pub resource: Resource,
    pub why: String,
}

impl Replay {
    /// Whether everything could be read.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty() && !self.unreadable.iter().any(|resource| resource.left_alone)
    }
}
