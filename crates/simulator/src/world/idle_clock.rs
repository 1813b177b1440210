//! Azure's own idle timer: since when nothing has been active, and when it would fire.

use super::happening::Happening;
use super::record::{By, What};
use super::simulation::World;
use crate::kinds::instance::idle_time::{self, IdleTimeError};
use crate::kinds::instance::state::InstanceState;
use chrono::TimeDelta;

impl World {
    /// Who works or what runs on the instance has changed: the idle clock begins, goes on or is void.
    pub(super) fn activity_changed(&mut self, instance: usize) {
        let now = self.now;
        let running = self.instances[instance].state == InstanceState::Running;
        let active = running && self.shows_activity(instance);
        let found = &mut self.instances[instance];
        let was_active = std::mem::replace(&mut found.shows_activity, active);
        found.idle_epoch += 1;
        if was_active && !active {
            found.idle_since = now;
        }
        if running && !active {
            self.plan_idle(instance);
        }
    }

    /// Plans the moment at which the timer would fire if nothing happens until then.
    pub(super) fn plan_idle(&mut self, instance: usize) {
        let found = &self.instances[instance];
        if let Some(after) = found.idle_after
            && found.spec.idle_timer_fires
            && found.spec.custom_application.is_none()
            && found.state == InstanceState::Running
        {
            let due = found.idle_since + TimeDelta::seconds(after);
            let epoch = found.idle_epoch;
            self.plan_at(due.max(self.now), Happening::Idle { instance, epoch });
        }
    }

    /// Sets `idleTimeBeforeShutdown`. A value below the present idle time begins the idle clock again.
    ///
    /// # Errors
    /// Not an ISO 8601 duration from `PT15M` to `P3D`.
    pub fn set_idle(
        &mut self,
        instance: usize,
        idle_time: &str,
        by: By,
    ) -> Result<(), IdleTimeError> {
        let after = idle_time::read(idle_time)?;
        let active = self.shows_activity(instance);
        let now = self.now;
        let found = &mut self.instances[instance];
        let idle_for = (now - found.idle_since).num_seconds();
        let idling = found.state == InstanceState::Running && !active;
        let reset = idling && after < idle_for;
        if reset {
            found.idle_since = now;
        }
        found.idle_setting = Some(idle_time.to_owned());
        found.idle_after = Some(after);
        found.idle_epoch += 1;
        if idling {
            self.plan_idle(instance);
        }
        self.touch(instance);
        self.note(
            instance,
            What::IdleTimerSet {
                to: idle_time.into(),
                by,
                reset,
            },
        );
        Ok(())
    }

    /// Whether anything is active that Azure's idle timer takes for activity.
    fn shows_activity(&self, instance: usize) -> bool {
        let found = &self.instances[instance];
        found.spec.custom_application.is_some()
            || found
                .running_jobs
                .iter()
                .any(|job| self.jobs[*job].kind().shows_to_azure())
            || found
                .wanted_by
                .iter()
                .any(|person| self.kind_of(*person).shows_to_azure())
    }
}
