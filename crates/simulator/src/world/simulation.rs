//! A living fleet: all that is so now, all that will happen, and the record of what did.

use super::behind::Behind;
use super::change::Change;
use super::cluster::{Cluster, ClusterJob};
use super::endpoint::{Autoscale, BatchEndpoint, Deployment, Endpoint, ServerlessEndpoint};
use super::estate::Estate;
use super::foundry::Foundry;
use super::happening::Happening;
use super::instance::Instance;
use super::job::Job;
use super::metered::Metered;
use super::operation::Operation;
use super::record::{Event, What};
use super::usage::UseKind;
use crate::fleet::organisation::{Fleet, JobsShowAs};
use crate::fleet::price_book::PriceBook;
use crate::kinds::instance::state::InstanceState;
use crate::kinds::instance::timing::Timing;
use chrono::{DateTime, SubsecRound, Utc};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A fleet, living.
#[derive(Debug)]
pub struct World {
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) estate: Estate,
    pub(crate) instances: Vec<Instance>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) prices: PriceBook,
    /// Attached computes, and the resources behind them.
    pub(crate) behind: Behind,
    pub(crate) foundry: Foundry,
    /// What is billed of kinds other than instances.
    pub(crate) metered: Vec<Metered>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) cluster_jobs: Vec<ClusterJob>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) autoscales: Vec<Autoscale>,
    pub(crate) batch_endpoints: Vec<BatchEndpoint>,
    pub(crate) serverless_endpoints: Vec<ServerlessEndpoint>,
    /// By id.
    pub(super) changes: HashMap<String, Change>,
    pub(super) changes_begun: u64,
    pub(super) timing: Timing,
    pub(super) start: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
    /// What will happen, in order of time and then of planning.
    pub(super) ahead: BTreeMap<(DateTime<Utc>, u64), Happening>,
    planned: u64,
    pub(super) operations: HashMap<String, Operation>,
    pub(super) operations_begun: u64,
    /// For each person, the minutes after which they notice an instance that is stopped today.
    pub(super) reactions: Vec<i64>,
    pub(super) record: Vec<Event>,
    /// Instances whose beacon has written since somebody last asked.
    pub(super) beacons: Vec<usize>,
}

impl World {
    /// A fleet in its initial states at `start`, in which nobody has woken yet.
    pub(super) fn asleep(fleet: Arc<Fleet>, start: DateTime<Utc>, timing: Timing) -> World {
        let start = start.trunc_subsecs(0);
        let (estate, instances) = Estate::of(&fleet, start);
        World {
            prices: PriceBook::of(&fleet),
            behind: Behind::of(&fleet, &estate, start),
            foundry: Foundry::of(&fleet, &estate, start),
            estate,
            instances,
            jobs: Vec::new(),
            metered: Vec::new(),
            clusters: Vec::new(),
            cluster_jobs: Vec::new(),
            endpoints: Vec::new(),
            deployments: Vec::new(),
            autoscales: Vec::new(),
            batch_endpoints: Vec::new(),
            serverless_endpoints: Vec::new(),
            changes: HashMap::new(),
            changes_begun: 0,
            timing,
            start,
            now: start,
            ahead: BTreeMap::new(),
            planned: 0,
            operations: HashMap::new(),
            operations_begun: 0,
            reactions: vec![5; fleet.people.len()],
            record: Vec::new(),
            beacons: Vec::new(),
            fleet,
        }
    }

    /// The present.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// When the world began.
    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// Everything that truly happened, in order.
    pub fn record(&self) -> &[Event] {
        &self.record
    }

    /// The operation with an id, in any case.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.get(&id.to_lowercase())
    }

    /// The instance of a fleet file's `workspace/instance`, or of an ARM id; in any case.
    pub fn find(&self, name: &str) -> Option<usize> {
        let found = self
            .estate
            .instance(name)
            .or_else(|| self.estate.instance_with_id(name))?;
        self.instances[found].exists().then_some(found)
    }

    /// Replaces the tags of what a reference (`workspace/instance`, `workspace/endpoint/deployment`) or an ARM id
    /// names: a compute, an endpoint, a deployment, a workspace, a resource group, or what lies in an account. False
    /// where there is none.
    pub fn set_tags(&mut self, on: &str, tags: BTreeMap<String, String>) -> bool {
        if let Some(instance) = self.find(on) {
            self.instances[instance].tags = tags;
            self.touch(instance);
        } else if let Some(cluster) = self.find_cluster(on) {
            self.clusters[cluster].tags = tags;
            self.clusters[cluster].version += 1;
        } else if let Some(endpoint) = self.find_endpoint(on) {
            self.endpoints[endpoint].tags = tags;
        } else if let Some(deployment) = self.find_deployment(on) {
            self.deployments[deployment].tags = tags;
        } else if let Some(target) = self.find_behind(on) {
            let now = self.now;
            let place = self.behind.place_mut(target);
            place.tags = tags;
            place.modified = now;
        } else if let Some(attached) = self.behind.attached_named(on) {
            self.behind.attached[attached].tags = tags;
        } else if !self.set_foundry_tags(on, &tags) {
            return self.estate.set_tags(on, tags);
        }
        true
    }

    /// The state as Azure shows it.
    pub fn state(&self, instance: usize) -> InstanceState {
        let found = &self.instances[instance];
        let job = found.state == InstanceState::Running
            && found
                .running_jobs
                .iter()
                .any(|job| self.jobs[*job].kind() == UseKind::Job);
        if job && self.fleet.jobs_show_as == JobsShowAs::JobRunning {
            InstanceState::JobRunning
        } else {
            found.state
        }
    }

    pub(super) fn plan_at(&mut self, at: DateTime<Utc>, happening: Happening) {
        self.planned += 1;
        self.ahead
            .insert((at.max(self.now), self.planned), happening);
    }

    pub(super) fn set_state(&mut self, instance: usize, to: InstanceState) {
        let from = Some(self.instances[instance].state);
        self.instances[instance].state = to;
        self.instances[instance].keep_stretch(to, self.now);
        self.touch(instance);
        self.note(instance, What::State { from, to });
    }

    /// Something that a caller can see has changed.
    pub(super) fn touch(&mut self, instance: usize) {
        let found = &mut self.instances[instance];
        found.version += 1;
        found.modified_on = self.now;
    }

    pub(super) fn note(&mut self, instance: usize, what: What) {
        self.note_use(instance, what, None);
    }

    pub(super) fn note_use(&mut self, instance: usize, what: What, kind: Option<UseKind>) {
        let found = &self.instances[instance];
        self.record.push(Event {
            at: self.now,
            id: found.id.clone(),
            instance: found.reference.clone(),
            what,
            kind,
            index: Some(instance),
        });
    }

    /// Something happened to what is no instance.
    pub(super) fn note_other(&mut self, id: String, name: String, what: What) {
        self.record.push(Event {
            at: self.now,
            id,
            instance: name,
            what,
            kind: None,
            index: None,
        });
    }

    /// By what means a person works.
    pub(super) fn kind_of(&self, person: usize) -> UseKind {
        self.fleet.people[person].works_in.into()
    }
}
