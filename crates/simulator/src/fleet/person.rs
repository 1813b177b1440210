//! People: when they come and go, what they forget, and the jobs they run.

use super::chance::Chance;
use super::length::LengthRange;
use super::load::Load;
use super::wall_time::{DaySet, TimeRange, Zone};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One person (or pipeline) and the instances they use. All times are wall time in `zone`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub zone: Zone,
    /// `workspace/instance`, each once.
    #[serde(default, alias = "machines")]
    pub instances: Vec<String>,
    /// The chance that each of `instances` is needed on a given day.
    #[serde(default = "certain")]
    pub uses_each: Chance,
    #[serde(default)]
    pub days: DaySet,
    /// When they begin; without it they only run jobs.
    #[serde(default)]
    pub arrives: Option<TimeRange>,
    /// When they stop working; earlier than they came means on the next day.
    #[serde(default)]
    pub leaves: Option<TimeRange>,
    #[serde(default)]
    pub works_in: WorksIn,
    /// How hard their work is for the instance.
    #[serde(default)]
    pub load: Load,
    /// Whether they start an instance that they find stopped. One who does not waits until somebody else does.
    #[serde(default = "yes")]
    pub starts: bool,
    /// The chance of a day off that nobody planned.
    #[serde(default)]
    pub absent: Chance,
    #[serde(default)]
    pub holidays: Vec<NaiveDate>,
    /// The chance of leaving without stopping the instance. 0 is careful, 1 never stops one.
    #[serde(default)]
    pub forgets: Chance,
    /// The chance of working until `lateUntil` instead of `leaves`.
    #[serde(default)]
    pub works_late: Chance,
    #[serde(default = "late")]
    pub late_until: TimeRange,
    #[serde(default)]
    pub jobs: Vec<JobHabit>,
}

/// A job that a person runs now and then.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobHabit {
    #[serde(default = "train")]
    pub name: String,
    /// `workspace/instance`, or `workspace/cluster`.
    #[serde(alias = "machine", alias = "cluster")]
    pub instance: String,
    /// Of a cluster: how many nodes it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub nodes: u32,
    /// The person's own days where absent.
    #[serde(default)]
    pub days: Option<DaySet>,
    pub at: TimeRange,
    pub lasts: LengthRange,
    /// The chance on each of `days`.
    #[serde(default = "certain")]
    pub chance: Chance,
    #[serde(default)]
    pub runs_in: RunsIn,
    #[serde(default)]
    pub load: Load,
}

/// Where a run runs. It goes on when its person leaves, and dies with the instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunsIn {
    /// One of Azure's jobs.
    #[default]
    Job,
    /// Azure's idle timer does not notice it.
    Tmux,
    /// Keeps a kernel busy, which the timer notices.
    Notebook,
}

/// What a person works in. Azure's idle timer sees all but SSH and tmux.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorksIn {
    #[default]
    Notebook,
    Terminal,
    VsCode,
    Ssh,
    /// In tmux, over SSH.
    Tmux,
}

fn certain() -> Chance {
    Chance(1.0)
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

// The signature that serde asks for.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn is_one(nodes: &u32) -> bool {
    *nodes == 1
}

fn train() -> String {
    "train".into()
}

fn late() -> TimeRange {
    TimeRange {
        from: 20 * 60 + 30,
        to: 22 * 60 + 30,
    }
}
