//! A deployment's capacity is changed: by a call, by hand, by a pipeline, or by autoscale.

use super::happening::EndpointHappening;
use crate::fleet::sizes::size;
use crate::kinds::endpoint::refusal::CapacityRefusal;
use crate::kinds::endpoint::spec::Provisioning;
use crate::world::change::Changed;
use crate::world::happening::Happening;
use crate::world::load::dice;
use crate::world::operation::OperationStatus;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::TimeDelta;

const SETTING: &str = "capacity";

impl World {
    /// Begins a change of capacity; what comes back is its operation's id, or `None` where it is so already.
    ///
    /// # Errors
    /// Azure does not take it; the refusal is in the record.
    pub(crate) fn scale_deployment(
        &mut self,
        deployment: usize,
        capacity: i64,
        by: By,
    ) -> Result<Option<String>, CapacityRefusal> {
        let to = match self.allow_capacity(deployment, capacity) {
            Ok(to) => to,
            Err(refusal) => {
                let what = What::ChangeRefused {
                    setting: SETTING.into(),
                    by,
                    code: refusal.code().into(),
                };
                self.note_deployment(deployment, what);
                return Err(refusal);
            }
        };
        let from = self.deployments[deployment].capacity;
        if from == to && self.deployments[deployment].state == Provisioning::Succeeded {
            return Ok(None);
        }
        let during = self.callers(deployment);
        let what = What::Changed {
            setting: SETTING.into(),
            from,
            to,
            by: by.clone(),
            during,
        };
        self.note_deployment(deployment, what);
        Ok(Some(self.begin_scaling(deployment, to, &by)))
    }

    fn begin_scaling(&mut self, deployment: usize, to: u32, by: &By) -> String {
        let seed = self.fleet.seed;
        let own = &mut self.deployments[deployment];
        own.changes_made += 1;
        let range = own.spec.scales_in;
        let (least, most) = (i64::from(range.from) * 60, i64::from(range.to) * 60);
        let seconds = dice(seed ^ 0x5ca1e, &own.reference, own.changes_made).i64(least..=most);
        let id = self.begin_change(Changed::Deployment(deployment), seconds);
        let now = self.now;
        let own = &mut self.deployments[deployment];
        own.state = Provisioning::Scaling;
        own.before = own.instances;
        own.capacity = to;
        own.operation = Some(id.clone());
        own.modified_on = now;
        own.modified_by = by.name();
        // What is added is billed while it comes up; what is taken away, until it is gone.
        let there = own.instances.max(to);
        self.set_instances(deployment, there);
        let scaled = EndpointHappening::Scaled {
            deployment,
            change: id.clone(),
        };
        self.plan_at(
            now + TimeDelta::seconds(seconds),
            Happening::Endpoint(scaled),
        );
        id
    }

    fn allow_capacity(&self, deployment: usize, asked: i64) -> Result<u32, CapacityRefusal> {
        let own = &self.deployments[deployment];
        let (minimum, maximum) = (own.spec.minimum, own.spec.maximum);
        if !own.state.is_settled() {
            return Err(CapacityRefusal::Busy(own.state));
        }
        if own.spec.target_utilization.is_some() {
            return Err(CapacityRefusal::Router);
        }
        if asked < i64::from(minimum) {
            return Err(CapacityRefusal::TooLow { asked, minimum });
        }
        let to = match u32::try_from(asked) {
            Ok(to) if to <= maximum => to,
            _ => return Err(CapacityRefusal::TooHigh { asked, maximum }),
        };
        if to > own.instances && own.quota_gone {
            return Err(self.no_quota(deployment, to));
        }
        Ok(to)
    }

    /// Azure keeps a fifth more than it is asked for, for its own upgrades.
    fn no_quota(&self, deployment: usize, to: u32) -> CapacityRefusal {
        let own = &self.deployments[deployment];
        let workspace = &self.estate.workspaces[self.endpoints[own.endpoint].workspace];
        let cores = size(&own.spec.instance_type).map_or(4, |size| size.vcpus);
        let of = |instances: u32| (instances * 12).div_ceil(10) * cores;
        let limit = of(own.instances);
        CapacityRefusal::Quota {
            size: own.spec.instance_type.clone(),
            subscription: self.estate.subscriptions[workspace.subscription].id.clone(),
            used: limit,
            limit,
            needed: of(to).saturating_sub(limit),
        }
    }

    pub(super) fn scaled(&mut self, deployment: usize, change: &str) {
        let own = &mut self.deployments[deployment];
        if own.operation.as_deref() != Some(change) || own.state != Provisioning::Scaling {
            return;
        }
        let fails = own.fail_scales > 0;
        if fails {
            own.fail_scales -= 1;
        }
        let (status, state) = match fails {
            true => (OperationStatus::Failed, Provisioning::Failed),
            false => (OperationStatus::Succeeded, Provisioning::Succeeded),
        };
        own.state = state;
        let to = if fails { own.before } else { own.capacity };
        self.end_change(change, status);
        if fails {
            // What was there stays and is billed; what is shown is what was asked for.
            let setting = SETTING.into();
            self.note_deployment(deployment, What::ChangeFailed { setting });
        }
        self.set_instances(deployment, to);
        self.wake_autoscale(deployment);
    }

    fn set_instances(&mut self, deployment: usize, to: u32) {
        let own = &mut self.deployments[deployment];
        let from = std::mem::replace(&mut own.instances, to);
        let line = own.line;
        if let Some(line) = line {
            self.count(line, to);
        }
        if from != to {
            self.note_deployment(deployment, What::Counted { from, to });
        }
    }

    pub(super) fn note_deployment(&mut self, deployment: usize, what: What) {
        let own = &self.deployments[deployment];
        let (id, name) = (own.id.clone(), own.reference.clone());
        self.note_other(id, name, what);
    }

    /// Sets what a test or a demo wants of a deployment.
    pub(crate) fn condition_deployment(
        &mut self,
        deployment: usize,
        quota_gone: Option<bool>,
        fail_scales: Option<u32>,
        state: Option<Provisioning>,
    ) {
        let own = &mut self.deployments[deployment];
        own.quota_gone = quota_gone.unwrap_or(own.quota_gone);
        own.fail_scales = fail_scales.unwrap_or(own.fail_scales);
        own.state = state.unwrap_or(own.state);
        self.wake_autoscale(deployment);
    }

    /// A pipeline applies the fleet file's own capacity.
    pub(super) fn apply_deployment(&mut self, deployment: usize) {
        let by = By::Person {
            name: "terraform".into(),
        };
        let capacity = self.deployments[deployment].spec.capacity.into();
        // A refusal is in the record.
        let _ = self.scale_deployment(deployment, capacity, by);
    }
}
