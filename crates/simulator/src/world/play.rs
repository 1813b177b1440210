//! Time passes: what was planned happens, in order.

use super::happening::Happening;
use super::record::What;
use super::simulation::World;
use crate::fleet::organisation::Fleet;
use crate::kinds::instance::action::Action;
use crate::kinds::instance::timing::Timing;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::Arc;

impl World {
    /// A world that begins at `start` (cut to whole seconds), in the fleet's initial states.
    pub fn new(fleet: Arc<Fleet>, start: DateTime<Utc>, timing: Timing) -> World {
        let mut world = World::asleep(fleet, start, timing);
        world.wake_instances();
        world.wake_clusters();
        world.wake_endpoints();
        world.wake_people();
        world.wake_vms();
        world.wake_aks();
        world.wake_foundry();
        world
    }

    fn wake_instances(&mut self) {
        for instance in 0..self.instances.len() {
            let state = self.instances[instance].state;
            let what = What::State {
                from: None,
                to: state,
            };
            self.note(instance, what);
            if let Some(action) = Action::under_way_in(state) {
                let at = self.start + TimeDelta::seconds(self.timing.of(action));
                let state = action.leads_to();
                self.plan_at(at, Happening::Rest { instance, state });
            }
            for schedule in 0..self.instances[instance].spec.schedules.len() {
                self.plan_native(instance, schedule);
            }
            self.plan_idle(instance);
            self.begin_beacon(instance);
        }
    }

    /// Plays everything up to and including `to`. An instant in the past changes nothing.
    pub fn advance_to(&mut self, to: DateTime<Utc>) {
        let to = to.trunc_subsecs(0);
        while let Some(next) = self.ahead.first_entry() {
            if next.key().0 > to {
                break;
            }
            let ((at, _), happening) = next.remove_entry();
            self.now = self.now.max(at);
            self.play(happening);
        }
        self.now = self.now.max(to);
    }

    fn play(&mut self, happening: Happening) {
        match happening {
            Happening::Plan { person, date } => self.plan_day(person, date),
            Happening::Arrive { person, instance } => self.arrive(person, instance),
            Happening::Leave {
                person,
                instance,
                stops,
            } => self.leave(person, instance, stops),
            Happening::React { instance } => self.react(instance),
            Happening::JobDue {
                person,
                habit,
                date,
                minutes,
            } => self.job_due(person, habit, date, minutes),
            Happening::JobEnd { job } => self.end_job(job),
            Happening::Settle { operation } => self.settle(&operation),
            Happening::Rest { instance, state } => {
                if !self.instances[instance].deleted {
                    self.instances[instance].last_operation.end(false);
                    self.come_to_rest(instance, state);
                }
            }
            Happening::Native { instance, schedule } => self.fire_native(instance, schedule),
            Happening::Idle { instance, epoch } => self.fire_idle(instance, epoch),
            Happening::Beacon {
                instance,
                boot,
                by_timer,
            } => self.beacon_due(instance, boot, by_timer),
            Happening::AttachedJobEnd { job } => self.end_attached_job(job),
            Happening::Vm(happening) => self.play_vm(happening),
            Happening::Aks(happening) => self.play_aks(happening),
            Happening::Cluster(happening) => self.play_cluster(happening),
            Happening::Endpoint(happening) => self.play_endpoint(happening),
            Happening::Foundry(happening) => self.play_foundry(happening),
        }
    }
}
