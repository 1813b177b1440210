//! Endpoints begin, and what is planned for them happens.

use super::happening::EndpointHappening;
use super::shape::{Autoscale, BatchEndpoint, Deployment, Endpoint, ServerlessEndpoint};
use crate::fleet::machine::{Os, Priority};
use crate::fleet::organisation::WorkspaceSpec;
use crate::kinds::endpoint::spec::{DeploymentSpec, EndpointCompute, EndpointSpec};
use crate::world::cluster::next_day;
use crate::world::happening::Happening;
use crate::world::metered::{Charge, Metered};
use crate::world::record::What;
use crate::world::simulation::World;
use chrono::{NaiveDate, TimeDelta};
use std::collections::BTreeMap;

impl World {
    /// Lays out the fleet's endpoints, and then what scales their deployments.
    pub(in crate::world) fn wake_endpoints(&mut self) {
        let fleet = self.fleet.clone();
        for (place, (_, _, workspace)) in fleet.workspaces().enumerate() {
            for spec in &workspace.endpoints {
                self.add_endpoint(spec, place);
            }
            self.add_fixed(workspace, place);
        }
        let groups = fleet
            .subscriptions
            .iter()
            .flat_map(|one| &one.resource_groups);
        for (group, spec) in groups.enumerate() {
            for setting in &spec.autoscale_settings {
                // The fleet's check has found its target once already.
                if let Some(deployment) = self.find_deployment(&setting.target) {
                    self.add_autoscale(setting, group, deployment);
                }
            }
        }
        for endpoint in 0..self.endpoints.len() {
            for plan in 0..self.endpoints[endpoint].spec.requests.len() {
                self.plan_first_requests(endpoint, plan);
            }
        }
    }

    fn add_endpoint(&mut self, spec: &EndpointSpec, workspace: usize) {
        let index = self.endpoints.len();
        let home = &self.estate.workspaces[workspace];
        let (id, reference) = (
            format!("{}/onlineEndpoints/{}", home.id, spec.name),
            format!("{}/{}", home.name, spec.name),
        );
        let created_on = spec.created_on.unwrap_or(self.now - TimeDelta::days(30));
        let first = spec.deployments.first();
        let all_to_first = || {
            first
                .map(|one| (one.name.clone(), 100))
                .into_iter()
                .collect()
        };
        let traffic: BTreeMap<String, u32> = spec.traffic.clone().unwrap_or_else(all_to_first);
        self.endpoints.push(Endpoint {
            workspace,
            id,
            reference,
            tags: spec.tags.clone(),
            created_on,
            modified_on: created_on,
            traffic,
            deployments: Vec::new(),
            requests: Vec::new(),
            longest: TimeDelta::zero(),
            spec: spec.clone(),
        });
        self.estate.workspaces[workspace].endpoints.push(index);
        for deployment in &spec.deployments {
            self.add_deployment(deployment, index);
        }
    }

    fn add_deployment(&mut self, spec: &DeploymentSpec, endpoint: usize) {
        let index = self.deployments.len();
        let home = &self.endpoints[endpoint];
        let workspace = home.workspace;
        let id = format!("{}/deployments/{}", home.id, spec.name);
        let reference = format!("{}/{}", home.reference, spec.name);
        let managed = home.spec.compute_type == EndpointCompute::Managed;
        let created_on = spec.created_on.unwrap_or(home.created_on);
        let region = self.estate.workspaces[workspace].location.clone();
        let created_by = spec.created_by.clone().or(home.spec.created_by.clone());
        let line = managed.then(|| {
            let charge = Charge::Machine {
                vm_size: spec.instance_type.clone(),
                os: Os::Linux,
                priority: Priority::Dedicated,
            };
            let line = Metered::new(&id, "deployment", &reference, "instances", &region, charge);
            self.meter(line, spec.capacity)
        });
        self.deployments.push(Deployment {
            endpoint,
            id,
            reference,
            tags: spec.tags.clone(),
            capacity: spec.capacity,
            instances: spec.capacity,
            before: spec.capacity,
            state: spec.state,
            created_on,
            modified_on: spec.modified_on.unwrap_or(created_on),
            modified_by: spec.modified_by.clone().or(created_by).unwrap_or_default(),
            operation: None,
            quota_gone: spec.quota_gone,
            fail_scales: spec.fail_scales,
            line,
            changes_made: 0,
            spec: spec.clone(),
        });
        self.endpoints[endpoint].deployments.push(index);
        let to = spec.capacity;
        self.note_deployment(index, What::Counted { from: 0, to });
        if let Some(daily) = &spec.terraform {
            let date = daily.zone.0.date(self.start);
            self.plan_deployment_day(index, date);
        }
    }

