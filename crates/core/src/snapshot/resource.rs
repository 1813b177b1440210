//! One resource of a snapshot, and the model that it is rebuilt into.

use super::operation::SnapshotOperation;
use crate::decide::Jobs;
use crate::kinds::{self, Kind};
use crate::observe::{ByKind, Compute, ComputeState, Job, LastOperation, NativeSchedule, Tags};
use crate::policy::{Defaults, Reading};
use crate::record::{
    Changing, ExternalOperation, HoldSeen, NoticeGiven, NoticeOwed, NumberSeen, Parked,
    PersonalHold, QuotaSeen, Refused, ResourceState, TimerSet, UnusedStarts, WorkState,
};
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A resource as one sweep observed it, with the layers above it and its saved state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotResource {
    /// The ARM id as Azure wrote it.
    pub id: String,
    /// As Azure spells it.
    pub name: String,
    /// The workspace's name.
    pub workspace: String,
    pub workspace_id: String,
    pub resource_group: String,
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub vm_size: Option<String>,
    #[serde(default)]
    pub compute_type: Option<String>,
    #[serde(default)]
    pub provisioning_state: Option<String>,
    pub state: ComputeState,
    #[serde(default)]
    pub last_operation: Option<Operation>,
    #[serde(default)]
    pub created_on: Option<DateTime<Utc>>,
    #[serde(default)]
    pub created_by: Option<String>,
    /// ISO 8601, as Azure writes it.
    #[serde(default, with = "iso")]
    pub idle_time_before_shutdown: Option<std::time::Duration>,
    /// The type of its managed identity, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_applications: Vec<String>,
    #[serde(default)]
    pub tags: Tags,
    #[serde(default)]
    pub workspace_tags: Tags,
    #[serde(default)]
    pub resource_group_tags: Tags,
    /// False: the resource group's tags could not be read, so a layer may be missing.
    #[serde(default = "yes")]
    pub tags_known: bool,
    #[serde(default)]
    pub native_schedules: Vec<NativeSchedule>,
    /// What only some kinds have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by_kind: ByKind,
    /// Of a kind that scales: what it was before we scaled it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<Parked>,
    /// Likewise: what it was last observed at rest with, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberSeen>,
    /// The names of its active jobs; null where they were not asked for or could not be read.
    #[serde(default)]
    pub jobs: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs_problem: Option<JobsProblem>,
    /// When a sweep first observed it; null where no saved state knows it.
    #[serde(default)]
    pub first_seen: Option<DateTime<Utc>>,
    /// The state that is not at rest, while that lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changing: Option<Changing>,
    /// The last operation of anybody else, by the saved state and this observation.
    #[serde(default)]
    pub external: Option<ExternalOperation>,
    /// Our own latest operations, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_operations: Vec<SnapshotOperation>,
    /// What Azure has refused and goes on refusing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// The end of the `hold off` for which it has been stopped already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_stopped: Option<DateTime<Utc>>,
    /// The text of a hold that counts from when it is first seen, and when that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_seen: Option<HoldSeen>,
    /// What a person has asked for: that it stays on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_hold: Option<PersonalHold>,
    /// What sweeps have found out about the work on it.
    #[serde(default)]
    pub work: WorkState,
    /// When our last stop for want of work, or for its uptime, took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_when_idle: Option<DateTime<Utc>>,
    /// What we last set Azure's own idle timer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<TimerSet>,
    /// The instant that demands a stop of which its owner has been told, and when that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Those of other stops, before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices_before: Vec<NoticeGiven>,
    /// What its owner is still to be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<NoticeOwed>,
    /// How long our last starts took, in seconds; the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts_took: Vec<u32>,
    /// Whether a stop gives its cores up to others, as that was last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota_seen: Option<QuotaSeen>,
    /// Our starts of late that nobody used, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_starts: Option<UnusedStarts>,
    /// Of all of it that runs; while it is stopped, of what a start brings back. Null: not known.
    #[serde(default)]
    pub price_per_hour: Option<Price>,
    /// What goes on costing while it is stopped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub while_parked: Vec<WhileParked>,
    /// What Azure itself says is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// What of Azure's answer could not be understood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// `lastOperation` in Azure's own names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    #[serde(rename = "operationName")]
    pub name: String,
    #[serde(rename = "operationTime")]
    pub time: DateTime<Utc>,
    #[serde(rename = "operationStatus", default)]
    pub status: Option<String>,
    #[serde(rename = "operationTrigger", default)]
    pub trigger: Option<String>,
}

/// Why the jobs are not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobsProblem {
    pub why: String,
    /// Stops by schedule are made all the same: see [`Jobs::Unknown`].
    #[serde(default)]
    pub accepted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// For an hour, in `currency`.
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: String,
    pub source: String,
}

/// One thing that goes on costing while a resource is stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhileParked {
    pub what: String,
    /// For an hour; none where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_per_hour: Option<Price>,
    /// A day of it, in USD at list price, where that is written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_a_day: Option<Decimal>,
}

fn yes() -> bool {
    true
}

/// A length of time as Azure writes it.
mod iso {
    use crate::duration::{self, DurationError};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use std::time::Duration;

