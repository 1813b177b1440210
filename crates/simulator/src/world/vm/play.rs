//! Virtual machines wake, and what is planned for them happens.

use super::Vm;
use super::happening::VmHappening;
use crate::civil::at_minute;
use crate::kinds::vm::calls::VmCall;
use crate::kinds::vm::disk;
use crate::kinds::vm::power::Power;
use crate::kinds::vm::spec::AutoShutdown;
use crate::world::behind::Target;
use crate::world::day_plan::draw_hours;
use crate::world::happening::Happening;
use crate::world::metered::{Charge, Metered};
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::{NaiveDate, TimeDelta};

impl World {
    pub(in crate::world) fn wake_vms(&mut self) {
        for vm in 0..self.behind.vms.len() {
            let own = &self.behind.vms[vm];
            let power = own.power;
            let what = What::Power {
                from: None,
                to: power.as_str().to_owned(),
            };
            self.note_behind(Target::Vm(vm), what);
            self.open_vm_lines(vm);
            if power == Power::Running {
                self.behind.vms[vm].ran.push((self.now, None));
            }
            let spec = self.behind.vms[vm].spec.clone();
            let start = self.start;
            for at in spec.evictions.iter().filter(|at| **at >= start) {
                self.plan_at(*at, Happening::Vm(VmHappening::Evict { vm }));
            }
            if let Some((zone, _)) = spec.auto_shutdown.as_ref().and_then(AutoShutdown::daily) {
                self.plan_auto_shutdown(vm, zone.date(start));
            }
            for (habit, one) in spec.uses.iter().enumerate() {
                let date = one.hours.zone.0.date(self.start);
                self.plan_vm_day(vm, habit, date);
            }
        }
    }

    fn open_vm_lines(&mut self, vm: usize) {
        let Vm {
            place, spec, power, ..
        } = self.behind.vms[vm].clone();
        let line = |what, charge| {
            Metered::new(
                &place.id,
                "vm",
                &place.reference,
                what,
                &place.location,
                charge,
            )
        };
        let machine = Charge::Machine {
            vm_size: spec.vm_size.clone(),
            os: spec.os_type,
            priority: spec.priority,
        };
        self.behind.vms[vm].line =
            self.meter(line("machine", machine), u32::from(power.is_billed()));
        let kept = usize::from(spec.ephemeral_os_disk);
        for gb in spec.disks_gb.iter().skip(kept) {
            let per_hour = disk::per_hour(*gb);
            self.meter(line("disk", Charge::Flat { per_hour }).standing(), 1);
        }
    }

    /// Draws a habit's day, and plans when to draw the next.
    fn plan_vm_day(&mut self, vm: usize, habit: usize, date: NaiveDate) {
        let own = &self.behind.vms[vm];
        let one = &own.spec.uses[habit];
        let name = format!("{}/{}/{habit}", own.place.reference, one.who);
        let zone = one.hours.zone.0;
        let drawn = draw_hours(self.fleet.seed, &name, &one.hours, date);
        if let Some((at, minutes)) = drawn.filter(|(at, _)| *at >= self.start) {
            let come = VmHappening::Come { vm, habit, minutes };
            self.plan_at(at, Happening::Vm(come));
        }
        let date = date + TimeDelta::days(1);
        let plan = VmHappening::Plan { vm, habit, date };
        self.plan_at(at_minute(zone, date, 0), Happening::Vm(plan));
    }

    /// Plans the auto-shutdown of a date, where it lies ahead; else that of the next.
    fn plan_auto_shutdown(&mut self, vm: usize, date: NaiveDate) {
        let own = self.behind.vms[vm].spec.auto_shutdown.as_ref();
        let Some((zone, minute)) = own.and_then(AutoShutdown::daily) else {
            return;
        };
        let at = at_minute(zone, date, minute);
        let (at, date) = match at > self.now {
            true => (at, date),
            false => {
                let date = date + TimeDelta::days(1);
                (at_minute(zone, date, minute), date)
            }
        };
        self.plan_at(at, Happening::Vm(VmHappening::AutoShutdown { vm, date }));
    }

    pub(in crate::world) fn play_vm(&mut self, happening: VmHappening) {
        match happening {
            VmHappening::Plan { vm, habit, date } => self.plan_vm_day(vm, habit, date),
            VmHappening::Come { vm, habit, minutes } => self.come_to_vm(vm, habit, minutes),
            VmHappening::Leave { vm, session } => self.leave_vm(vm, session),
            VmHappening::React { vm } => self.start_if_somebody_would(vm),
            VmHappening::Settle {
                vm,
                call,
                operation,
            } => self.settle_vm(vm, call, &operation),
            VmHappening::Evict { vm } => drop(self.evict(vm)),
            VmHappening::AutoShutdown { vm, date } => {
                let own = &self.behind.vms[vm];
                let enabled = own.spec.auto_shutdown.as_ref();
                if own.exists && enabled.is_some_and(|one| one.enabled) {
                    // A refusal, of one that is busy, is in the record.
                    drop(self.ask_vm(vm, VmCall::Deallocate, By::Platform));
                }
                self.plan_auto_shutdown(vm, date + TimeDelta::days(1));
            }
        }
    }
}