    fn add_fixed(&mut self, spec: &WorkspaceSpec, workspace: usize) {
        let home = self.estate.workspaces[workspace].id.clone();
        for one in &spec.batch_endpoints {
            self.batch_endpoints.push(BatchEndpoint {
                workspace,
                id: format!("{home}/batchEndpoints/{}", one.name),
                spec: one.clone(),
            });
        }
        for one in &spec.serverless_endpoints {
            self.serverless_endpoints.push(ServerlessEndpoint {
                workspace,
                id: format!("{home}/serverlessEndpoints/{}", one.name),
                spec: one.clone(),
            });
        }
    }

    fn add_autoscale(
        &mut self,
        spec: &crate::kinds::autoscale::spec::AutoscaleSpec,
        group: usize,
        deployment: usize,
    ) {
        let home = &self.estate.groups[group];
        let subscription = &self.estate.subscriptions[home.subscription].id;
        self.autoscales.push(Autoscale {
            group,
            id: format!(
                "/subscriptions/{subscription}/resourceGroups/{}/providers/microsoft.insights/autoscalesettings/{}",
                home.name, spec.name
            ),
            deployment,
            enabled: spec.enabled,
            minimum: spec.minimum,
            maximum: spec.maximum,
            spec: spec.clone(),
        });
        self.wake_autoscale(deployment);
    }

    fn plan_deployment_day(&mut self, deployment: usize, date: NaiveDate) {
        let own = &self.deployments[deployment];
        let Some(daily) = own.spec.terraform.clone() else {
            return;
        };
        let name = format!("{}#terraform", own.reference);
        if let Some(at) = self.draw_daily(&daily, &name, date) {
            let apply = EndpointHappening::Apply { deployment };
            self.plan_at(at, Happening::Endpoint(apply));
        }
        let (at, date) = next_day(&daily, date);
        let day = EndpointHappening::Day { deployment, date };
        self.plan_at(at, Happening::Endpoint(day));
    }

    pub(in crate::world) fn play_endpoint(&mut self, happening: EndpointHappening) {
        match happening {
            EndpointHappening::Scaled { deployment, change } => self.scaled(deployment, &change),
            EndpointHappening::Requests {
                endpoint,
                plan,
                date,
            } => {
                self.plan_requests(endpoint, plan, date);
            }
            EndpointHappening::Come { endpoint, requests } => self.come(endpoint, requests),
            EndpointHappening::Go { endpoint, requests } => self.go(endpoint, &requests),
            EndpointHappening::Evaluate { setting } => self.evaluate(setting),
            EndpointHappening::Day { deployment, date } => {
                self.plan_deployment_day(deployment, date);
            }
            EndpointHappening::Apply { deployment } => self.apply_deployment(deployment),
        }
    }

    /// The endpoint of a fleet file's `workspace/endpoint`, or of an ARM id; in any case.
    pub(crate) fn find_endpoint(&self, name: &str) -> Option<usize> {
        self.endpoints.iter().position(|endpoint| {
            endpoint.reference.eq_ignore_ascii_case(name) || endpoint.id.eq_ignore_ascii_case(name)
        })
    }

    /// The deployment of a fleet file's `workspace/endpoint/deployment`, or of an ARM id; in any case.
    pub(crate) fn find_deployment(&self, name: &str) -> Option<usize> {
        self.deployments.iter().position(|deployment| {
            deployment.reference.eq_ignore_ascii_case(name)
                || deployment.id.eq_ignore_ascii_case(name)
        })
    }
}
