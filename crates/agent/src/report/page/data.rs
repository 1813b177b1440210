//! Everything that the page shows, as plain data.

use super::could::{CouldBeSaved, Recommended};
use super::groups::Group;
use super::name::ResourceName;
use super::outlook::Outlook;
use super::week::Week;
use crate::report::ungoverned::Ungoverned;
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::record::{Action, Observation, Reason};
use lamplighter_core::savings::{ByCause, Figures, Spent};
use serde::Serialize;

/// Everything that the page shows. Money is exact here and rounded when shown.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    pub generated_at: DateTime<Utc>,
    /// The release of the tz database that is in force where the page is made.
    pub time_zones: &'static str,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// The time zone of the week and of all times of day on the page; here they are UTC.
    pub zone: String,
    /// When the last sweep was, of all that ended.
    pub last_sweep: Option<DateTime<Utc>>,
    /// What there is to say where that is more than a day ago.
    pub stale: Option<String>,
    /// ISO 4217; `None` where no price was known.
    pub currency: Option<String>,
    /// What goes on costing while it is stopped, of kinds other than instances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub while_parked: Vec<&'static str>,
    pub total: Figures,
    pub spent: Spent,
    pub could_be_saved: CouldBeSaved,
    /// `None` where it was not worked out, or of a later time only.
    pub recommended: Option<Recommended>,
    pub stops: usize,
    pub starts: usize,
    pub before: Before,
    /// Up to that in which the period ends; those before the first sweep have nothing.
    pub months: Vec<Month>,
    pub outlook: Outlook,
    pub groups: Vec<Group>,
    /// By UTC day of the period.
    pub days: Vec<(NaiveDate, ByCause)>,
    pub causes: ByCause,
    pub running: Vec<Running>,
    /// All that run; `running` may be cut short.
    pub running_count: usize,
    pub off_by_lamplighter_count: usize,
    pub needs: Vec<Need>,
    pub needs_count: usize,
    /// What nothing governs; `None` where that was not read within the period.
    pub ungoverned: Option<Ungoverned>,
    /// All of it; `ungoverned.items` may be cut short.
    pub ungoverned_count: usize,
    pub owners: Vec<(String, Figures)>,
    pub resources: Vec<(ResourceName, Figures)>,
    pub week: Week,
    pub decisions: Vec<DecisionRow>,
    pub decisions_count: usize,
}

/// The period before the page's own.
#[derive(Clone, Debug, Serialize)]
pub struct Before {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// As much of it as the page's own period has had so far.
    pub same_part: Figures,
    pub whole: Figures,
    /// Whether the ledger knows anything of that time.
    pub recorded: bool,
}

/// One month.
#[derive(Clone, Debug, Serialize)]
pub struct Month {
    /// Its first day.
    pub month: NaiveDate,
    /// Whether the ledger knows anything of it.
    pub recorded: bool,
    pub figures: Figures,
    pub spent: Spent,
}

/// A resource that runs, as the last sweep observed it.
#[derive(Clone, Debug, Serialize)]
pub struct Running {
    pub resource: ResourceName,
    pub observation: Observation,
    /// Why it is as it is, by its last decision.
    pub why: String,
    /// In which zone the times in `why` are, where that is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// What needs attention.
#[derive(Clone, Debug, Serialize)]
pub struct Need {
    pub what: &'static str,
    pub resource: Option<ResourceName>,
    pub text: String,
}

/// A decision that differed from the one before.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionRow {
    pub at: DateTime<Utc>,
    pub resource: ResourceName,
    pub action: Action,
    pub reason: Reason,
    pub text: String,
    /// In which zone the times in `text` are, where that is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    pub dry_run: bool,
}
