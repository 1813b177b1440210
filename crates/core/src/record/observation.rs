//! What a resource was observed to be, as the ledger keeps it.

use super::ChangedBy;
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Written when it changes, so that what ran when can be told later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// As Azure names it.
    pub state: String,
    /// `None`: neither on nor off, as far as one can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// Of a kind made of many: how many nodes or instances there are. `None`: it is one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Since when it is on, or off.
    pub since: DateTime<Utc>,
    /// Whose doing that is, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    /// Of others: what Azure names as the trigger of their start or stop: `User`, `Schedule`, `IdleShutdown`, ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// A job runs on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub job: bool,
    /// The hold in force: what it keeps the resource at, and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<ObservedHold>,
    /// Its schedule, as `lamp-schedule` takes it, with its zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Its holidays, as `lamp-holidays` takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<String>,
}

impl Observation {
    /// Whose start or stop it is so by, as far as Azure says: what it names no trigger of may be anybody's.
    ///
    /// ```
    /// use lamplighter_core::record::{ChangedBy, Observation};
    /// let off = r#"{"state": "Stopped", "power": "off", "since": "2026-11-23T19:05:00Z", "by": "others""#;
    /// let off = |more: &str| serde_json::from_str::<Observation>(&format!("{off}{more}}}"));
    /// assert_eq!(off(r#", "trigger": "IdleShutdown""#)?.whose(), ChangedBy::Azure);
    /// assert_eq!(off(r#", "trigger": "User""#)?.whose(), ChangedBy::Person);
    /// assert_eq!(off("")?.whose(), ChangedBy::Unknown);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn whose(&self) -> ChangedBy {
        match self.by {
            Some(By::Lamplighter) => ChangedBy::Lamplighter,
            Some(By::Others) => ChangedBy::by_trigger(self.trigger.as_deref()),
            None => ChangedBy::Unknown,
        }
    }
}

/// What a hold keeps a resource at, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedHold {
    pub power: Power,
    pub until: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    Lamplighter,
    Others,
}
