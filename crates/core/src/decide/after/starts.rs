//! Starts that failed, came late, worked after all, or are made no more.

use super::happened::{Happened, News, end};
use crate::decide::begin;
use crate::decide::scale::{held_off_by_us, to_be_raised};
use crate::record::{Action, OperationOutcome, OwedAbout, OwnOperation, Reason, ResourceState};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// A start that takes longer than this from the instant at which it was wanted, and asked for, is late.
const LATE: TimeDelta = TimeDelta::minutes(20);
/// So many refusals in a row do not pass by themselves.
const REFUSALS: u32 = 2;
/// What is told of the start, whichever it is.
const FAILED: &str = "start";

/// Notes that a start of ours has not come about long after it was wanted. Whoever looks again only when it is on cannot
/// tell when it came.
pub fn start_late(state: &mut ResourceState, now: DateTime<Utc>) {
    let own = state.last_own_operation();
    let own = own.filter(|own| own.power == Power::On && state.rest != Some(Power::On));
    let late = own.filter(|own| now > wanted(state, own) + LATE);
    if let Some(cause) = late.map(|own| own.cause) {
        state.late_start = Some(cause);
    }
}

/// Since when a start was wanted, and asked for.
fn wanted(state: &ResourceState, own: &OwnOperation) -> DateTime<Utc> {
    let all = state.own_operations.iter();
    let of_cause = all.filter(|one| one.power == own.power && one.cause == own.cause);
    let first = of_cause.map(|one| one.requested_at).min();
    own.cause.max(first.unwrap_or(own.requested_at))
}

/// What a start does, of what scales and of the rest.
fn started(own: &OwnOperation) -> &'static str {
    match own.value {
        Some(_) => "brought back",
        None => "started",
    }
}

