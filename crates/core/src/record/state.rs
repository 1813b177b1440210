//! Saved state: the small document that a sweep leaves for the next.

use super::{
    Changing, ExternalOperation, HoldsUnread, Interval, JobsUnread, Least, NoticeGiven, NoticeOwed,
    NumberSeen, Observation, OperationOutcome, OwedAbout, OwnOperation, Parked, PersonalHold,
    PricePerHour, QuotaSeen, Refused, Resource, StartedAgain, TagsSeen, TimerSet, ToldOf, UseSeen,
    WarmNodes, WorkState,
};
use crate::policy::Layer;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The saved state of one workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkspaceState {
    /// When the document was last written: every resource in it was observed at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swept_at: Option<DateTime<Utc>>,
    /// When it was last asked which of its instances give their cores up, whatever came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_read_at: Option<DateTime<Utc>>,
    /// By ARM id, lower case: the id of what is billed, whatever its kind.
    pub resources: BTreeMap<String, ResourceState>,
    /// Fields of a later version: kept, and written again.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// What is remembered of one resource.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceState {
    /// The resource as it was last observed: what it is called, and its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// The object id, in lower case, of the person whose it is, as Azure last showed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// When Azure says that it was made: what was asked for before that is of another one of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_on: Option<DateTime<Utc>>,
    /// Its own tags of ours, where they are shown by some api-versions only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags_seen: Option<TagsSeen>,
    /// Of an instance: whether a stop gives its cores up to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_seen: Option<QuotaSeen>,
    /// When we first observed it; the time of its first operation where Azure names none.
    pub first_seen: Option<DateTime<Utc>>,
    /// The state at rest that was last observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Power>,
    /// The state that is not at rest, while that lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changing: Option<Changing>,
    /// The last start or stop of anybody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<ExternalOperation>,
    /// Our latest operations, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_operations: Vec<OwnOperation>,
    /// Of a kind that scales: what it was before we scaled it down, saved before that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parked: Option<Parked>,
    /// Of a kind made of several sizes: how many of each ran when it was last seen to run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<(u32, String)>,
    /// Of a deployment: the least that Azure lets it have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<Least>,
    /// Of a kind that scales: what it was last observed at rest with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberSeen>,
    /// The ids of those whose end is saved, and not written down yet: the next action was more urgent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<String>,
    /// What Azure has refused and goes on refusing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// The avoided interval that our last stop opened, while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avoided: Option<Interval>,
    /// Of a kind that scales: the operation of which an avoided interval has been opened before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avoided_of: Option<String>,
    /// The interval that our last start opened, until the first sign of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused: Option<Interval>,
    /// What a dry run would have saved since it would have stopped the resource, while that lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projected: Option<Interval>,
    /// That somebody has started it again after our stop, while it is on by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_again: Option<StartedAgain>,
    /// What it costs by that, while it counts.
    #[serde(rename = "restarted", skip_serializing_if = "Option::is_none")]
    pub started_again_interval: Option<Interval>,
    /// The end of the `hold off` for which the resource has been stopped already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_stopped: Option<DateTime<Utc>>,
    /// The text of a hold that counts from when it is first seen, and when that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_seen: Option<HoldSeen>,
    /// What a person has asked for, as it was last read; the one that ends last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_hold: Option<PersonalHold>,
    /// That what people have asked for cannot be read, while that delays a stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds_unread: Option<HoldsUnread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeGiven>,
    /// Those that were given before that, of other stops; the last few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices_before: Vec<NoticeGiven>,
    /// What its owner is still to be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<NoticeOwed>,
    /// How long our last starts took until the resource was seen running, in seconds; the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_took: Vec<u32>,
    /// Our starts of late that nobody used, one after the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused_starts: Option<UnusedStarts>,
    /// The same of what has happened. A version that knows no such notices keeps them unread.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owed_after: Vec<NoticeOwed>,
    /// What its owner was told of what has happened; the last few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub told_after: Vec<ToldOf>,
    /// Its owner wants to hear of failures only.
    #[serde(skip_serializing_if = "is_default")]
    pub quiet: bool,
    /// What demanded a start that has not come about long after it was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_start: Option<DateTime<Utc>>,
    /// That somebody keeps it on outside its schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_on: Option<KeptOn>,
    /// Of a cluster that nothing governs: its warm nodes that have nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm_nodes: Option<WarmNodes>,
    /// What evidence of work has shown so far.
    #[serde(skip_serializing_if = "is_default")]
    pub evidence: WorkState,
    /// What was seen of its use today; `None`: nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_seen: Option<Box<UseSeen>>,
    /// When our last stop for want of work, or for a long uptime, was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_when_idle: Option<DateTime<Utc>>,
    /// What we last set Azure's own idle timer to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer: Option<TimerSet>,
    /// When its owner was last warned of something about this resource that does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warned_at: Option<DateTime<Utc>>,
    /// That the list of jobs does not come in full, while that may delay a stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs_unread: Option<JobsUnread>,
    /// The decision last written to the ledger, so that it is written when it changes and not every sweep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_decision: Option<String>,
    /// The observation last written to the ledger, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observation: Option<Observation>,
    /// When that was; where a version before this one has written it, when this one first saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observation_recorded_at: Option<DateTime<Utc>>,
    /// Fields of a later version: kept, and written again.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Starts of ours in a row that nobody used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedStarts {
    /// When the first of them was asked for.
    pub since: DateTime<Utc>,
    /// When the first of the last day was.
    pub last: DateTime<Utc>,
    /// On how many days.
    pub days: u32,
    /// Its owner was told that there are no more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub told: bool,
}

