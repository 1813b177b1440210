//! One workspace's resources, decided on and acted upon a part at a time, so that what is held of them does not grow with
//! the workspace. What is due anywhere is done before anything is priced, written down or told.

use super::act::{Acted, act, wait};
use super::complete::Complete;
use super::decided::{Decided, KnownJobs, Terms, Work};
use super::finish::{Found, show};
use super::holds::{self, KnownHolds};
use super::intervals::{Settled, settle};
use super::jobs;
use super::least;
use super::observe::observe;
use super::pass::Pass;
use super::pods;
use super::quota::QuotaRead;
use super::report::PassReport;
use super::waiting::{Gathered, Wanted, wanted, with_evidence};
use crate::ledger::{LedgerError, SaveError, StateDocument, Version};
use lamplighter_core::observe::Compute;
use std::ops::Range;

/// So many resources are decided on together.
const PART: usize = 256;
/// Another sweep wrote the saved state first; what it did is observed afresh this often.
const CONFLICTS: usize = 6;

/// The turns that a pass over a workspace takes.
pub struct Turns<'a> {
    pass: &'a Pass<'a>,
    pub computes: Vec<Compute>,
    /// These are all.
    complete: Complete,
    /// What evidence proves, once it has been gathered.
    gathered: Option<&'a Gathered>,
    jobs: KnownJobs,
    holds: KnownHolds,
    acted: Acted,
    /// Which instances give their cores up, where that was asked.
    quota: Option<QuotaRead>,
    /// Of the computes before this one, what was due is done.
    done: usize,
}

/// How a turn ended.
enum Turn {
    /// Something was done, and the rest goes by the saved state with it.
    Acted,
    /// Another sweep has written the saved state.
    Conflict,
    /// Evidence is needed of these first.
    Wants(Vec<Wanted>),
    Over,
}

