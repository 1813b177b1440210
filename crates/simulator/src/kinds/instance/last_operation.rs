//! `lastOperation`: who did what to an instance last.

use super::action::Action;
use super::capacity;
use super::state::InstanceState;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

const SUCCEEDED: &str = "Succeeded";
const IN_PROGRESS: &str = "InProgress";

/// `lastOperation` in a fleet file, as Azure spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperationSpec {
    pub operation_name: String,
    pub operation_time: DateTime<Utc>,
    #[serde(default)]
    pub operation_status: Option<String>,
    #[serde(default)]
    pub operation_trigger: Option<String>,
}

/// `lastOperation`, in Azure's words.
#[derive(Clone, Debug)]
pub struct LastOperation {
    pub name: String,
    pub time: DateTime<Utc>,
    pub status: Option<String>,
    pub trigger: Option<String>,
}

impl LastOperation {
    /// What Azure shows when the world begins. An instance found stopped was stopped by somebody the evening before;
    /// one found running was never touched since it was made.
    pub(crate) fn found(
        given: Option<&OperationSpec>,
        state: InstanceState,
        created_on: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> LastOperation {
        if let Some(given) = given {
            return LastOperation {
                name: given.operation_name.clone(),
                time: given.operation_time,
                status: given.operation_status.clone(),
                trigger: given.operation_trigger.clone(),
            };
        }
        let (name, time, status) = match (Action::under_way_in(state), state) {
            (Some(action), _) => (action.as_str(), now, IN_PROGRESS),
            (None, InstanceState::Stopped) => {
                let evening = (now - TimeDelta::hours(12)).max(created_on);
                (Action::Stop.as_str(), evening, SUCCEEDED)
            }
            (None, _) => ("Create", created_on, SUCCEEDED),
        };
        LastOperation {
            name: name.into(),
            time,
            status: Some(status.into()),
            trigger: Some("User".into()),
        }
    }

    /// An action that has just been accepted; `trigger` is Azure's `operationTrigger`.
    pub(crate) fn begun(action: Action, time: DateTime<Utc>, trigger: &str) -> LastOperation {
        LastOperation {
            name: action.as_str().into(),
            time,
            status: Some(IN_PROGRESS.into()),
            trigger: Some(trigger.into()),
        }
    }

    /// It is over; `failed` where a start found no capacity.
    pub(crate) fn end(&mut self, failed: bool) {
        let status = if failed { capacity::STATUS } else { SUCCEEDED };
        self.status = Some(status.into());
    }
}
