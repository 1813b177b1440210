//! A compute as it is now.

use super::usage::Use;
use super::watch::Watch;
use crate::fleet::sizes::size;
use crate::kinds::compute_type::ComputeType;
use crate::kinds::instance::idle_time;
use crate::kinds::instance::last_operation::LastOperation;
use crate::kinds::instance::rules::Condition;
use crate::kinds::instance::spec::InstanceSpec;
use crate::kinds::instance::state::InstanceState;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// One compute, with who wants it and what runs on it.
#[derive(Clone, Debug)]
pub struct Instance {
    pub spec: InstanceSpec,
    /// Its workspace's place in the world.
    pub workspace: usize,
    /// Its ARM id.
    pub id: String,
    /// `workspace/instance`.
    pub reference: String,
    pub tags: BTreeMap<String, String>,
    pub(super) state: InstanceState,
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
    pub(super) shows_activity: bool,
    /// Counts up whenever a planned end of the idle time becomes void.
    pub(super) idle_epoch: u64,
    /// The operation under way.
    pub(super) operation: Option<String>,
    /// People who want it now, by their place in the world.
    pub(super) wanted_by: Vec<usize>,
    /// Jobs by their place in the world.
    pub(super) running_jobs: Vec<usize>,
    pub(super) waiting_jobs: Vec<usize>,
    /// Everything that was ever at work on it, in order of its beginning.
    pub(crate) uses: Vec<Use>,
    /// When it ran; the last stretch has no end while it runs.
    pub(crate) ran: Vec<Stretch>,
    /// What its beacon has gathered since it booted.
    pub(super) watch: Option<Box<Watch>>,
    pub(super) starts_to_fail: u32,
    pub(super) deleted: bool,
    /// Counts up with every change that a caller could see.
    pub(crate) version: u64,
}

/// From when, and until when if that is over.
pub(crate) type Stretch = (DateTime<Utc>, Option<DateTime<Utc>>);

impl Instance {
    pub(super) fn new(
        spec: &InstanceSpec,
        workspace: usize,
        workspace_id: &str,
        workspace_name: &str,
        now: DateTime<Utc>,
    ) -> Instance {
        let created_on = spec.created_on.unwrap_or(now - TimeDelta::days(30));
        let given = spec.last_operation.as_ref();
        let idle_time = spec.idle_time_before_shutdown.as_deref();
        Instance {
            workspace,
            id: format!("{workspace_id}/computes/{}", spec.name),
            reference: format!("{workspace_name}/{}", spec.name),
            tags: spec.tags.clone(),
            state: spec.state,
            created_on,
            modified_on: now,
            last_operation: LastOperation::found(given, spec.state, created_on, now),
            idle_setting: spec.idle_time_before_shutdown.clone(),
            // The fleet's check has read it once already.
            idle_after: idle_time.and_then(|text| idle_time::read(text).ok()),
            idle_since: now,
            shows_activity: false,
            idle_epoch: 0,
            operation: None,
            wanted_by: Vec::new(),
            running_jobs: Vec::new(),
            waiting_jobs: Vec::new(),
            uses: Vec::new(),
            ran: if spec.state.runs() {
                vec![(now, None)]
            } else {
                Vec::new()
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

    /// What Azure calls its type.
    pub(crate) fn compute_type(&self) -> ComputeType {
        self.spec.compute_type
    }

    /// What decides whether an action is allowed now.
    pub(super) fn condition(&self) -> Condition {
        Condition {
            state: self.state,
            busy: self.operation.is_some(),
            disk_full: self.spec.disk_full,
        }
    }

    /// Whether its size has a GPU.
    pub(crate) fn has_gpu(&self) -> bool {
        size(&self.spec.vm_size).is_some_and(|size| size.gpus > 0)
    }

    /// Whether it ran at any time in `from..to`.
    pub(crate) fn ran_in(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        let hit = |(began, ended): &Stretch| *began < to && ended.is_none_or(|end| end > from);
        // The latest are asked for most.
        self.ran.iter().rev().any(hit)
    }

    /// Keeps when it ran.
    pub(super) fn keep_stretch(&mut self, to: InstanceState, now: DateTime<Utc>) {
        match self.ran.last_mut() {
            Some((_, end @ None)) if !to.runs() => *end = Some(now),
            Some((_, None)) => {}
            _ if to.runs() => self.ran.push((now, None)),
            _ => {}
        }
    }

    /// Whether somebody works on it.
    pub fn is_in_use(&self) -> bool {
        self.state == InstanceState::Running && !self.wanted_by.is_empty()
    }
}
