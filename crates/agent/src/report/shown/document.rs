//! The document's form: rows that name a text or a resource by its place in a list.

use crate::report::stored::document::ResourceRow;
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{Action, By, ObservedHold, Reason, Record};
use lamplighter_core::schedule::Power;
use serde::{Deserialize, Serialize};

/// Documents of schema 1 have whole records; they are read, too.
pub const SCHEMA: u32 = 2;
pub const WHOLE: u32 = 1;
pub const KIND: &str = "shown";

#[derive(PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub schema: u32,
    pub kind: String,
    pub date: NaiveDate,
    /// Every text, once; elsewhere its place in this list, counting from 1, and 0 for none.
    pub texts: Vec<String>,
    /// As records have them, each once.
    pub resources: Vec<ResourceRow>,
    pub observed: Vec<(Head, ObservedRow)>,
    pub decided: Vec<(Head, DecidedRow)>,
    /// Records that a later version wrote, whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newer: Vec<Record>,
}

/// When; the id, without that of the resource where it has that, and where it was; the resource's place.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct Head(pub DateTime<Utc>, pub Box<str>, pub Option<u32>, pub u32);

/// State, power, how many, since, by, trigger, job, hold, schedule, holidays.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct ObservedRow(
    pub u32,
    pub Option<Power>,
    pub Option<u32>,
    pub DateTime<Utc>,
    pub Option<By>,
    pub u32,
    pub bool,
    pub Option<ObservedHold>,
    pub u32,
    pub u32,
);

/// Action, reason, text, zone, dry run, evidence, errors.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct DecidedRow(
    pub Action,
    pub Reason,
    pub u32,
    pub u32,
    pub bool,
    pub Vec<u32>,
    pub Vec<TagError>,
);
