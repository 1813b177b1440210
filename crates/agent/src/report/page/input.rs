//! What the page is made from.

use super::data::{Before, Month};
use crate::recommend::Recommended;
use crate::report::period::LedgerPeriod;
use crate::report::ungoverned::Ungoverned;
use chrono::{DateTime, Utc};
use lamplighter_core::record::{Observation, PersonalHold, Record, Resource};
use lamplighter_core::tz::Tz;
use std::collections::BTreeSet;

/// What the page is made from.
#[derive(Debug)]
pub struct Input {
    pub now: DateTime<Utc>,
    /// The period of the page.
    pub period: LedgerPeriod,
    /// The period before it.
    pub before: Before,
    /// The records of the week that the page shows, in order of time, and before them the latest of each resource in another
    /// week: for timelines and decisions.
    pub records: Vec<Record>,
    /// What the last sweeps observed, of every resource in saved state.
    pub standing: Vec<(Resource, Observation)>,
    /// What people keep on now.
    pub kept: Vec<(Resource, PersonalHold)>,
    /// The ids of those whose owners want to hear of failures only.
    pub quiet: BTreeSet<String>,
    /// What nothing governs, where it was read within the period.
    pub ungoverned: Option<Ungoverned>,
    /// What tags would save, where that was worked out of a time within the period.
    pub recommended: Option<Recommended>,
    /// The ids of those that no tag governs, as the last sweeps found.
    pub no_tag: BTreeSet<String>,
    /// Twelve months; none where nobody asked for them.
    pub months: Vec<Month>,
    /// In which zone the page's times are.
    pub zone: Tz,
    /// What could not be read.
    pub problems: Vec<String>,
}
