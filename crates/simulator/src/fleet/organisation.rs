//! A whole fleet: what Azure holds of an organisation, and who works there.

use super::decimal;
use super::person::Person;
use super::price::Price;
use super::visible::{ComputeNamedBy, MetricsSpec};
use crate::kinds::aks::spec::AksSpec;
use crate::kinds::attached::spec::AttachedSpec;
use crate::kinds::autoscale::spec::AutoscaleSpec;
use crate::kinds::cluster::spec::ClusterSpec;
use crate::kinds::endpoint::spec::{BatchEndpointSpec, EndpointSpec, ServerlessEndpointSpec};
use crate::kinds::foundry::spec::AccountSpec;
use crate::kinds::instance::spec::InstanceSpec;
use crate::kinds::standing::spec::{ConnectedClusterSpec, DatabricksSpec, SparkPoolSpec};
use crate::kinds::vm::spec::VmSpec;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The tenant of a fleet that names none.
pub const DEFAULT_TENANT: &str = "11111111-2222-4333-8444-555555555555";

/// An organisation: what Azure holds of it, and who works there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fleet {
    /// The same seed and file give the same lives, whatever Lamplighter does.
    #[serde(default)]
    pub seed: u64,
    /// The simulated instant at which the world begins, unless the command line says otherwise.
    #[serde(default)]
    pub start: Option<DateTime<Utc>>,
    /// The currency that `prices` are in.
    #[serde(default = "usd")]
    pub currency: String,
    /// What one unit of `currency` is worth in others: `{"EUR": "0.92"}`.
    #[serde(default, with = "decimal::map")]
    pub rates: BTreeMap<String, Decimal>,
    /// How an instance with a running job shows its state.
    #[serde(default)]
    pub jobs_show_as: JobsShowAs,
    /// Simulated seconds between a job's arrival at a running instance and its run; the instance is taken
    /// meanwhile.
    #[serde(default)]
    pub jobs_prepare_seconds: u32,
    /// What a job's `computeId` holds.
    #[serde(default)]
    pub compute_named_by: ComputeNamedBy,
    /// False: computes answer without `idleTimeBeforeShutdown`, as older api-versions do.
    #[serde(default = "yes")]
    pub shows_idle_timer: bool,
    /// What workspace metrics show.
    #[serde(default)]
    pub metrics: MetricsSpec,
    /// Simulated seconds between two documents of a beacon.
    #[serde(default = "five_minutes")]
    pub beacon_seconds: u32,
    pub subscriptions: Vec<SubscriptionSpec>,
    #[serde(default)]
    pub people: Vec<Person>,
    /// Prices that differ from the built-in list, or of sizes that are not in it.
    #[serde(default)]
    pub prices: Vec<Price>,
    /// Sizes for which the price API has no row.
    #[serde(default)]
    pub unpriced: Vec<String>,
}

/// The state of an instance with a running job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobsShowAs {
    #[default]
    Running,
    JobRunning,
}

/// A subscription of a fleet file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscriptionSpec {
    pub id: String,
    pub name: String,
    #[serde(default = "default_tenant")]
    pub tenant_id: String,
    /// Resource providers that are not registered in it. That of machine learning is registered wherever there is a
    /// workspace.
    #[serde(default)]
    pub unregistered: Vec<String>,
    #[serde(default)]
    pub resource_groups: Vec<ResourceGroupSpec>,
}

/// A resource group of a fleet file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceGroupSpec {
    pub name: String,
    /// The group's own region; its first workspace's where absent.
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub workspaces: Vec<WorkspaceSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub virtual_machines: Vec<VmSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed_clusters: Vec<AksSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spark_pools: Vec<SparkPoolSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databricks: Vec<DatabricksSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connected_clusters: Vec<ConnectedClusterSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub autoscale_settings: Vec<AutoscaleSpec>,
    /// Accounts of Microsoft Foundry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cognitive_accounts: Vec<AccountSpec>,
}

impl ResourceGroupSpec {
    /// The region of what names none of its own.
    pub fn usual_location(&self) -> &str {
        let first = self.workspaces.first();
        let first = first.map(|one| one.location.as_str());
        self.location.as_deref().or(first).unwrap_or("westeurope")
    }
}

/// A workspace of a fleet file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceSpec {
    pub name: String,
    pub location: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default, alias = "machines")]
    pub instances: Vec<InstanceSpec>,
    /// The hub, a workspace of the same group, whose computes it shows beside its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// Computes that stand for resources of resource groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<AttachedSpec>,
    /// Clusters whose nodes live.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<ClusterSpec>,
    /// Online endpoints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<EndpointSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batch_endpoints: Vec<BatchEndpointSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serverless_endpoints: Vec<ServerlessEndpointSpec>,
}

fn yes() -> bool {
    true
}

fn five_minutes() -> u32 {
    300
}

fn usd() -> String {
    "USD".into()
}

fn default_tenant() -> String {
    DEFAULT_TENANT.into()
}

/// The key under which an instance is named in a fleet file, `workspace/instance`, without case.
pub(crate) fn instance_key(workspace: &str, instance: &str) -> String {
    format!("{workspace}/{instance}").to_lowercase()
}

impl Fleet {
    /// A fleet with nothing in it yet, priced in US dollars.
    pub(crate) fn empty() -> Fleet {
        Fleet {
            seed: 0,
            start: None,
            currency: usd(),
            rates: BTreeMap::new(),
            jobs_show_as: JobsShowAs::default(),
            jobs_prepare_seconds: 0,
            compute_named_by: ComputeNamedBy::default(),
            shows_idle_timer: true,
            metrics: MetricsSpec::default(),
            beacon_seconds: five_minutes(),
            subscriptions: Vec::new(),
            people: Vec::new(),
            prices: Vec::new(),
            unpriced: Vec::new(),
        }
    }

    /// Every workspace with its subscription and resource group, in the file's order.
    pub fn workspaces(
        &self,
    ) -> impl Iterator<Item = (&SubscriptionSpec, &ResourceGroupSpec, &WorkspaceSpec)> {
        self.subscriptions.iter().flat_map(|subscription| {
            subscription.resource_groups.iter().flat_map(move |group| {
                group
                    .workspaces
                    .iter()
                    .map(move |workspace| (subscription, group, workspace))
            })
        })
    }

    /// The regions that resources beside workspaces name themselves.
    pub(crate) fn regions_of_resources(&self) -> impl Iterator<Item = &str> {
        let groups = self
            .subscriptions
            .iter()
            .flat_map(|subscription| &subscription.resource_groups);
        groups.flat_map(|group| {
            let billed = !(group.virtual_machines.is_empty()
                && group.managed_clusters.is_empty()
                && group.cognitive_accounts.is_empty());
            let own = match (&group.location, group.workspaces.first()) {
                (Some(own), _) => Some(own.as_str()),
                (None, Some(_)) => None,
                (None, None) => Some("westeurope"),
            };
            let own = own.filter(|_| billed);
            let vms = group.virtual_machines.iter();
            let clusters = group.managed_clusters.iter();
            let accounts = group.cognitive_accounts.iter();
            own.into_iter()
                .chain(vms.filter_map(|vm| vm.location.as_deref()))
                .chain(clusters.filter_map(|cluster| cluster.location.as_deref()))
                .chain(accounts.filter_map(|account| account.location.as_deref()))
        })
    }

    /// The tenant that the simulator's identity lives in.
    pub fn tenant(&self) -> &str {
        self.subscriptions
            .first()
            .map_or(DEFAULT_TENANT, |first| &first.tenant_id)
    }
}
