//! What an owner is told of what has happened: a stop, a start that failed or came late, a tag that cannot be read, and
//! what somebody keeps on at much cost.

use super::begin;
use super::decision::Decision;
use super::held::held;
use super::remember::Change;
use crate::policy::{Policy, Reading};
use crate::record::{
    Action, KeptOn, OperationOutcome, OwedAbout, OwnOperation, Reason, ResourceState, Said, cost,
};
use crate::schedule::{Power, wall};
use crate::tz::Tz;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

/// The same thing is told no more often than this.
const EVERY: TimeDelta = TimeDelta::days(1);
/// A start that takes longer than this from the instant at which it was wanted, and asked for, is late.
const LATE: TimeDelta = TimeDelta::minutes(20);
/// So many refusals in a row do not pass by themselves.
const REFUSALS: u32 = 2;
/// Of many unreadable tags so many are told.
const TAGS: usize = 3;

/// Something that has happened, as its owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub about: OwedAbout,
    /// The operation of ours that it is about.
    pub own: Option<OwnOperation>,
    pub said: Said,
}

/// What may be news.
#[derive(Clone, Copy, Debug)]
pub struct Happened<'a> {
    pub name: &'a str,
    pub reading: &'a Reading,
    pub decision: &'a Decision,
    pub state: &'a ResourceState,
    pub changes: &'a [Change],
    /// From which cost on its owner hears of what is kept on; `None`: never.
    pub cost_from: Option<Decimal>,
    pub now: DateTime<Utc>,
}

/// Whether the owner wants to hear of this, as `lamp-notice` says. `0` is of stops, and `off` of all but failures.
pub fn wants(policy: &Policy, about: OwedAbout) -> bool {
    let length = policy.notice.as_ref().and_then(|notice| notice.value);
    let of_stop = matches!(about, OwedAbout::Stop | OwedAbout::Stopped);
    about.is_failure() || length.is_some_and(|length| !(of_stop && length.is_zero()))
}

/// All that is news now, and that the owner wants to hear; what has been told today is none.
pub fn news(of: &Happened<'_>) -> Vec<News> {
    let ended = of.changes.iter().filter_map(|change| match change {
        Change::OwnEnded(own) => Some(own),
        Change::External(_) | Change::Held(_) => None,
    });
    let mut all: Vec<News> = ended.filter_map(|own| of.ended(own)).collect();
    all.extend(of.failing());
    all.extend(of.unreadable());
    all.extend(of.kept_on());
    all.extend(of.starts_ended());
    all.retain(|news| {
        let told = of.state.told_of(news.about, &news.said.of);
        let today = told.is_some_and(|at| of.now < at + EVERY);
        wants(&of.reading.policy, news.about) && !today
    });
    all
}

/// Notes since when somebody keeps a resource on outside its schedule, while that lasts.
pub fn keep_on(
    state: &mut ResourceState,
    policy: &Policy,
    decision: &Decision,
    now: DateTime<Utc>,
) {
    let hold = held(policy, state, now).filter(|hold| hold.in_force(now));
    let hold = hold.is_some_and(|hold| hold.power == Power::On);
    let wanted = decision.desired == Some(Power::On) && !hold;
    if state.rest == Some(Power::Off) || wanted || policy.schedule.is_none() {
        state.kept_on = None;
    } else if state.kept_on.is_none() && is_kept_on(decision) {
        let since = state.on_since().max(decision.since);
        state.kept_on = Some(KeptOn {
            since: since.unwrap_or(now).min(now),
            price: None,
            told: None,
        });
    }
}

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

/// Whether it is on only because somebody wants it so.
fn is_kept_on(decision: &Decision) -> bool {
    let by_somebody = matches!(
        decision.reason,
        Reason::ManualOverride | Reason::Lease | Reason::HoldOn
    );
    decision.action == Action::Leave && by_somebody && decision.desired == Some(Power::Off)
}