impl<'a> Turns<'a> {
    pub fn new(
        pass: &'a Pass<'a>,
        computes: Vec<Compute>,
        complete: Complete,
        gathered: Option<&'a Gathered>,
    ) -> Turns<'a> {
        Turns {
            pass,
            complete,
            gathered,
            jobs: KnownJobs::of(&computes),
            holds: KnownHolds::default(),
            acted: Acted::default(),
            quota: None,
            done: 0,
            computes,
        }
    }

    /// Decides on all resources and does what is due, from the newest saved state; or, without evidence, names the
    /// resources of which it is wanted first.
    pub async fn run(&mut self, report: &mut PassReport) -> Option<Vec<Wanted>> {
        let mut conflicts = 0;
        while conflicts <= CONFLICTS {
            match self.turn(report).await {
                // Each such turn does something that no later one does again.
                Turn::Acted => conflicts = 0,
                Turn::Conflict => {
                    conflicts += 1;
                    if self.acted.is_empty() {
                        // The other sweep may have changed what is due.
                        self.done = 0;
                    }
                }
                Turn::Wants(wanted) => return Some(wanted),
                Turn::Over => return None,
            }
        }
        let (name, words) = (
            self.pass.name(),
            "other sweeps kept writing its saved state; left to them",
        );
        report.problems.push(format!("{name}: {words}"));
        None
    }

    async fn turn(&mut self, report: &mut PassReport) -> Turn {
        let Some((state, version)) = self.load(report).await else {
            return Turn::Over;
        };
        let mut first = None;
        if self.gathered.is_none() && self.acted.is_empty() {
            let (mut all, mut is_due) = (Vec::new(), false);
            for range in self.parts(0) {
                let decided = self.decided(&range, &state);
                is_due |= decided.iter().any(|one| one.action_due().is_some());
                all.extend(wanted(range.start, &decided));
                first = Some(decided);
            }
            // What is due waits for nothing that decides nothing: a later sweep watches.
            all.retain(|one| one.decides || !is_due);
            if !all.is_empty() {
                return Turn::Wants(all);
            }
        }
        // Of many parts only the last would be left of it.
        let mut first = first.filter(|_| self.is_one_part());
        if self.pass.options.dry_run {
            for range in self.parts(0) {
                let settled = self.settled(&range, first.take(), &state).await;
                show(self.pass, settled, report).await;
            }
            report.unseen = report.unseen.take().filter(|_| !self.complete.computes);
            return Turn::Over;
        }
        self.act_and_finish(first, (state, version), report).await
    }

    /// Does what is due, as soon as it is as much as a part, and then the rest.
    async fn act_and_finish(
        &mut self,
        mut first: Option<Vec<Decided>>,
        state: (StateDocument, Version),
        report: &mut PassReport,
    ) -> Turn {
        let (mut state, mut due, mut last) = (Some(state), Vec::new(), None);
        for range in self.parts(self.done) {
            let Some((known, _)) = &state else {
                return Turn::Acted;
            };
            let settled = self.settled(&range, first.take(), known).await;
            let (its_due, others): (Vec<_>, Vec<_>) = settled.into_iter().partition(is_due);
            // Where one is due, the others are decided on anew once it is done.
            last = its_due.is_empty().then_some(others);
            due.extend(its_due);
            let is_last = range.end == self.computes.len();
            if due.len() >= PART || (is_last && !due.is_empty()) {
                let due = std::mem::take(&mut due);
                if let Err(ended) = self.act(range.end, due, &mut state, report).await {
                    return ended;
                }
            }
        }
        match state {
            Some(state) => self.finish(last, state, report).await,
            None => Turn::Acted,
        }
    }

    /// What follows when all that was due is done.
    async fn finish(
        &mut self,
        last: Option<Vec<Settled>>,
        state: (StateDocument, Version),
        report: &mut PassReport,
    ) -> Turn {
        let (state, version) = state;
        let mut last = last.filter(|_| self.is_one_part());
        if self.quota.is_none() {
            let asked = state.quota_read_at();
            self.quota = QuotaRead::if_due(self.pass, &self.computes, asked).await;
        }
        let mut found = Found::new(self.pass, state);
        for range in self.parts(0) {
            let mut part = match last.take() {
                Some(settled) => settled,
                None => self.settled_at_last(&range, found.state()).await,
            };
            if let Some(read) = &self.quota {
                let observed = part.iter_mut().map(|one| &mut one.decided.observed);
                observed.for_each(|one| read.take_in(one));
            }
            found.take_in(part).await;
        }
        if let Some(read) = &self.quota {
            found.quota_read(read.at);
        }
        let known = (&self.jobs, &self.holds);
        let saved = found.keep(&version, self.complete, known, report);
        if !saved.await {
            return Turn::Conflict;
        }
        let acted = std::mem::take(&mut self.acted);
        if self.pass.options.wait {
            wait(self.pass, acted, report).await;
        }
        Turn::Over
    }

    fn is_one_part(&self) -> bool {
        self.computes.len() <= PART
    }

    /// The parts of the workspace from one of its computes on.
    fn parts(&self, from: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let end = self.computes.len();
        (from..end)
            .step_by(PART)
            .map(move |begin| begin..end.min(begin + PART))
    }

    /// The newest saved state; nothing where it cannot be read.
    async fn load(&self, report: &mut PassReport) -> Option<(StateDocument, Version)> {
        let pass = self.pass;
        let loaded = pass.context.ledger.load_document(pass.key()).await;
        let loaded = loaded.map_err(|error| report.problems.push(self.without_state(&error)));
        loaded.ok()
    }

    /// The decisions on a part before anything is asked about the work on it.
    fn decided(&self, range: &Range<usize>, state: &StateDocument) -> Vec<Decided> {
        let (pass, terms) = (self.pass, Terms::of(self.pass));
        observe(pass, &self.computes[range.clone()], state)
            .map(|observed| Decided::by(observed, Work::NOT_ASKED, terms))
            .collect()
    }

    /// The decisions on a part with all that is known. `first`: those before anything was asked, where they have been made.
    async fn informed(
        &mut self,
        range: &Range<usize>,
        first: Option<Vec<Decided>>,
        state: &StateDocument,
    ) -> Vec<Decided> {
        let mut decided = first.unwrap_or_else(|| self.decided(range, state));
        if let Some(gathered) = self.gathered {
            decided = with_evidence(decided, gathered);
        }
        // Of what somebody keeps on, no job matters.
        let decided = holds::with_holds(self.pass, decided, &mut self.holds).await;
        let decided = jobs::with_jobs(self.pass, decided, &mut self.jobs).await;
        let decided = least::with_least(self.pass, decided).await;
        pods::with_pods(self.pass, decided).await
    }

    /// The same, with the intervals that they open and close.
    async fn settled(
        &mut self,
        range: &Range<usize>,
        first: Option<Vec<Decided>>,
        state: &StateDocument,
    ) -> Vec<Settled> {
        let (decided, now) = (
            self.informed(range, first, state).await.into_iter(),
            self.pass.options.now,
        );
        decided
            .map(|one| settle(one, state.swept_at, now))
            .collect()
    }

    /// The same after all actions, with what was done in the place of what would be due.
    async fn settled_at_last(
        &mut self,
        range: &Range<usize>,
        state: &StateDocument,
    ) -> Vec<Settled> {
        let (decided, now) = (
            self.informed(range, None, state).await.into_iter(),
            self.pass.options.now,
        );
        decided
            .map(|one| settle(self.acted.over(one), state.swept_at, now))
            .collect()
    }

    /// Does what is due on the computes before `end`.
    async fn act(
        &mut self,
        end: usize,
        due: Vec<Settled>,
        state: &mut Option<(StateDocument, Version)>,
        report: &mut PassReport,
    ) -> Result<(), Turn> {
        let pass = self.pass;
        // What was begun is written down; nothing new is begun.
        if pass.context.host.is_gone() && self.acted.is_empty() {
            report.not_reached.push(pass.name());
            return Err(Turn::Over);
        }
        if !self.is_one_part() && self.jobs.read.is_none() {
            // Others may want them when acting has taken all the time.
            self.jobs.read = Some(jobs::read(pass, &self.jobs, pass.deadline).await);
        }
        let known = (&mut self.jobs, &mut self.holds);
        match act(pass, due, state, known, report).await {
            Ok(mut acted) => {
                // Everything else goes by the saved state with these actions in it.
                acted.refresh(&mut self.computes[self.done..end]);
                self.acted.join(acted);
                self.done = end;
                Ok(())
            }
            Err(SaveError::Conflict) => Err(Turn::Conflict),
            Err(SaveError::Other(error)) => {
                report.problems.push(self.without_state(&error));
                Err(Turn::Over)
            }
        }
    }

    fn without_state(&self, error: &LedgerError) -> String {
        match self.acted.is_empty() {
            true => self.pass.without_state(error),
            false => format!(
                "{}: what it did is not all written: {error}",
                self.pass.name()
            ),
        }
    }
}

fn is_due(settled: &Settled) -> bool {
    settled.decided.action_due().is_some()
}
