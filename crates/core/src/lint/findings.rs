//! What a check of tags finds.

use crate::policy::{Layer, TagError};
use crate::schedule::{EdgeKind, Power};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

/// What was found of one resource's tags.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// False: a tag cannot be read, so nothing is done to the resource.
    pub reads: bool,
    /// False: no tag covers the resource, so it is left alone.
    pub governed: bool,
    /// One sentence for each tag, of the nearest layer only.
    pub descriptions: Vec<Description>,
    /// The edges of the week after `now`.
    pub week: Vec<WeekEdge>,
    /// The days of the year after `now` on which its holidays keep it from being started.
    #[serde(rename = "daysOff", skip_serializing_if = "Vec::is_empty")]
    pub days_off: Vec<DayOff>,
    /// What reads well and is probably not meant, one sentence each.
    pub warnings: Vec<String>,
    pub errors: Vec<TagError>,
}

/// One part of the policy in a plain sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    /// The tag's name without the prefix.
    pub tag: &'static str,
    pub layer: Layer,
    pub text: String,
}

/// A day on which no window and no start begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayOff {
    pub date: NaiveDate,
    /// `PT`, or the name of one of the platform's own calendars.
    pub calendar: String,
    /// What is on that day, where the calendar says it.
    pub name: Option<String>,
}

/// An edge of the week to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeekEdge {
    pub at: DateTime<Utc>,
    /// As the wall in the schedule's zone shows it: `Mon 23 Nov 19:00 WET`.
    pub local: String,
    pub desired: Power,
    pub kind: EdgeKind,
}