/// Starts that lie no further apart are of one day.
pub(crate) const ONE_DAY: TimeDelta = TimeDelta::hours(12);

/// That somebody keeps a resource on outside its schedule: since when, and what an hour costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOn {
    pub since: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<PricePerHour>,
    /// The highest step of cost of which its owner was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Decimal>,
}

/// A hold such as `on for 3h`, as its owner wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldSeen {
    pub text: String,
    /// Where it stands: the same text in another place is another hold.
    pub layer: Layer,
    pub at: DateTime<Utc>,
}

/// Nobody is expected on a resource so soon after it was started.
pub const UNUSED_AT_FIRST: TimeDelta = TimeDelta::minutes(15);
/// More operations than this lie too far back to be the last one.
const OPERATIONS_KEPT: usize = 4;
/// Of so many starts the longest is what the next may take.
const STARTS_KEPT: usize = 3;
/// Notices that were given: of an edge, of the end of a hold or a lease, and of idleness.
const NOTICES_KEPT: usize = 4;
/// What was told of what has happened: within a day, and of a start that goes on failing.
const TOLD_KEPT: usize = 8;

impl ResourceState {
    pub fn open_intervals(&self) -> impl Iterator<Item = &Interval> {
        let avoided = [&self.avoided, &self.projected];
        let costs = [&self.unused, &self.started_again_interval];
        avoided.into_iter().chain(costs).flatten()
    }

    pub fn last_own_operation(&self) -> Option<&OwnOperation> {
        self.own_operations.last()
    }

    /// Since when the resource has been as it is now, as far as that is known: the latest operation of anybody else,
    /// and the latest of ours.
    pub fn on_since(&self) -> Option<DateTime<Utc>> {
        let external = self.external.as_ref().map(|external| external.at);
        let own = self
            .own_operations
            .iter()
            .filter_map(|own| match &own.ended {
                Some(ended) if ended.how == OperationOutcome::Settled => Some(ended.at),
                Some(_) => None,
                None => Some(own.requested_at),
            });
        external.max(own.max()).or(self.first_seen)
    }

    /// Our own start that the resource is on by, and when it was seen on, where nobody has started it, stopped it or
    /// asked for a hold of it since.
    pub(crate) fn untouched_start(&self) -> Option<(&OwnOperation, DateTime<Utc>)> {
        let start = self.last_own_operation();
        let start = start.filter(|own| own.power == Power::On)?;
        let on = start.ended.as_ref()?.at;
        let external = self.external.as_ref();
        let alone = external.is_none_or(|external| external.at < on);
        // Whoever kept it on was there.
        let held = self.personal_hold.as_ref();
        let held = held.is_some_and(|hold| hold.at >= start.requested_at);
        (alone && !held).then_some((start, on))
    }