impl Happened<'_> {
    /// A start that came late, or after it had failed.
    pub(super) fn started(&self, own: &OwnOperation) -> Option<News> {
        let ended = own.ended.as_ref()?;
        let at = self.local(ended.at);
        let told = self.state.told_of(OwedAbout::StartFailed, FAILED);
        let owed = self.state.owed(OwedAbout::StartFailed);
        if let Some(since) = told.or(owed.map(|owed| owed.since)) {
            let since = self.local(since);
            let text = format!(
                "{} is on since {at}: its start, which had failed at {since}, has worked.",
                self.name
            );
            return Some(self.of(OwedAbout::StartWorked, &own.id, text));
        }
        if self.state.late_start != Some(own.cause) {
            return None;
        }
        let wanted = wanted(self.state, own);
        let late = ended.at - wanted;
        let all = self.state.own_operations.iter();
        let of_cause = all.filter(|one| one.power == own.power && one.cause == own.cause);
        let mut failed = of_cause.filter_map(|one| {
            let ended = one.ended.as_ref()?;
            (ended.how == OperationOutcome::Failed).then_some(ended.why.as_deref()?)
        });
        let failed = failed.next_back();
        let failed = failed.map(|why| format!(" Before that it failed: {}.", end(why)));
        let text = format!(
            "{} is on since {at}, {} minutes late: it was wanted from {}.{}{}",
            self.name,
            late.num_minutes(),
            self.local(wanted),
            failed.unwrap_or_default(),
            self.cores_are_free()
        );
        Some(self.of(OwedAbout::StartLate, &own.id, text))
    }

    /// Our newest start of which it is known how it ended, where it failed and is wanted still: nothing is tried any more
    /// where nothing wants it on. The sweep that sees it fail asks for the next one at once.
    fn failed_start(&self) -> Option<&OwnOperation> {
        let (state, decision) = (self.state, self.decision);
        let pending = state.last_own_operation();
        let pending = pending.filter(|own| own.power == Power::On && own.ended.is_none());
        let cause = match (decision.action, decision.reason) {
            (Action::Start, _) => decision.cause,
            (_, Reason::ActionPending) => pending.map(|own| own.cause),
            // Azure shows nothing but that it failed, so its schedule tells whether it is wanted still.
            (_, Reason::UnknownState) => {
                let last = state.last_own_operation();
                last.filter(|own| self.is_wanted(own)).map(|own| own.cause)
            }
            _ => None,
        }?;
        let mut ended = state.own_operations.iter().rev();
        let last = ended.find(|own| own.ended.is_some())?;
        let failed = last.power == Power::On && last.ended_as(OperationOutcome::Failed);
        (failed && last.cause == cause).then_some(last)
    }

    /// Whether what this start was for holds still: its schedule has not ended it.
    fn is_wanted(&self, own: &OwnOperation) -> bool {
        let policy = &self.reading.policy;
        let mode = policy.mode.as_ref();
        let ignored = mode.is_some_and(|mode| mode.value.ignore);
        let blocked = self.reading.errors.iter().any(|error| error.blocks);
        if !policy.governed || ignored || blocked || !self.may_start() {
            return false;
        }
        let desired = policy.schedule.as_ref();
        let desired = desired.map(|schedule| schedule.value.at(self.now));
        desired.is_none_or(|desired| {
            let later = desired.since.is_some_and(|edge| edge.at > own.cause);
            !later || desired.power != Some(Power::Off)
        })
    }

    /// A start that is wanted and is not asked for: nobody knows what it is to be brought back to, or what Azure shows
    /// beside it keeps it as we left it.
    pub(super) fn kept_down(&self) -> Option<News> {
        let (state, decision) = (self.state, self.decision);
        let ours = || held_off_by_us(state, self.now);
        let stands = match decision.reason {
            Reason::ValueUnknown => true,
            Reason::Guarded => {
                decision.action == Action::Leave && self.no_start.is_some() && ours().is_some()
            }
            _ => false,
        };
        if !stands || decision.dry_run || !self.lacks_start() {
            return None;
        }
        let done = match (decision.reason, ours()) {
            (Reason::Guarded, Some(stop)) => started(stop),
            _ => "brought back",
        };
        let text = format!("{} is not {done}: {}.", self.name, end(&decision.text));
        Some(self.of(OwedAbout::StartFailed, FAILED, text))
    }

    /// A start that goes on failing.
    pub(super) fn failing(&self) -> Option<News> {
        let state = self.state;
        let own = self.failed_start();
        let own = own.filter(|_| self.lacks_start() && !self.decision.dry_run)?;
        let external = state.external.as_ref();
        let overruled = external.is_some_and(|external| external.at > own.requested_at);
        let refused = state.refused.as_ref();
        let refused =
            refused.is_some_and(|refused| refused.power == Power::On && refused.times >= REFUSALS);
        let failed = own.accepted_at.is_some() || refused;
        if overruled || !failed {
            return None;
        }
        let why = own.ended.as_ref().and_then(|ended| ended.why.as_deref());
        let wanted = own.text.as_ref().map(|text| format!(" ({text})"));
        let then = match self.decision.reason {
            Reason::UnknownState => {
                "Nothing can be tried again until Azure shows it in another state"
            }
            _ => "It is tried again as long as it is to be on, and you hear when it works",
        };
        let text = format!(
            "{} could not be {}{}: {}. {then}.",
            self.name,
            started(own),
            wanted.unwrap_or_default(),
            end(why.unwrap_or("nobody knows why"))
        );
        Some(News {
            own: Some(own.clone()),
            ..self.of(OwedAbout::StartFailed, FAILED, text)
        })
    }

    /// Whether it is off, or on with less than a start of ours was to bring.
    fn lacks_start(&self) -> bool {
        self.state.rest == Some(Power::Off) || to_be_raised(self.state)
    }

    /// Nobody has used it for as long as `lamp-unused` says.
    pub(super) fn starts_ended(&self) -> Option<News> {
        let runs = begin::unused_runs(&self.reading.policy, self.state)?;
        if runs.told || self.state.rest != Some(Power::Off) || self.decision.dry_run {
            return None;
        }
        let text = format!(
            "{} is not started by its schedule any more: {}.",
            self.name,
            begin::nobody_used(runs, self.local(runs.since))
        );
        let mut news = self.of(OwedAbout::StartsEnded, "starts", text);
        news.said.to_do = vec!["Start it by hand, and its schedule starts it again.".into()];
        Some(news)
    }
}
