//! Azure's own idle timer.

use super::record::{Act, By, What};
use super::{Happening, World, machine};
use crate::fleet::State;
use chrono::TimeDelta;

impl World {
    /// Who works or what runs on the machine has changed: the idle clock begins, goes on or is void.
    pub(super) fn activity_changed(&mut self, machine: usize) {
        let now = self.now;
        let running = self.machines[machine].state == State::Running;
        let active = running && self.is_seen_active(machine);
        let found = &mut self.machines[machine];
        let was_active = std::mem::replace(&mut found.seen_active, active);
        found.idle_epoch += 1;
        if was_active && !active {
            found.idle_since = now;
        }
        if running && !active {
            self.plan_idle(machine);
        }
    }

    /// Plans the moment at which the timer would fire if nothing happens until then.
    pub(super) fn plan_idle(&mut self, machine: usize) {
        let found = &self.machines[machine];
        if let Some(after) = found.idle_after
            && found.spec.idle_timer_fires
            && found.spec.custom_application.is_none()
            && found.state == State::Running
        {
            let due = found.idle_since + TimeDelta::seconds(after);
            let epoch = found.idle_epoch;
            self.plan_at(due.max(self.now), Happening::Idle { machine, epoch });
        }
    }

    /// The timer fires, unless something happened since it was planned.
    pub(super) fn fire_idle(&mut self, machine: usize, epoch: u64) {
        let found = &self.machines[machine];
        if found.idle_epoch == epoch && found.state == State::Running && !found.deleted {
            // A full disk refuses this stop too; the record shows it.
            let _ = self.request(machine, Act::Stop, By::IdleTimer);
        }
    }

    /// Sets `idleTimeBeforeShutdown`. A value below the present idle time begins the idle clock again.
    ///
    /// # Errors
    /// Not an ISO 8601 duration from `PT15M` to `P3D`; in words.
    pub fn set_idle(&mut self, machine: usize, idle_time: &str, by: By) -> Result<(), String> {
        crate::fleet::idle_time(idle_time)?;
        let active = self.is_seen_active(machine);
        let now = self.now;
        let found = &mut self.machines[machine];
        let after = machine::seconds(idle_time);
        let idle_for = (now - found.idle_since).num_seconds();
        let idling = found.state == State::Running && !active;
        let reset = idling && after.is_some_and(|after| after < idle_for);
        if reset {
            found.idle_since = now;
        }
        found.idle_setting = Some(idle_time.to_owned());
        found.idle_after = after;
        found.idle_epoch += 1;
        if idling {
            self.plan_idle(machine);
        }
        self.touch(machine);
        self.note(
            machine,
            What::IdleTimerSet {
                to: idle_time.into(),
                by,
                reset,
            },
        );
        Ok(())
    }
}
