//! The check of one resource's tags.

use super::case::Case;
use super::findings::{Findings, WeekEdge};
use super::{days_off, description, warnings};
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
        errors: reading.errors.clone(),
    }
}

fn week_edge(edge: Edge, zone: Tz) -> WeekEdge {
    WeekEdge {
        at: edge.at,
        local: wall::shown(edge.at, zone),
        desired: edge.power,
        kind: edge.kind,
    }
}
