//! Azure's own schedules and its idle timer fire.

use super::happening::Happening;
use super::record::By;
use super::simulation::World;
use crate::kinds::instance::action::Action;
use crate::kinds::instance::state::InstanceState;
use crate::kinds::instance::trigger::Trigger;

impl World {
    /// The timer fires, unless something happened since it was planned.
    pub(super) fn fire_idle(&mut self, instance: usize, epoch: u64) {
        let found = &self.instances[instance];
        if found.idle_epoch == epoch && found.state == InstanceState::Running && !found.deleted {
            // A full disk refuses this stop too; the record shows it.
            let _ = self.request(instance, Action::Stop, By::IdleTimer);
        }
    }

    /// A native schedule fires: what is already so stays so.
    pub(super) fn fire_native(&mut self, instance: usize, schedule: usize) {
        let found = &self.instances[instance];
        if found.deleted {
            return;
        }
        let (action, wanted) = if found.spec.schedules[schedule].action == "Start" {
            (Action::Start, found.state == InstanceState::Stopped)
        } else {
            (Action::Stop, found.state.runs())
        };
        if wanted {
            // A refusal is in the record.
            let _ = self.request(instance, action, By::NativeSchedule);
        }
        self.plan_native(instance, schedule);
    }

    /// Puts a native schedule's next firing on the clock.
    pub(super) fn plan_native(&mut self, instance: usize, schedule: usize) {
        let spec = &self.instances[instance].spec.schedules[schedule];
        if spec.status != "Enabled" {
            return;
        }
        // The fleet's check has understood every schedule once already.
        if let Ok(trigger) = Trigger::of(spec)
            && let Some(at) = trigger.next(self.now)
        {
            self.plan_at(at, Happening::Native { instance, schedule });
        }
    }
}