impl Happened<'_> {
    fn zone(&self) -> Tz {
        self.reading.policy.zone.unwrap_or(Tz::UTC)
    }

    fn local(&self, at: DateTime<Utc>) -> String {
        wall::shown(at, self.zone())
    }

    fn of(&self, about: OwedAbout, of: &str, text: String) -> News {
        News {
            about,
            own: None,
            said: Said {
                of: of.to_owned(),
                text,
                to_do: Vec::new(),
            },
        }
    }

    /// What the end of an operation of ours means for the owner.
    fn ended(&self, own: &OwnOperation) -> Option<News> {
        // What came about without an answer of Azure's may be somebody else's doing.
        let settled = own.ended_as(OperationOutcome::Settled) && own.accepted_at.is_some();
        let by_others = self
            .state
            .external
            .as_ref()
            .is_some_and(|by| own.is_met_by(by));
        if !settled || by_others {
            return None;
        }
        let news = match own.power {
            Power::Off => self.stopped(own),
            Power::On => self.started(own)?,
        };
        Some(News {
            own: Some(own.clone()),
            ..news
        })
    }

    fn stopped(&self, own: &OwnOperation) -> News {
        let at = self.local(own.requested_at);
        let why = own.text.as_ref();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        let next = self.decision.next;
        let next = next.filter(|next| next.desired == Some(Power::On) && self.is_started());
        let next = next.map(|next| format!(" It is started again at {}.", self.local(next.at)));
        let text = format!(
            "{} was stopped at {at}{why}.{}",
            self.name,
            next.unwrap_or_default()
        );
        self.of(OwedAbout::Stopped, &own.id, text)
    }

    /// Nobody has used it for as long as `lamp-unused` says.
    fn starts_ended(&self) -> Option<News> {
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

    fn is_started(&self) -> bool {
        if begin::unused_runs(&self.reading.policy, self.state).is_some() {
            return false;
        }
        let mode = self.reading.policy.mode.as_ref();
        mode.is_none_or(|mode| !mode.value.stop_only && !mode.value.dry_run)
    }

    /// A start that came late, or after it had failed.
    fn started(&self, own: &OwnOperation) -> Option<News> {
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
            "{} is on since {at}, {} minutes late: it was wanted from {}.{}",
            self.name,
            late.num_minutes(),
            self.local(wanted),
            failed.unwrap_or_default()
        );
        Some(self.of(OwedAbout::StartLate, &own.id, text))
    }

    /// A start that goes on failing.
    fn failing(&self) -> Option<News> {
        let state = self.state;
        let own = state.last_own_operation();
        let own = own.filter(|own| own.power == Power::On && state.rest == Some(Power::Off))?;
        let ended = own.ended.as_ref()?;
        let external = state.external.as_ref();
        let overruled = external.is_some_and(|external| external.at > own.requested_at);
        let refused = state.refused.as_ref();
        let refused =
            refused.is_some_and(|refused| refused.power == Power::On && refused.times >= REFUSALS);
        let failed = own.accepted_at.is_some() || refused;
        // Nothing is tried any more where nothing wants it on.
        let wanted = self.decision.action == Action::Start && !self.decision.dry_run;
        if !wanted || ended.how != OperationOutcome::Failed || overruled || !failed {
            return None;
        }
        let wanted = own.text.as_ref().map(|text| format!(" ({text})"));
        let text = format!(
            "{} could not be started{}: {}. It is tried again as long as it is to be on, and you hear when it works.",
            self.name,
            wanted.unwrap_or_default(),
            end(ended.why.as_deref().unwrap_or("none"))
        );
        Some(News {
            own: Some(own.clone()),
            ..self.of(OwedAbout::StartFailed, FAILED, text)
        })
    }

    fn unreadable(&self) -> Option<News> {
        if self.decision.reason != Reason::UnreadableTag {
            return None;
        }
        let errors = self.reading.errors.iter().filter(|error| error.blocks);
        let of: Vec<String> = errors
            .clone()
            .map(|error| format!("{}={}", error.tag, error.value))
            .collect();
        let told = errors.clone().take(TAGS).map(|error| {
            let (tag, layer, value) = (&error.tag, error.layer, &error.value);
            let place = match error.column {
                0 => String::new(),
                column => format!("column {column}: "),
            };
            format!("{tag} ({layer}) = {value}: {place}{}.", end(&error.message))
        });
        let more = of.len().saturating_sub(TAGS);
        let more = (more > 0).then(|| format!("And {more} more."));
        let told: Vec<String> = told.chain(more).collect();
        let text = format!(
            "{} is neither stopped nor started while one of its tags cannot be read. {}",
            self.name,
            told.join(" ")
        );
        let mut news = self.of(OwedAbout::UnreadableTag, &of.join("; "), text);
        let corrections = errors.take(TAGS).filter_map(|error| {
            let meant = error.suggestion.as_ref()?;
            Some(match error.column {
                0 => format!("What may be meant by the name {}: {meant}", error.tag),
                _ => format!("What may be meant: {} = {meant}", error.tag),
            })
        });
        news.said.to_do = corrections.collect();
        Some(news)
    }

    /// What somebody keeps on, once its cost has reached another step: each is twice the one before.
    fn kept_on(&self) -> Option<News> {
        let (kept, first) = (self.state.kept_on.as_ref()?, self.cost_from?);
        if !is_kept_on(self.decision) || self.decision.dry_run {
            return None;
        }
        let price = kept.price.as_ref()?;
        let until = |at: DateTime<Utc>| cost(price.amount, (at - kept.since).num_seconds());
        let spent = until(self.now);
        let step = step(spent, first)?;
        if kept.told.is_some_and(|told| step <= told) {
            return None;
        }
        let next = self.decision.next.filter(|next| next.at > self.now);
        let next = next.map(|next| {
            let (at, cost) = (self.local(next.at), until(next.at).round_dp(0));
            format!(
                " If it stays on until {at}, that is {cost} {}.",
                price.currency
            )
        });
        let text = format!(
            "{} is still on since {}: {} {}. Why: {}.{}",
            self.name,
            self.local(kept.since),
            spent.round_dp(0),
            price.currency,
            end(&self.decision.text),
            next.unwrap_or_default()
        );
        Some(self.of(OwedAbout::StillOn, KEPT_ON, text))
    }
}

