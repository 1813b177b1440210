//! The JSON of accounts, projects, computes and managed compute deployments.

use super::compute::PoolsSpec;
use super::spec::ManagedDeploymentSpec;
use super::version::Version;
use crate::fleet::machine::Priority;
use crate::ids::{guid, number_of};
use crate::kinds::workbench::body::{WorkbenchView, shared, system_data};
use crate::kinds::workbench::spec::ErrorSpec;
use crate::kinds::workbench::state::provisioning_state;
use crate::stamps;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(crate) const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts";
pub(crate) const PROJECT: &str = "Microsoft.CognitiveServices/accounts/projects";
const COMPUTE: &str = "Microsoft.CognitiveServices/accounts/computes";
const DEPLOYMENT: &str = "Microsoft.CognitiveServices/accounts/managedComputeDeployments";
const OPERATION: &str = "Microsoft.CognitiveServices/locations/computeOperations";

/// What every one of these answers has around what its kind says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub location: &'a str,
    pub tags: &'a BTreeMap<String, String>,
    pub tenant: &'a str,
    pub created_on: DateTime<Utc>,
}

impl Envelope<'_> {
    /// Of what has tags, a location and an identity in every version.
    fn tracked(&self, kind: &str, properties: Value) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "type": kind,
            "etag": "\"1\"",
            "location": self.location,
            "tags": self.tags,
            "identity": {
                "type": "SystemAssigned", "tenantId": self.tenant, "principalId": guid(0, 0x79, number_of(self.id)),
            },
            "properties": properties,
            "systemData": {
                "createdBy": "platform@example.org", "createdByType": "User",
                "createdAt": stamps::short(self.created_on),
            },
        })
    }
}

/// An account.
pub(crate) fn account(own: &Envelope<'_>, kind: &str) -> Value {
    let host = own.name.to_lowercase();
    let properties = json!({
        "endpoint": format!("https://{host}.cognitiveservices.azure.com/"),
        "provisioningState": "Succeeded",
        "customSubDomainName": host,
        "publicNetworkAccess": "Enabled",
        "allowProjectManagement": kind == "AIServices",
        "dateCreated": stamps::short(own.created_on),
    });
    let mut whole = own.tracked(ACCOUNT, properties);
    whole["kind"] = kind.into();
    whole["sku"] = json!({"name": "S0"});
    whole
}

/// A project; the first of an account is its default.
pub(crate) fn project(own: &Envelope<'_>, is_default: bool) -> Value {
    own.tracked(
        PROJECT,
        json!({
            "provisioningState": "Succeeded",
            "displayName": own.name,
            "description": "",
            "isDefault": is_default,
        }),
    )
}

/// A compute of pools. Its `provisioningState` is the same in every version.
pub(crate) fn pools(own: &Envelope<'_>, spec: &PoolsSpec, version: Version) -> Value {
    let pools = spec.pools.iter().map(|pool| {
        let priority = match pool.vm_priority {
            Priority::Spot => "Spot",
            Priority::Dedicated | Priority::LowPriority => "Regular",
        };
        json!({
            "name": pool.name, "vmPriority": priority, "instanceType": pool.instance_type,
            "nodeCount": pool.node_count,
        })
    });
    let properties = json!({
        "computeType": "Cluster",
        "location": own.location,
        "pools": pools.collect::<Vec<_>>(),
        "provisioningState": "Succeeded",
        "errors": [],
        "creationTime": stamps::millis(own.created_on),
    });
    let by = spec.created_by.as_deref().unwrap_or("platform@example.org");
    let system_data = json!({
        "createdBy": by, "createdByType": "User", "createdAt": stamps::short(own.created_on),
    });
    let whole = json!({
        "id": own.id, "name": own.name, "type": COMPUTE, "properties": properties, "systemData": system_data,
    });
    tagged(whole, own.tags, version)
}

/// A container instance: a workbench without a `status`, a `webEndpoint` and what only those have.
pub(crate) fn container(view: &WorkbenchView<'_>, version: Version) -> Value {
    // The words of a workbench until July, in every version: here they did not move.
    let (older, made) = (view.older_state, view.spec.provisioned);
    let word = provisioning_state(Version::July, view.state, older, made);
    let mut properties: Map<String, Value> = shared(view);
    properties.insert("computeType".into(), "ContainerInstance".into());
    properties.insert("location".into(), view.location.into());
    properties.insert("provisioningState".into(), word.into());
    let whole = json!({
        "id": view.id, "name": view.spec.name, "type": COMPUTE, "properties": properties,
        "systemData": system_data(view),
    });
    tagged(whole, view.tags, version)
}

/// A compute has tags until they were taken away.
fn tagged(mut whole: Value, tags: &BTreeMap<String, String>, version: Version) -> Value {
    if version.is_before_status() {
        whole["tags"] = json!(tags);
    }
    whole
}

/// A managed compute deployment; `compute` is the ARM id of what it runs on.
pub(crate) fn deployment(
    own: &Envelope<'_>,
    spec: &ManagedDeploymentSpec,
    compute: Option<&str>,
) -> Value {
    let mut properties = json!({
        "model": spec.model,
        "acceleratorType": spec.accelerator_type,
        "acceleratorsPerInstance": spec.accelerators_per_instance,
        "totalAccelerators": u64::from(spec.accelerators_per_instance) * u64::from(spec.capacity),
        "provisioningState": spec.provisioning_state,
    });
    if let Some(compute) = compute {
        properties["computeId"] = compute.into();
    }
    json!({
        "id": own.id,
        "name": own.name,
        "type": DEPLOYMENT,
        "etag": "\"1\"",
        "sku": {"name": spec.sku, "capacity": spec.capacity},
        "properties": properties,
        "systemData": {
            "createdBy": "platform@example.org", "createdByType": "User",
            "createdAt": stamps::short(own.created_on),
        },
    })
}

/// An operation on a workbench or a container instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationView<'a> {
    /// The path under which it was asked for.
    pub id: &'a str,
    pub name: &'a str,
    pub status: &'a str,
    pub began: DateTime<Utc>,
    pub ended: Option<DateTime<Utc>>,
    pub error: Option<&'a ErrorSpec>,
}

/// How an operation stands.
pub(crate) fn operation(view: &OperationView<'_>) -> Value {
    let mut properties = json!({"status": view.status, "startTime": stamps::millis(view.began)});
    if let Some(ended) = view.ended {
        properties["endTime"] = stamps::millis(ended).into();
    }
    if let Some(error) = view.error {
        properties["error"] = json!(error);
    }
    json!({"id": view.id, "name": view.name, "type": OPERATION, "properties": properties})
}
