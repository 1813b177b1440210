//! What can be at work on an instance: the truth behind metrics, beacons and forgotten hours.

use crate::fleet::load::Load;
use crate::fleet::person::{RunsIn, WorksIn};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// By what means somebody or something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UseKind {
    Notebook,
    Terminal,
    VsCode,
    Ssh,
    Tmux,
    /// One of Azure's jobs.
    Job,
}

impl UseKind {
    /// Whether Azure's idle timer takes it for activity.
    pub fn shows_to_azure(self) -> bool {
        !matches!(self, UseKind::Ssh | UseKind::Tmux)
    }
}

impl From<WorksIn> for UseKind {
    fn from(works_in: WorksIn) -> UseKind {
        match works_in {
            WorksIn::Notebook => UseKind::Notebook,
            WorksIn::Terminal => UseKind::Terminal,
            WorksIn::VsCode => UseKind::VsCode,
            WorksIn::Ssh => UseKind::Ssh,
            WorksIn::Tmux => UseKind::Tmux,
        }
    }
}

impl From<RunsIn> for UseKind {
    fn from(runs_in: RunsIn) -> UseKind {
        match runs_in {
            RunsIn::Job => UseKind::Job,
            RunsIn::Tmux => UseKind::Tmux,
            RunsIn::Notebook => UseKind::Notebook,
        }
    }
}

/// Who uses it, by place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    Person(usize),
    Run(usize),
}

/// One stretch of use; `to` is exclusive, and absent while it goes on.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
    pub kind: UseKind,
    pub user: User,
    pub load: Load,
}

impl Use {
    /// Whether any of it lies in `from..to`.
    pub fn touches(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        self.from < to && self.to.is_none_or(|end| end > from)
    }
}

/// What was at work at an instant, as the record tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AtWork {
    pub kind: UseKind,
    /// The person's name, or the run's.
    pub who: String,
    /// A run rather than a person.
    pub run: bool,
}