    pub fn serialize<S: Serializer>(length: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        length.map(duration::iso).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        let read = |text: String| {
            let unreadable = |error: DurationError| {
                D::Error::custom(format!("'{text}' is not {}", error.expected))
            };
            duration::parse(&text).map_err(unreadable)
        };
        text.map(read).transpose()
    }
}

impl From<LastOperation> for Operation {
    fn from(operation: LastOperation) -> Operation {
        Operation {
            name: operation.name,
            time: operation.time,
            status: operation.status,
            trigger: operation.trigger,
        }
    }
}

impl From<Operation> for LastOperation {
    fn from(operation: Operation) -> LastOperation {
        LastOperation {
            name: operation.name,
            time: operation.time,
            status: operation.status,
            trigger: operation.trigger,
        }
    }
}

impl SnapshotResource {
    /// The model that Azure's answer was.
    pub fn compute(&self) -> Compute {
        Compute {
            id: self.id.clone(),
            name: self.name.clone(),
            location: self.location.clone(),
            tags: self.tags.clone(),
            compute_type: self.compute_type.clone(),
            provisioning_state: self.provisioning_state.clone(),
            state: self.state.clone(),
            vm_size: self.vm_size.clone(),
            created_on: self.created_on,
            created_by: self.created_by.clone(),
            // It decides nothing, and a snapshot goes further than a ledger.
            owner_id: None,
            last_operation: self.last_operation.clone().map(LastOperation::from),
            schedules: self.native_schedules.clone(),
            idle_time_before_shutdown: self.idle_time_before_shutdown,
            identity: self.identity.clone(),
            custom_applications: self.custom_applications.clone(),
            by_kind: self.by_kind.clone(),
            errors: self.errors.clone(),
            oddities: self.oddities.clone(),
        }
    }

    /// What the tags in force on it say.
    pub fn reading(&self, defaults: &Defaults) -> Reading {
        let (workspace, group) = (&self.workspace_tags, &self.resource_group_tags);
        kinds::reading(&self.compute(), workspace, group, defaults)
    }

    /// Of a kind that scales, how many nodes or instances there are while it is on, and how many of them stay while it
    /// is off; else one and none.
    pub fn units(&self, reading: &Reading) -> (u32, u32) {
        let (compute, kind) = (self.compute(), self.kind());
        let Some(known) = kind.known().filter(|_| compute.by_kind.scale.is_some()) else {
            return (1, 0);
        };
        let policy = &reading.policy;
        let floor = policy.floor_of(known.target());
        let there = compute.by_kind.units();
        if known.rest(&compute.state) != Some(Power::Off) {
            return (there, floor.min(there));
        }
        let warm = policy.warm.as_ref().map(|warm| warm.value);
        let parked = self.parked.map(|parked| parked.value);
        let on = kinds::target(&compute, Power::On, floor, warm, parked);
        (on.unwrap_or(there), floor.min(there))
    }

    /// What of its price a stop takes away, and a start brings back.
    pub fn price_of_a_stop(&self, reading: &Reading) -> Option<Price> {
        let mut price = self.price_per_hour.clone()?;
        let (on, stay) = self.units(reading);
        let gone = on.saturating_sub(stay);
        price.amount = match on {
            0 => Decimal::ZERO,
            on => price.amount / Decimal::from(on) * Decimal::from(gone),
        };
        Some(price)
    }

    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        Kind::of(&self.compute())
    }

    /// What the saved state held once it had taken this observation in, as far as decisions go; empty where none knew it.
    pub fn saved_state(&self) -> ResourceState {
        let notice = |(cause, given_at)| NoticeGiven {
            cause,
            given_at,
            reason: None,
            stop_at: None,
        };
        ResourceState {
            first_seen: self.first_seen,
            rest: self.first_seen.and(self.kind().rest(&self.state)),
            changing: self.changing.clone(),
            external: self.external.clone(),
            own_operations: self
                .own_operations
                .iter()
                .map(SnapshotOperation::operation)
                .collect(),
            parked: self.parked,
            number: self.number,
            refused: self.refused.clone(),
            hold_stopped: self.hold_stopped,
            hold_seen: self.hold_seen.clone(),
            personal_hold: self.personal_hold.clone(),
            notice: self.notice.map(notice),
            notices_before: self.notices_before.clone(),
            owed: self.owed.clone(),
            starts_took: self.starts_took.clone(),
            quota_seen: self.quota_seen,
            unused_starts: self.unused_starts,
            evidence: self.work.clone(),
            stopped_when_idle: self.stopped_when_idle,
            timer: self.timer.clone(),
            ..ResourceState::default()
        }
    }

    /// The jobs as a decision takes them.
    pub fn jobs(&self) -> Jobs {
        let job = |name: &String| Job {
            name: name.clone(),
            display_name: None,
            status: Some("Running".into()),
            compute_id: Some(self.id.clone()),
            created_at: None,
            changed_at: None,
        };
        match (&self.jobs, &self.jobs_problem) {
            (Some(names), _) => Jobs::Known(names.iter().map(job).collect()),
            (None, Some(problem)) => Jobs::Unknown {
                why: problem.why.clone(),
                accepted: problem.accepted,
            },
            (None, None) => Jobs::NotAsked,
        }
    }
}
