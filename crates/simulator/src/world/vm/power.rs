//! A virtual machine's power changes: by a call, by its own system, by Azure.

use super::happening::VmHappening;
use crate::fleet::machine::Priority;
use crate::fleet::sizes::size;
use crate::kinds::vm::calls::VmCall;
use crate::kinds::vm::power::Power;
use crate::kinds::vm::refusal::VmRefusal;
use crate::kinds::vm::rules::{Accepted, allow};
use crate::kinds::vm::spec::{CapacityCode, Eviction};
use crate::world::behind::Target;
use crate::world::happening::Happening;
use crate::world::record::{By, What};
use crate::world::simulation::World;

impl World {
    /// Asks for another power. What comes back is the operation's id; `None` where it is so already.
    ///
    /// # Errors
    /// The machine does not allow it, or there is no room for it, as Azure would tell; the refusal is in the record.
    pub(crate) fn ask_vm(
        &mut self,
        vm: usize,
        call: VmCall,
        by: By,
    ) -> Result<Option<String>, VmRefusal> {
        match self.vm_allows(vm, call) {
            Ok(Accepted::NothingToDo) => Ok(None),
            Ok(Accepted::Begins) => Ok(Some(self.begin_vm(vm, call, by))),
            Err(refusal) => {
                let code = refusal.code().to_owned();
                let call = call.as_str().to_owned();
                self.note_behind(Target::Vm(vm), What::PowerRefused { call, by, code });
                Err(refusal)
            }
        }
    }

    fn vm_allows(&mut self, vm: usize, call: VmCall) -> Result<Accepted, VmRefusal> {
        let own = &self.behind.vms[vm];
        let accepted = allow(call, own.condition())?;
        // Only a machine without a host needs a new one.
        if call == VmCall::Start && own.power == Power::Deallocated {
            if own.no_quota {
                return Err(self.no_quota_for_vm(vm));
            }
            let code = own.spec.fails_with;
            if own.starts_to_fail > 0 && code == CapacityCode::SkuNotAvailable {
                self.behind.vms[vm].starts_to_fail -= 1;
                return Err(VmRefusal::Capacity(code));
            }
        }
        Ok(accepted)
    }

    fn no_quota_for_vm(&self, vm: usize) -> VmRefusal {
        let own = &self.behind.vms[vm];
        let known = size(&own.spec.vm_size);
        let series = known.map_or("Other", |size| size.series);
        VmRefusal::Quota {
            family: format!("standard{}Family", series.replace(" Series", "")),
            location: own.place.location.clone(),
            used: 24,
            cores: known.map_or(4, |size| size.vcpus),
        }
    }

    fn begin_vm(&mut self, vm: usize, call: VmCall, by: By) -> String {
        let (operation, due) = self.begin_arm(Target::Vm(vm), call.takes());
        let during = self.on_vm(vm);
        let who = by.clone();
        self.note_behind(
            Target::Vm(vm),
            What::PowerRequested {
                call: call.as_str().to_owned(),
                by,
                operation: operation.clone(),
                during,
            },
        );
        let own = &mut self.behind.vms[vm];
        own.operation = Some(operation.clone());
        // A machine that was only stopped still has its own.
        own.needs_host = own.power == Power::Deallocated;
        self.set_power(vm, call.passing());
        if call != VmCall::Start {
            self.kill_jobs_on(Target::Vm(vm), &who);
        }
        let happening = VmHappening::Settle {
            vm,
            call,
            operation: operation.clone(),
        };
        self.plan_at(due, Happening::Vm(happening));
        operation
    }

    pub(super) fn settle_vm(&mut self, vm: usize, call: VmCall, operation: &str) {
        let own = &mut self.behind.vms[vm];
        if !own.exists || own.operation.as_deref() != Some(operation) {
            return;
        }
        own.operation = None;
        let fails = call == VmCall::Start && own.needs_host && own.starts_to_fail > 0;
        if !fails {
            own.failed = None;
            self.end_arm(operation, None);
            self.set_power(vm, call.leads_to());
            return;
        }
        own.starts_to_fail -= 1;
        let code = own.spec.fails_with;
        own.failed = Some(code);
        let error = (
            code.as_str().to_owned(),
            VmRefusal::Capacity(code).to_string(),
        );
        self.end_arm(operation, Some(error));
        let what = What::PowerFailed {
            call: call.as_str().to_owned(),
            code: code.as_str().to_owned(),
        };
        self.note_behind(Target::Vm(vm), what);
        self.set_power(vm, Power::Deallocated);
    }

    /// Its own system shuts down: it is stopped, and Azure goes on charging for it. False where it does not run.
    pub(crate) fn shut_down(&mut self, vm: usize, by: By) -> bool {
        let own = &self.behind.vms[vm];
        if own.power != Power::Running || own.operation.is_some() {
            return false;
        }
        let what = What::ShutDown { by: by.clone() };
        self.note_behind(Target::Vm(vm), what);
        self.set_power(vm, Power::Stopped);
        self.kill_jobs_on(Target::Vm(vm), &by);
        true
    }

    /// Azure takes a spot machine away. False where it is none, or has no host.
    pub(crate) fn evict(&mut self, vm: usize) -> bool {
        let own = &mut self.behind.vms[vm];
        if !own.exists || own.spec.priority != Priority::Spot || !own.power.is_billed() {
            return false;
        }
        let under_way = own.operation.take();
        let gone = own.spec.eviction_policy == Eviction::Delete;
        if let Some(operation) = under_way {
            let error = (
                "OperationPreempted".to_owned(),
                "The operation was preempted.".to_owned(),
            );
            self.end_arm(&operation, Some(error));
        }
        self.note_behind(Target::Vm(vm), What::Evicted);
        self.set_power(vm, Power::Deallocated);
        self.kill_jobs_on(Target::Vm(vm), &By::Platform);
        self.behind.vms[vm].exists = !gone;
        true
    }

    pub(super) fn set_power(&mut self, vm: usize, to: Power) {
        let now = self.now;
        let own = &mut self.behind.vms[vm];
        let from = own.power;
        own.power = to;
        own.place.modified = now;
        let line = own.line;
        if from == Power::Running
            && let Some((_, end @ None)) = own.ran.last_mut()
        {
            *end = Some(now);
        }
        if to == Power::Running {
            own.ran.push((now, None));
        }
        self.count(line, u32::from(to.is_billed()));
        let what = What::Power {
            from: Some(from.as_str().to_owned()),
            to: to.as_str().to_owned(),
        };
        self.note_behind(Target::Vm(vm), what);
        if from == Power::Running {
            self.interrupt_sessions(vm);
        }
        match to {
            Power::Running => {
                self.let_in(vm);
                self.start_jobs_on(Target::Vm(vm));
            }
            Power::Stopped | Power::Deallocated => self.plan_vm_reaction(vm),
            _ => {}
        }
    }
}