    /// Such a start of ours, where no work was observed from then on. Whoever starts a resource by schedule cannot expect
    /// anyone to be there in its first minutes, nor samples.
    pub fn unneeded_start(&self) -> Option<&OwnOperation> {
        let (start, on) = self.untouched_start()?;
        let quiet = self.evidence.quiet?;
        (quiet.from <= on + UNUSED_AT_FIRST).then_some(start)
    }

    /// How long a start of it may take: the longest of the last ones, in whole minutes, as sweeps are not made to the
    /// second. `None` where none of ours has been seen to end.
    pub fn start_takes(&self) -> Option<TimeDelta> {
        let longest = self.starts_took.iter().max()?;
        Some(TimeDelta::minutes(i64::from(longest.div_ceil(60))))
    }

    /// Takes in that a start of ours has settled.
    pub fn start_took(&mut self, length: TimeDelta) {
        let seconds = u32::try_from(length.num_seconds()).unwrap_or_default();
        self.starts_took.push(seconds);
        let over = self.starts_took.len().saturating_sub(STARTS_KEPT);
        self.starts_took.drain(..over);
    }

    /// Takes in that a run which a start of ours began has ended, by a stop of ours. `start`: when that start was asked
    /// for, where nobody used it.
    pub fn run_ended(&mut self, start: Option<DateTime<Utc>>) {
        let before = self.unused_starts.take();
        self.unused_starts = start.map(|start| match before {
            None => UnusedStarts {
                since: start,
                last: start,
                days: 1,
                told: false,
            },
            Some(known) if start < known.last + ONE_DAY => known,
            Some(known) => UnusedStarts {
                last: start,
                days: known.days.saturating_add(1),
                ..known
            },
        });
    }

    /// Takes in that a notice was given.
    pub fn give(&mut self, given: NoticeGiven) {
        self.notices_before.extend(self.notice.replace(given));
        let other = |one: &NoticeGiven| (one.cause, one.reason) != (given.cause, given.reason);
        self.notices_before.retain(other);
        let most = NOTICES_KEPT - 1;
        let over = self.notices_before.len().saturating_sub(most);
        self.notices_before.drain(..over);
    }

    /// Forgets what was told, or is owed, of the stop of an earlier run: whoever has started it by hand since has heard
    /// of none.
    pub fn forget_notices(&mut self, started: DateTime<Utc>) {
        self.notice = self.notice.filter(|notice| notice.given_at >= started);
        self.notices_before
            .retain(|notice| notice.given_at >= started);
        self.owed
            .retain(|owed| owed.about != OwedAbout::Stop || owed.since >= started);
    }

    /// The notices that have been given, as far as they are kept.
    pub fn given(&self) -> impl Iterator<Item = &NoticeGiven> {
        self.notices_before.iter().chain(&self.notice)
    }

    /// The notice of this kind that is owed.
    pub fn owed(&self, about: OwedAbout) -> Option<&NoticeOwed> {
        let all = match about.is_after() {
            true => &self.owed_after,
            false => &self.owed,
        };
        all.iter().find(|owed| owed.about == about)
    }

    /// The notices among which one of this kind is owed.
    pub fn all_owed(&mut self, about: OwedAbout) -> &mut Vec<NoticeOwed> {
        match about.is_after() {
            true => &mut self.owed_after,
            false => &mut self.owed,
        }
    }

    /// When its owner was last told of this.
    pub fn told_of(&self, about: OwedAbout, of: &str) -> Option<DateTime<Utc>> {
        let told = self.told_after.iter().rev();
        let mut told = told.filter(|told| told.about == about && told.of == of);
        told.next().map(|told| told.at)
    }

    /// Takes in that its owner was told of something.
    pub fn tell_of(&mut self, told: ToldOf) {
        let same = |known: &ToldOf| known.about == told.about && known.of == told.of;
        self.told_after.retain(|known| !same(known));
        self.told_after.push(told);
        let over = self.told_after.len().saturating_sub(TOLD_KEPT);
        self.told_after.drain(..over);
    }

    /// Adds an operation, forgetting the oldest.
    pub fn push_operation(&mut self, operation: OwnOperation) {
        self.own_operations.push(operation);
        if self.own_operations.len() > OPERATIONS_KEPT {
            self.own_operations.remove(0);
        }
    }
}
