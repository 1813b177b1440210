//! What the decisions of a pass come to: counted, and the lines that are worth one.

use super::decision_line::DecisionLine;
use super::log;
use super::pass::Pass;
use super::record::Recorded;
use lamplighter_core::decide::Change;
use lamplighter_core::record::{OperationOutcome, Reason};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What the decisions of a pass come to.
#[derive(Debug, Default)]
pub struct Tally {
    pub resources: usize,
    pub reasons: BTreeMap<Reason, usize>,
    /// Every decision but those that are plainly "nothing to do", see [`DecisionLine::is_plain`].
    pub lines: Vec<DecisionLine>,
    pub oddities: Vec<String>,
    pub settled: usize,
    pub unsettled: usize,
    pub failed: usize,
    pub saved: Decimal,
    pub saving_per_hour: Decimal,
    pub off_by_lamplighter: usize,
    /// Resources that wait for a list of jobs, and those for so long that it is a failure.
    pub jobs_unread: usize,
    pub jobs_unread_failed: usize,
}

impl Tally {
    /// Takes in what was decided on these resources.
    pub fn take_in(&mut self, pass: &Pass<'_>, recorded: &[Recorded]) {
        for one in recorded {
            self.take_in_one(pass, one);
        }
    }

    fn take_in_one(&mut self, pass: &Pass<'_>, one: &Recorded) {
        let now = pass.options.now;
        let observed = &one.decided.observed;
        let oddities = observed.compute.oddities.iter();
        let id = &observed.resource.id;
        self.oddities
            .extend(oddities.map(|oddity| format!("{id}: {oddity}")));
        self.resources += 1;
        *self.reasons.entry(one.decided.decision.reason).or_default() += 1;
        if !DecisionLine::is_plain(one) {
            self.lines.push(DecisionLine::of(one));
        }
        for change in &one.changes {
            if let Change::OwnEnded(own) = change {
                self.settled += usize::from(own.ended_as(OperationOutcome::Settled));
                self.failed += usize::from(own.ended_as(OperationOutcome::Failed));
            }
        }
        if let Some(unread) = observed.state.jobs_unread {
            let failed = usize::from(unread.is_failure(now));
            self.jobs_unread += 1;
            self.jobs_unread_failed += failed;
            self.failed += failed;
        }
        let last = observed.state.last_own_operation();
        self.unsettled += usize::from(last.is_some_and(|own| own.is_overdue(now)));
        self.saved += one.saved;
        if let Some(interval) = &observed.state.avoided {
            self.off_by_lamplighter += 1;
            let price = interval.price.as_ref().filter(|_| interval.earns_at(now));
            let each = price.map(|price| price.amount).unwrap_or_default();
            self.saving_per_hour += each * Decimal::from(interval.count);
        }
    }

    /// Takes in what the decisions on other resources come to.
    pub fn join(&mut self, other: Tally) {
        self.resources += other.resources;
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        self.lines.extend(other.lines);
        self.oddities.extend(other.oddities);
        self.settled += other.settled;
        self.unsettled += other.unsettled;
        self.failed += other.failed;
        self.saved += other.saved;
        self.saving_per_hour += other.saving_per_hour;
        self.off_by_lamplighter += other.off_by_lamplighter;
        self.jobs_unread += other.jobs_unread;
        self.jobs_unread_failed += other.jobs_unread_failed;
    }

    /// Logs the decisions.
    pub fn log(&self, pass: &Pass<'_>) {
        for line in &self.lines {
            log::decision(pass, line);
        }
    }
}
