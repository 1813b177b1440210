//! A deployment, as Azure Resource Manager and Resource Graph show it.

use crate::kinds::scaled;
use crate::observe::parse::{Fields, Oddity, instant, usable_name};
use crate::observe::{ByKind, Compute, ComputeState, Scale};
use serde_json::Value;

/// The ARM type of one.
pub const TYPE: &str = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments";
/// A deployment on somebody's Kubernetes cluster, whose replicas cost nothing of their own.
pub const ON_KUBERNETES: &str = "kubernetes-deployment";

/// A deployment, named `endpoint/deployment`. `location`: its endpoint's, where it names none.
///
/// # Errors
/// It has no id of a deployment.
pub fn deployment(item: &Value, location: Option<&str>) -> Result<Compute, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    let Some(name) = name(&id) else {
        return Err(Oddity::new("online deployment", "one with an id", item));
    };
    let tags = fields.tags();
    let location = fields
        .text("location")
        .or_else(|| location.map(str::to_owned));
    let capacity = fields.below("sku").count("capacity");
    let mut system = fields.below("systemData");
    let created_on = system.read("createdAt", "a time", instant);
    // A pipeline's id is nobody's name.
    let person = system.text("createdByType");
    let person = person.is_none_or(|kind| kind.eq_ignore_ascii_case("User"));
    let created_by = system.text("createdBy").filter(|_| person);
    let mut properties = fields.below("properties");
    let managed = properties.text("endpointComputeType");
    let managed = managed.is_none_or(|kind| kind.eq_ignore_ascii_case("Managed"));
    let provisioning_state = properties.text("provisioningState");
    let vm_size = properties.text("instanceType");
    let mut compute = Compute {
        name,
        location,
        tags,
        created_on,
        created_by,
        compute_type: Some(match managed {
            true => TYPE.into(),
            false => ON_KUBERNETES.into(),
        }),
        state: state(provisioning_state.as_deref(), capacity),
        provisioning_state,
        // On Kubernetes it is a name of that cluster's own.
        vm_size: vm_size.filter(|_| managed),
        by_kind: ByKind {
            scale: capacity.map(|value| Scale {
                value,
                there: Some(value),
                ..Scale::default()
            }),
            ..ByKind::default()
        },
        id,
        oddities,
        ..Compute::default()
    };
    scaled::settle(&mut compute, 1);
    Ok(compute)
}

/// The least number of instances that one of Azure's limits of a deployment allows; `None` where it names none.
pub fn least(limits: &Value) -> Option<u32> {
    let least = limits.get("capacity")?.get("minimum")?.as_u64()?;
    u32::try_from(least).ok()
}

/// `endpoint/deployment`, of an ARM id.
fn name(id: &str) -> Option<String> {
    let mut parts = id.rsplit('/');
    let (deployment, kind, endpoint) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = kind.eq_ignore_ascii_case("deployments")
        && usable_name(deployment)
        && usable_name(endpoint);
    fits.then(|| format!("{endpoint}/{deployment}"))
}

fn state(provisioning: Option<&str>, capacity: Option<u32>) -> ComputeState {
    match (provisioning, capacity) {
        (Some("Succeeded"), Some(_)) => ComputeState::Running,
        (Some("Scaling" | "Updating"), _) => ComputeState::Resizing,
        (Some("Creating"), _) => ComputeState::Creating,
        (Some("Deleting"), _) => ComputeState::Deleting,
        (Some(other), _) => ComputeState::Other(other.to_owned()),
        (None, _) => ComputeState::default(),
    }
}