/// What is told of the start, and of the cost, whichever it is.
const FAILED: &str = "start";
const KEPT_ON: &str = "cost";

/// The highest of `first`, twice that, and so on, that `spent` has reached.
pub(super) fn step(spent: Decimal, first: Decimal) -> Option<Decimal> {
    let mut step = (spent >= first && first > Decimal::ZERO).then_some(first)?;
    while let Some(next) = step.checked_add(step).filter(|next| *next <= spent) {
        step = next;
    }
    Some(step)
}

/// A text without the full stop at its end.
fn end(text: &str) -> &str {
    text.trim_end().trim_end_matches('.')
}

impl News {
    /// Takes in that it is about to be told.
    pub fn noted(&self, of: &mut ResourceState, cost_from: Option<Decimal>, now: DateTime<Utc>) {
        match (self.about, &mut of.kept_on, cost_from) {
            (OwedAbout::StillOn, Some(kept), Some(first)) => {
                let price = kept.price.as_ref().map(|price| price.amount);
                let spent = price.map(|price| cost(price, (now - kept.since).num_seconds()));
                kept.told = spent.and_then(|spent| step(spent, first)).or(kept.told);
            }
            (OwedAbout::StartsEnded, ..) => {
                if let Some(runs) = &mut of.unused_starts {
                    runs.told = true;
                }
            }
            // Its failing is over: the next one is another.
            (OwedAbout::StartWorked, ..) => of.forget_after(OwedAbout::StartFailed),
            _ => {}
        }
    }
}

impl ResourceState {
    /// Forgets what is owed of this, and that it was told.
    fn forget_after(&mut self, about: OwedAbout) {
        self.owed_after.retain(|owed| owed.about != about);
        self.told_after.retain(|told| told.about != about);
    }

    /// Forgets what is owed and not true any more, or for too long. `reason`: of the present decision.
    pub fn forget_over(&mut self, reason: Reason, now: DateTime<Utc>) {
        let (rest, unused) = (self.rest, self.unused_starts.is_some());
        self.owed_after.retain(|owed| {
            let holds = match owed.about {
                OwedAbout::Stopped | OwedAbout::StartFailed => rest != Some(Power::On),
                OwedAbout::StartLate | OwedAbout::StartWorked | OwedAbout::StillOn => {
                    rest != Some(Power::Off)
                }
                OwedAbout::UnreadableTag => reason == Reason::UnreadableTag,
                OwedAbout::StartsEnded => unused && rest != Some(Power::On),
                _ => true,
            };
            holds && now < owed.since + EVERY
        });
        let by_hand = rest == Some(Power::On);
        self.late_start = self.late_start.filter(|_| !by_hand);
        self.told_after.retain(|told| match told.about {
            OwedAbout::StartFailed => !by_hand && now < told.at + STARTS_FAIL,
            _ => now < told.at + EVERY,
        });
    }
}

/// A start that has failed for so long is not the one that works now.
const STARTS_FAIL: TimeDelta = TimeDelta::days(4);
