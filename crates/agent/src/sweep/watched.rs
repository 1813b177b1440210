//! Evidence of work by which nothing is decided: with `WATCH_USE`, asked for once an hour of what runs, so that
//! `recommend` knows when it was used.

use super::decided::{Decided, Work};
use chrono::TimeDelta;
use lamplighter_core::decide::{Evidence, Finding};
use lamplighter_core::kinds::{Kind, rest};
use lamplighter_core::policy::Limits;
use lamplighter_core::schedule::Power;

/// Sweeps may come a little early.
const EVERY: TimeDelta = TimeDelta::minutes(55);
/// The time without work that it is to prove.
const LENGTH: TimeDelta = TimeDelta::hours(1);

impl Decided {
    /// The time without work to watch for, and the loads that count as none, where that is due.
    pub fn wants_watching(&self) -> Option<(TimeDelta, Limits)> {
        let observed = &self.observed;
        let shown = matches!(observed.resource.kind, Kind::Instance | Kind::Workbench);
        let on = rest(&observed.compute) == Some(Power::On);
        let known = observed.state.use_seen.as_ref();
        let known = known.and_then(|known| known.evidence_at);
        let due = known.is_none_or(|at| self.terms.now - at >= EVERY);
        let wanted = self.terms.watch_use && shown && on && due;
        (wanted && self.work.findings().is_empty())
            .then(|| (LENGTH, self.limits().unwrap_or_default()))
    }

    pub fn with_watched(mut self, findings: Vec<Finding>) -> Decided {
        self.work.watched = findings;
        self
    }
}

impl Work {
    /// All evidence of work that came, whether it decides anything or not.
    pub fn findings(&self) -> &[Finding] {
        match &self.evidence {
            Evidence::Asked(findings) => findings,
            Evidence::NotAsked => &self.watched,
        }
    }
}
