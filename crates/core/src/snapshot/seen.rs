//! One machine of a snapshot, and the model that it is rebuilt into.

use super::OwnAct;
use crate::observe::{Compute, Job, LastOperation, NativeSchedule, State, Tags};
use crate::decide::evidence::Remembered;
use crate::decide::{Jobs, MachineMemory, NoticeGiven, TimerSet, Word, rest};
use crate::duration;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A machine as one sweep saw it, with the layers above it and what we remember of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// The ARM id as Azure wrote it.
    pub id: String,
    /// The compute's name.
    pub compute: String,
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
    pub state: State,
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
    /// The names of its active jobs; null where they were not asked for or could not be read.
    #[serde(default)]
    pub jobs: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs_problem: Option<JobsProblem>,
    /// When a sweep first saw it; null where no memory knows it.
    #[serde(default)]
    pub first_seen: Option<DateTime<Utc>>,
    /// The last word anyone else had, by the memory and this look.
    #[serde(default)]
    pub word: Option<Word>,
    /// Our own latest acts, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_acts: Vec<OwnAct>,
    /// The end of the `hold off` for which it has been put out already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_put_out: Option<DateTime<Utc>>,
    /// What sweeps have found out about the work on it.
    #[serde(default)]
    pub work: Remembered,
    /// When our last stop for want of work, or for its uptime, took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_out: Option<DateTime<Utc>>,
    /// What we last set Azure's own idle timer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<TimerSet>,
    /// The instant that demands a stop of which its owner has been told, and when that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Null: not known.
    #[serde(default)]
    pub price_per_hour: Option<Price>,
    /// What of Azure's answer could not be understood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<String>,
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
    /// It may succeed the next time.
    pub passing: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: String,
    pub source: String,
}

impl Price {
    /// What `seconds` cost; exact, to be rounded only when printed.
    pub fn of_seconds(&self, seconds: i64) -> Decimal {
        self.amount * Decimal::from(seconds) / Decimal::from(3600)
    }
}

fn yes() -> bool {
    true
}

/// A length of time as Azure writes it.
mod iso {
    use super::duration;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use std::time::Duration;

    pub fn serialize<S: Serializer>(length: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        length.map(duration::iso).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        let read = |text: String| {
            let expected = |(_, expected)| D::Error::custom(format!("'{text}' is not {expected}"));
            duration::parse(&text).map_err(expected)
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

impl Seen {
    /// The model that Azure's answer was.
    pub fn compute(&self) -> Compute {
        Compute {
            id: self.id.clone(),
            name: self.compute.clone(),
            location: self.location.clone(),
            tags: self.tags.clone(),
            compute_type: self.compute_type.clone(),
            provisioning_state: self.provisioning_state.clone(),
            state: self.state.clone(),
            vm_size: self.vm_size.clone(),
            created_on: self.created_on,
            created_by: self.created_by.clone(),
            last_operation: self.last_operation.clone().map(LastOperation::from),
            schedules: self.native_schedules.clone(),
            idle_time_before_shutdown: self.idle_time_before_shutdown,
            identity: self.identity.clone(),
            custom_applications: self.custom_applications.clone(),
            oddities: self.oddities.clone(),
        }
    }

    /// What the memory held once it had taken this look in, as far as decisions go; empty where none knew it.
    pub fn memory(&self) -> MachineMemory {
        let notice = |(cause, given_at)| NoticeGiven { cause, given_at };
        MachineMemory {
            first_seen: self.first_seen,
            rest: self.first_seen.and(rest(&self.state)),
            word: self.word.clone(),
            acts: self.own_acts.iter().map(OwnAct::act).collect(),
            hold_put_out: self.hold_put_out,
            notice: self.notice.map(notice),
            evidence: self.work.clone(),
            put_out: self.put_out,
            timer: self.timer.clone(),
            ..MachineMemory::default()
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
                passing: problem.passing,
            },
            (None, None) => Jobs::NotAsked,
        }
    }
}
