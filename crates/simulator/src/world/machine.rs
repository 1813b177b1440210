//! A compute as it is now.

use super::beacon::Watch;
use super::uses::Use;
use crate::fleet;
use crate::fleet::State;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// One compute, with who wants it and what runs on it.
#[derive(Clone, Debug)]
pub struct Machine {
    pub spec: fleet::Machine,
    /// Its workspace's place in the world.
    pub workspace: usize,
    /// Its ARM id.
    pub id: String,
    /// `workspace/machine`.
    pub reference: String,
    pub tags: BTreeMap<String, String>,
    pub(super) state: State,
    pub created_on: DateTime<Utc>,
    pub modified_on: DateTime<Utc>,
    pub last_operation: LastOperation,
    /// `idleTimeBeforeShutdown` as it was given.
    pub idle_setting: Option<String>,
    /// Seconds; `None` where unset.
    pub(super) idle_after: Option<i64>,
    /// Since when nothing that Azure sees has been active.
    pub(super) idle_since: DateTime<Utc>,
    /// Whether something that Azure sees is active.
    pub(super) seen_active: bool,
    /// Counts up whenever a planned look at the idle timer becomes void.
    pub(super) idle_epoch: u64,
    /// The operation under way.
    pub(super) operation: Option<String>,
    /// People who want it now, by their place in the world.
    pub(super) wanted_by: Vec<usize>,
    /// Jobs by their place in the world.
    pub(super) running_jobs: Vec<usize>,
    pub(super) waiting_jobs: Vec<usize>,
    /// Everything that was ever at work on it, in order of its beginning.
    pub(in crate) uses: Vec<Use>,
    /// When it ran; the last stretch has no end while it runs.
    pub(in crate) ran: Vec<Stretch>,
    /// What its beacon has seen since it booted.
    pub(super) watch: Option<Box<Watch>>,
    pub(super) starts_to_fail: u32,
    pub(super) deleted: bool,
    /// Counts up with every change that a caller could see.
    pub(in crate) version: u64,
}

/// From when, and until when if that is over.
pub(in crate) type Stretch = (DateTime<Utc>, Option<DateTime<Utc>>);

/// `lastOperation`, in Azure's words.
#[derive(Clone, Debug)]
pub struct LastOperation {
    pub name: String,
    pub time: DateTime<Utc>,
    pub status: Option<String>,
    pub trigger: Option<String>,
}

impl Machine {
    pub(super) fn new(
        spec: &fleet::Machine,
        workspace: usize,
        workspace_id: &str,
        workspace_name: &str,
        now: DateTime<Utc>,
    ) -> Machine {
        let created_on = spec.created_on.unwrap_or(now - TimeDelta::days(30));
        let idle_after = spec.idle_time_before_shutdown.as_deref().and_then(seconds);
        Machine {
            workspace,
            id: format!("{workspace_id}/computes/{}", spec.name),
            reference: format!("{workspace_name}/{}", spec.name),
            tags: spec.tags.clone(),
            state: spec.state,
            created_on,
            modified_on: now,
            last_operation: last_operation(spec, created_on, now),
            idle_setting: spec.idle_time_before_shutdown.clone(),
            idle_after,
            idle_since: now,
            seen_active: false,
            idle_epoch: 0,
            operation: None,
            wanted_by: Vec::new(),
            running_jobs: Vec::new(),
            waiting_jobs: Vec::new(),
            uses: Vec::new(),
            ran: match spec.state {
                State::Running | State::JobRunning => vec![(now, None)],
                _ => Vec::new(),
            },
            watch: None,
            starts_to_fail: spec.fail_starts,
            deleted: false,
            version: 0,
            spec: spec.clone(),
        }
    }

    /// Whether it still exists.
    pub fn exists(&self) -> bool {
        !self.deleted
    }

    /// Whether start, stop and the idle timer mean anything to it.
    pub fn is_instance(&self) -> bool {
        self.spec.compute_type == fleet::ComputeType::ComputeInstance
    }

    /// Whether it ran at any time in `from..to`.
    pub(in crate) fn ran_in(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        let hit = |(began, ended): &Stretch| *began < to && ended.is_none_or(|end| end > from);
        // The latest are asked for most.
        self.ran.iter().rev().any(hit)
    }

    /// Keeps when it ran.
    pub(super) fn keep_stretch(&mut self, to: State, now: DateTime<Utc>) {
        let runs = matches!(to, State::Running | State::JobRunning);
        match self.ran.last_mut() {
            Some((_, end @ None)) if !runs => *end = Some(now),
            Some((_, None)) => {}
            _ if runs => self.ran.push((now, None)),
            _ => {}
        }
    }

    /// Whether somebody works on it.
    pub fn is_in_use(&self) -> bool {
        self.state == State::Running && !self.wanted_by.is_empty()
    }
}

/// A length of time in whole seconds, of one that the fleet's check or the API's has accepted.
pub(super) fn seconds(idle_time: &str) -> Option<i64> {
    let length = lamplighter_core::duration::parse(idle_time).ok()?;
    i64::try_from(length.as_secs()).ok()
}

/// A machine found out was put out by somebody the evening before; one found on was never touched since it
/// was made.
fn last_operation(
    spec: &fleet::Machine,
    created_on: DateTime<Utc>,
    now: DateTime<Utc>,
) -> LastOperation {
    if let Some(given) = &spec.last_operation {
        return LastOperation {
            name: given.operation_name.clone(),
            time: given.operation_time,
            status: given.operation_status.clone(),
            trigger: given.operation_trigger.clone(),
        };
    }
    let (name, time) = match spec.state {
        State::Stopped => ("Stop", (now - TimeDelta::hours(12)).max(created_on)),
        State::Starting => ("Start", now),
        State::Stopping => ("Stop", now),
        State::Restarting => ("Restart", now),
        _ => ("Create", created_on),
    };
    let under_way = matches!(
        spec.state,
        State::Starting | State::Stopping | State::Restarting
    );
    LastOperation {
        name: name.into(),
        time,
        status: Some(if under_way { "InProgress" } else { "Succeeded" }.into()),
        trigger: Some("User".into()),
    }
}
