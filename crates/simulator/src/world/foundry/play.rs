//! Workbenches and what they lie on wake, and what is planned for them happens.

use super::happening::FoundryHappening;
use crate::civil::at_minute;
use crate::fleet::machine::Os;
use crate::kinds::workbench::state::WorkbenchState;
use crate::world::day_plan::draw_hours;
use crate::world::happening::Happening;
use crate::world::metered::{Charge, Metered};
use crate::world::record::What;
use crate::world::simulation::World;
use chrono::{NaiveDate, TimeDelta};

impl World {
    pub(in crate::world) fn wake_foundry(&mut self) {
        for cluster in 0..self.foundry.clusters.len() {
            self.open_pool_lines(cluster);
        }
        for container in 0..self.foundry.containers.len() {
            self.wake_container(container);
        }
    }

    /// The nodes of a pool are paid for whatever runs on them, so no stop ends any of it.
    fn open_pool_lines(&mut self, cluster: usize) {
        let own = self.foundry.clusters[cluster].clone();
        let place = &own.place;
        for pool in &own.spec.pools {
            let nodes = Charge::Machine {
                vm_size: pool.instance_type.clone(),
                os: Os::Linux,
                priority: pool.vm_priority,
            };
            let (id, name, region) = (&place.id, &place.reference, &place.location);
            let line = Metered::new(id, "foundryCompute", name, "nodes", region, nodes);
            self.meter(line.standing(), pool.node_count);
        }
    }

    fn wake_container(&mut self, container: usize) {
        let now = self.now;
        let own = &mut self.foundry.containers[container];
        let (state, turns) = (own.state, own.turns);
        if state == WorkbenchState::Running {
            own.ran.push((now, None));
        }
        let habits: Vec<_> = own.spec.uses.iter().map(|one| one.hours.zone.0).collect();
        let takes = match state {
            WorkbenchState::Stopping => own.spec.stop_takes.to,
            _ => own.spec.start_takes.to,
        };
        let what = What::Power {
            from: None,
            to: state.as_str().to_owned(),
        };
        self.note_container(container, what);
        if state.leads_to().is_some() {
            let at = now + TimeDelta::minutes(takes.into());
            let rest = FoundryHappening::Rest { container, turns };
            self.plan_at(at, Happening::Foundry(rest));
        }
        for (habit, zone) in habits.into_iter().enumerate() {
            self.plan_container_day(container, habit, zone.date(now));
        }
        self.watch_container(container);
    }

    /// Draws a habit's day, and plans when to draw the next.
    fn plan_container_day(&mut self, container: usize, habit: usize, date: NaiveDate) {
        let own = &self.foundry.containers[container];
        let one = &own.spec.uses[habit];
        let name = format!("{}/{}/{habit}", own.place.reference, one.who);
        let zone = one.hours.zone.0;
        let drawn = draw_hours(self.fleet.seed, &name, &one.hours, date);
        if let Some((at, minutes)) = drawn.filter(|(at, _)| *at >= self.start) {
            let come = FoundryHappening::Come {
                container,
                habit,
                minutes,
            };
            self.plan_at(at, Happening::Foundry(come));
        }
        let date = date + TimeDelta::days(1);
        let plan = FoundryHappening::Plan {
            container,
            habit,
            date,
        };
        self.plan_at(at_minute(zone, date, 0), Happening::Foundry(plan));
    }

    pub(in crate::world) fn play_foundry(&mut self, happening: FoundryHappening) {
        match happening {
            FoundryHappening::Plan {
                container,
                habit,
                date,
            } => self.plan_container_day(container, habit, date),
            FoundryHappening::Come {
                container,
                habit,
                minutes,
            } => self.come_to_container(container, habit, minutes),
            FoundryHappening::Leave { container, session } => {
                self.leave_container(container, session);
            }
            FoundryHappening::React { container } => {
                self.start_container_if_somebody_would(container);
            }
            FoundryHappening::Settle {
                container,
                call,
                operation,
            } => self.settle_container(container, call, &operation),
            FoundryHappening::Rest { container, turns } => {
                let own = &self.foundry.containers[container];
                let untouched = own.exists && own.turns == turns;
                if let Some(to) = own.state.leads_to().filter(|_| untouched) {
                    self.set_container(container, to);
                }
            }
            FoundryHappening::Idle { container, epoch } => {
                self.fire_container_idle(container, epoch);
            }
        }
    }
}
