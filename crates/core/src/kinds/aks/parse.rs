//! A managed cluster, as Azure Resource Manager and Resource Graph show it.

use crate::kinds::behind;
use crate::observe::parse::{Fields, Oddity};
use crate::observe::{Compute, ComputeState, Tariff, with_tariff};
use serde_json::Value;

/// The ARM type of one.
pub const TYPE: &str = "Microsoft.ContainerService/managedClusters";

/// A managed cluster. `known`: the compute that it is attached as.
///
/// # Errors
/// The answer is about another resource.
pub fn managed_cluster(item: &Value, known: &Compute) -> Result<Compute, Oddity> {
    let mut compute = behind::read(item, known, TYPE)?;
    let mut oddities = std::mem::take(&mut compute.oddities);
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let mut properties = fields.below("properties");
    let provisioning = properties.text("provisioningState");
    let power = properties.below("powerState").text("code");
    compute.state = state(power.as_deref(), provisioning.as_deref());
    let failed = matches!(provisioning.as_deref(), Some("Failed" | "Canceled"));
    if let Some(failed) = provisioning.as_deref().filter(|_| failed) {
        compute.errors.push(format!("provisioningState {failed}"));
    }
    compute.provisioning_state = provisioning;
    let automatic = properties.below("nodeProvisioningProfile").text("mode");
    let automatic = automatic.is_some_and(|mode| mode.eq_ignore_ascii_case("Auto"));
    let hosted = properties.below("hostedSystemProfile");
    let hosted = hosted.get("enabled").and_then(Value::as_bool) == Some(true);
    let (mut old, mut nodes) = (false, 0);
    let pools = properties.list("agentPoolProfiles").unwrap_or_default();
    for (index, item) in pools.iter().enumerate() {
        let mut pool = properties.element("agentPoolProfiles", index, item);
        let kind = pool.text("type");
        old |= kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("VirtualMachineScaleSets"));
        let windows = pool
            .text("osType")
            .is_some_and(|os| os.eq_ignore_ascii_case("Windows"));
        let spot = pool
            .text("scaleSetPriority")
            .is_some_and(|word| word.eq_ignore_ascii_case("Spot"));
        let tariff = match () {
            () if spot => Tariff::Spot,
            () if windows => Tariff::Windows,
            () => Tariff::Linux,
        };
        // Of one that scales by itself only the least is sure to be there.
        let least = match pool.get("enableAutoScaling").and_then(Value::as_bool) {
            Some(true) => pool.count("minCount").unwrap_or(0),
            _ => u32::MAX,
        };
        let count = pool.count("count");
        nodes += count.unwrap_or(0);
        let count = count.map(|count| count.min(least));
        if let (Some(count), Some(size)) = (count, pool.text("vmSize")) {
            compute
                .by_kind
                .pools
                .push((count, with_tariff(&size, tariff)));
        }
    }
    compute.oddities = oddities;
    compute.by_kind.no_stop = match () {
        () if automatic => {
            Some("its nodes are provisioned by itself, and Azure refuses to stop it".into())
        }
        () if hosted => {
            Some("its system nodes are Azure's own, and Azure refuses to stop it".into())
        }
        () if old => Some("a pool of it is no scale set, and Azure refuses to stop it".into()),
        () if failed => Some("its last change came to nothing: it is for its owner to mend".into()),
        () => None,
    };
    compute.by_kind.notes.push(format!(
        "{nodes} node(s) in {} pool(s)",
        compute.by_kind.pools.len()
    ));
    Ok(compute)
}

/// It is settled when both agree: `Succeeded` alone tells nothing of power.
fn state(power: Option<&str>, provisioning: Option<&str>) -> ComputeState {
    match (power, provisioning) {
        // Where its last change came to nothing, another start is what mends it.
        (Some("Running"), Some("Succeeded" | "Failed" | "Canceled")) => ComputeState::Running,
        (Some("Stopped"), Some("Succeeded" | "Failed" | "Canceled")) => ComputeState::Stopped,
        (_, Some("Starting")) => ComputeState::Starting,
        (_, Some("Stopping")) => ComputeState::Stopping,
        (_, Some("Creating")) => ComputeState::Creating,
        (_, Some("Deleting")) => ComputeState::Deleting,
        (_, Some("Updating" | "Scaling" | "Upgrading")) => ComputeState::Resizing,
        (_, other) => ComputeState::Other(other.unwrap_or("power state unknown").to_owned()),
    }
}
