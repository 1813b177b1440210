//! What a machine's tags say, in words, with a week of edges and everything that looks like a slip. Pure.

mod regions;
mod warnings;
mod words;

use crate::observe::NativeSchedule;
use crate::policy::{Reading, TagError};
use crate::schedule::{Edge, EdgeKind, Power, wall};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub reading: &'a Reading,
    /// `DEFAULT_ZONE`: where a hold is read if no schedule names a zone.
    pub zone: Tz,
    /// The machine's Azure region, such as `westeurope`.
    pub region: Option<&'a str>,
    /// Azure's own schedules of the machine.
    pub native: &'a [NativeSchedule],
    /// How long a start by hand outside windows stands.
    pub lease: TimeDelta,
    pub now: DateTime<Utc>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// False: a tag cannot be read, so nothing is done to the machine.
    pub reads: bool,
    pub governed: bool,
    /// One sentence for each tag, nearest layer only.
    pub words: Vec<Words>,
    /// The edges of the week after `now`.
    pub week: Vec<WeekEdge>,
    pub warnings: Vec<String>,
    pub errors: Vec<TagError>,
}

/// One part of the policy in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The tag's name without the prefix.
    pub tag: &'static str,
    pub layer: crate::policy::Layer,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeekEdge {
    pub at: DateTime<Utc>,
    /// As the wall in the schedule's zone shows it.
    pub local: String,
    pub desired: Power,
    pub kind: EdgeKind,
}

/// A week of a schedule that speaks every minute is no help to anybody.
const MOST_EDGES: usize = 200;

/// Looks at one machine's tags.
pub fn lint(case: &Case<'_>) -> Findings {
    let reading = case.reading;
    let reads = !reading.errors.iter().any(|error| error.blocks);
    let policy = &reading.policy;
    let week = policy.schedule.as_ref().map(|schedule| {
        let edges = schedule
            .value
            .edges(case.now, case.now + TimeDelta::days(7));
        let zone = schedule.value.zone;
        let edges = edges.into_iter().take(MOST_EDGES);
        edges.map(|edge| dressed(edge, zone)).collect()
    });
    Findings {
        reads,
        governed: policy.governed,
        words: words::all(policy, case.zone, case.lease),
        week: week.unwrap_or_default(),
        warnings: warnings::all(case),
        errors: reading.errors.clone(),
    }
}

fn dressed(edge: Edge, zone: Tz) -> WeekEdge {
    WeekEdge {
        at: edge.at,
        local: wall::shown(edge.at, zone),
        desired: edge.power,
        kind: edge.kind,
    }
}
