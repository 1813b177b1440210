//! The check of one resource's tags.

use super::case::Case;
use super::findings::{Findings, WeekEdge};
use super::{days_off, description, warnings};
use crate::decide::Presence;
use crate::policy::{Idle, Layer, TagError, Target};
use crate::schedule::{Edge, wall};
use crate::tz::Tz;
use chrono::TimeDelta;

/// A week of a schedule that has an edge every minute is no help to anybody.
const MOST_EDGES: usize = 200;

/// Checks one resource's tags.
///
/// ```
/// use chrono::TimeDelta;
/// use lamplighter_core::lint::{Case, lint};
/// use lamplighter_core::policy::{self, Defaults, Layers};
/// use lamplighter_core::observe::Tags;
///
/// let tags = Tags::from([("lamp-schedule".into(), "start Mon-Fri 08:00".into())]);
/// let none = Tags::new();
/// let layers = Layers {
///     compute_name: "gpu-1",
///     compute: &tags,
///     workspace: &none,
///     resource_group: &none,
/// };
/// let findings = lint(&Case {
///     reading: &policy::read(&layers, &Defaults::default()),
///     zone: lamplighter_core::tz::Tz::UTC,
///     region: Some("westeurope"),
///     native: &[],
///     beacon: lamplighter_core::decide::Presence::Absent,
///     lease: TimeDelta::hours(4),
///     now: "2026-11-28T12:00:00Z".parse()?,
/// });
///
/// let text = &findings.descriptions[0].text;
/// assert_eq!(text, "started Monday to Friday at 08:00 in UTC; in between it stays as people leave it");
/// assert_eq!(findings.week.len(), 5);
/// let expected = "it is started and never stopped: there is a start and no stop";
/// assert_eq!(findings.warnings, [expected]);
/// # Ok::<(), chrono::ParseError>(())
/// ```
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
        edges.map(|edge| week_edge(edge, zone)).collect()
    });
    Findings {
        reads,
        governed: policy.governed,
        descriptions: description::all(reading, case.zone, case.lease),
        week: week.unwrap_or_default(),
        days_off: days_off::all(policy, case.zone, case.now),
        warnings: warnings::all(case),
        errors: reading
            .errors
            .iter()
            .cloned()
            .chain(without_beacon(case))
            .collect(),
    }
}

/// An idle time of what only a beacon can prove quiet, where there is none: it would never stop anything.
fn without_beacon(case: &Case<'_>) -> Option<TagError> {
    let idle = case.reading.policy.idle.as_ref()?;
    let asked = idle.layer != Layer::Default && matches!(idle.value, Idle::After { .. });
    let only_beacon = case.reading.target == Target::Workbench;
    (asked && only_beacon && case.beacon == Presence::Absent).then(|| TagError {
        tag: "idle".into(),
        layer: idle.layer,
        value: idle.text.clone(),
        column: 0,
        message: "it never stops a workbench without a beacon: no metric and no list of jobs names one, so nothing \
                  else tells that nobody works on it; write a schedule, or install the beacon (docs/foundry.md)"
            .into(),
        suggestion: None,
        blocks: true,
    })
}

fn week_edge(edge: Edge, zone: Tz) -> WeekEdge {
    WeekEdge {
        at: edge.at,
        local: wall::shown(edge.at, zone),
        desired: edge.power,
        kind: edge.kind,
    }
}
