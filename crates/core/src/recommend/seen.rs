//! What is known of a resource's weeks.

use super::span::{Span, joined, without};
use crate::record::{ChangedBy, PowerChange, Quiet, Resource, Worked};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// A resource observed on or off at an instant, and since when it was so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    pub at: DateTime<Utc>,
    pub since: DateTime<Utc>,
    pub on: bool,
}

/// A resource in a period, as sweeps saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub resource: Resource,
    /// From when on it is known, within the period that was asked for.
    pub period: Span,
    /// When it was on; in order, and apart.
    pub on: Vec<Span>,
    /// When no sweep came; likewise.
    pub unwatched: Vec<Span>,
    pub changes: Vec<PowerChange>,
    /// When somebody worked on it, as far as evidence showed it.
    pub work: Vec<Worked>,
    /// When nobody did, as far as that is proved; in order, and apart.
    pub quiet: Vec<Span>,
}

/// An observation and the operation that it shows are of one start or stop if they lie no further apart.
const SAME: TimeDelta = TimeDelta::minutes(5);

impl Seen {
    /// From what was observed of it, in any order, also before the period; `None` where nothing was in it.
    pub fn of(resource: Resource, period: Span, mut sightings: Vec<Sighting>) -> Option<Seen> {
        sightings.sort();
        let first = sightings.iter().find(|one| one.at < period.to)?;
        let known = first.at.min(first.since.max(period.from));
        let period = Span::new(period.from.max(known), period.to);
        (period.from < period.to).then(|| Seen {
            resource,
            on: on(&sightings, period),
            period,
            unwatched: Vec::new(),
            changes: Vec::new(),
            work: Vec::new(),
            quiet: Vec::new(),
        })
    }

    pub fn with_quiet(mut self, quiet: impl IntoIterator<Item = Quiet>) -> Seen {
        let spans = quiet.into_iter().filter(|quiet| quiet.from < quiet.to);
        self.quiet = joined(spans.map(|quiet| Span::new(quiet.from, quiet.to)).collect());
        self
    }

    pub fn with_unwatched(mut self, gaps: Vec<Span>) -> Seen {
        self.unwatched = joined(gaps);
        self
    }

    /// Whose a start or stop was at about this time.
    pub fn by(&self, power: Power, at: DateTime<Utc>) -> Option<ChangedBy> {
        let near = |change: &&PowerChange| change.power == power && (change.at - at).abs() <= SAME;
        let nearest = self.changes.iter().filter(near);
        let nearest = nearest.min_by_key(|change| (change.at - at).abs());
        nearest.map(|change| change.by)
    }

    /// The parts of these in which sweeps came.
    pub(super) fn watched<'a>(&'a self, spans: &'a [Span]) -> impl Iterator<Item = Span> + 'a {
        let cut = spans.iter().filter_map(|span| span.within(self.period));
        cut.flat_map(|span| without(span, &self.unwatched))
    }
}

/// When it was on: each observation tells since when it has been so.
fn on(sightings: &[Sighting], period: Span) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut began: Option<DateTime<Utc>> = None;
    for one in sightings.iter().take_while(|one| one.at < period.to) {
        match (began, one.on) {
            (None, true) => began = Some(one.since),
            (Some(from), false) => {
                spans.push(Span::new(from, one.since.max(from)));
                began = None;
            }
            (Some(_), true) | (None, false) => {}
        }
    }
    spans.extend(began.map(|from| Span::new(from, period.to)));
    let cut = spans.into_iter().filter_map(|span| span.within(period));
    joined(cut.collect())
}
