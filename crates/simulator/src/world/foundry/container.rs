//! A workbench or a container instance as it is now.

use crate::kinds::workbench::rules::Condition;
use crate::kinds::workbench::spec::{ErrorSpec, WorkbenchSpec};
use crate::kinds::workbench::state::{OlderState, WorkbenchState};
use crate::world::behind::place::Place;
use crate::world::instance::Stretch;
use crate::world::vm::session::Session;
use chrono::{DateTime, TimeDelta, Utc};

/// Where it lies, by place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// A workbench.
    Project(usize),
    /// A container instance.
    Account(usize),
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    pub place: Place,
    pub spec: WorkbenchSpec,
    pub home: Home,
    /// The ARM id of what it runs on.
    pub target: String,
    pub state: WorkbenchState,
    /// Shown in the older versions' `provisioningState` until the state changes.
    pub older_state: Option<OlderState>,
    pub shows_status: bool,
    pub errors: Vec<ErrorSpec>,
    pub created_on: DateTime<Utc>,
    /// Azure's own idle timer, as it was given.
    pub idle_setting: Option<String>,
    pub(super) idle_timer_fires: bool,
    /// Counts up whenever a planned end of the idle time becomes void.
    pub(super) idle_epoch: u64,
    /// The operation under way, and the state before it.
    pub(super) operation: Option<(String, WorkbenchState)>,
    pub(super) starts_to_fail: u32,
    pub(super) fails_with: String,
    pub(super) no_quota: bool,
    /// Everybody who ever came for it, in the order of their coming.
    pub sessions: Vec<Session>,
    /// When it ran; the last stretch has no end while it runs.
    pub ran: Vec<Stretch>,
    /// Counts its changes of state.
    pub(super) turns: u64,
    /// Counts up with every change that a caller could see.
    pub version: u64,
    pub exists: bool,
}

impl Container {
    pub(super) fn new(
        spec: &WorkbenchSpec,
        place: Place,
        home: Home,
        target: String,
        now: DateTime<Utc>,
    ) -> Container {
        Container {
            home,
            target,
            state: spec.state,
            older_state: spec.older_state,
            shows_status: spec.shows_status,
            errors: spec.errors.clone(),
            created_on: spec.created_on.unwrap_or(now - TimeDelta::days(30)),
            idle_setting: spec.idle_time_before_shutdown.clone(),
            idle_timer_fires: spec.idle_timer_fires,
            idle_epoch: 0,
            operation: None,
            starts_to_fail: spec.fail_starts,
            fails_with: spec.fails_with.clone(),
            no_quota: spec.no_quota,
            sessions: Vec::new(),
            ran: Vec::new(),
            turns: 0,
            version: 1,
            exists: true,
            spec: spec.clone(),
            place,
        }
    }

    /// What decides whether a call is accepted now.
    pub(super) fn condition(&self) -> Condition<'_> {
        Condition {
            name: &self.place.name,
            state: self.state,
            busy: self.operation.is_some(),
            made: self.spec.provisioned,
            no_quota: self.no_quota,
        }
    }

    /// Who is at work on it at an instant.
    pub fn at_work(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Session> {
        let sessions = self.sessions.iter();
        sessions.filter(move |session| session.is_on(at))
    }

    /// What a caller can see of it has changed.
    pub(super) fn touch(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.place.modified = now;
    }
}
