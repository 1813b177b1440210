//! Endpoints, deployments and autoscale settings as they are now.

use crate::kinds::autoscale::spec::AutoscaleSpec;
use crate::kinds::endpoint::spec::{
    BatchEndpointSpec, DeploymentSpec, EndpointSpec, Provisioning, ServerlessEndpointSpec,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// One online endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub spec: EndpointSpec,
    /// Its workspace's place in the world.
    pub workspace: usize,
    /// Its ARM id.
    pub id: String,
    /// `workspace/endpoint`.
    pub reference: String,
    pub tags: BTreeMap<String, String>,
    pub created_on: DateTime<Utc>,
    pub modified_on: DateTime<Utc>,
    /// Per cent by deployment.
    pub traffic: BTreeMap<String, u32>,
    /// Its deployments' places in the world.
    pub deployments: Vec<usize>,
    /// Everything that ever called it, in order of its beginning.
    pub requests: Vec<Requests>,
    /// None of it lasted longer.
    pub(super) longest: TimeDelta,
}

/// Requests that come for a while; `to` is exclusive.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub who: String,
    pub per_minute: u32,
    pub every_minutes: u32,
    /// The deployment that a header names, by place in the world.
    pub deployment: Option<usize>,
}

impl Endpoint {
    /// Keeps requests in their place.
    pub(super) fn keep(&mut self, requests: Requests) {
        self.longest = self.longest.max(requests.to - requests.from);
        let place = self
            .requests
            .partition_point(|one| one.from <= requests.from);
        self.requests.insert(place, requests);
    }

    /// What called it at any time of the minute that begins at `at`.
    pub(super) fn requests_in(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Requests> {
        let end = at + TimeDelta::minutes(1);
        let begun = self.requests.partition_point(|one| one.from < end);
        let oldest = at - self.longest;
        let near = self.requests[..begun].iter().rev();
        near.take_while(move |one| one.from >= oldest)
            .filter(move |one| one.to > at)
    }
}

/// One deployment of an online endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub spec: DeploymentSpec,
    /// Its endpoint's place in the world.
    pub endpoint: usize,
    pub id: String,
    /// `workspace/endpoint/deployment`.
    pub reference: String,
    pub tags: BTreeMap<String, String>,
    /// As asked for.
    pub capacity: u32,
    /// As they are there, and billed.
    pub instances: u32,
    pub state: Provisioning,
    pub created_on: DateTime<Utc>,
    pub modified_on: DateTime<Utc>,
    pub modified_by: String,
    /// The same before the change that is under way.
    pub(super) before: u32,
    /// The last change's operation.
    pub operation: Option<String>,
    pub quota_gone: bool,
    pub fail_scales: u32,
    /// Its instances' line of the bill; what Kubernetes runs has none.
    pub(super) line: Option<usize>,
    pub(super) changes_made: i64,
}

/// One autoscale setting.
#[derive(Clone, Debug)]
pub(crate) struct Autoscale {
    pub spec: AutoscaleSpec,
    /// Its resource group's place in the world.
    pub group: usize,
    pub id: String,
    /// The deployment that it scales, by place in the world.
    pub deployment: usize,
    pub enabled: bool,
    pub minimum: u32,
    pub maximum: u32,
}

/// A batch endpoint, which only stands there.
#[derive(Clone, Debug)]
pub(crate) struct BatchEndpoint {
    pub spec: BatchEndpointSpec,
    pub workspace: usize,
    pub id: String,
}

/// A serverless endpoint, which only stands there.
#[derive(Clone, Debug)]
pub(crate) struct ServerlessEndpoint {
    pub spec: ServerlessEndpointSpec,
    pub workspace: usize,
    pub id: String,
}
