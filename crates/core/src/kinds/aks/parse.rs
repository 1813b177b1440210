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
    let list = properties.list("agentPoolProfiles").unwrap_or_default();
    let mut pools = Pools::default();
    for (index, item) in list.iter().enumerate() {
        let mut pool = properties.element("agentPoolProfiles", index, item);
        pools.take(&mut pool, power.as_deref() == Some("Running"));
    }
    let group = properties.text("nodeResourceGroup");
    compute.by_kind.billed_in = group.and_then(|group| beside(&compute.id, &group));
    compute.by_kind.tier = fields.below("sku").text("tier");
    compute.oddities = oddities;
    compute.by_kind.no_stop = match () {
        () if automatic => {
            Some("its nodes are provisioned by itself, and Azure refuses to stop it".into())
        }
        () if hosted => {
            Some("its system nodes are Azure's own, and Azure refuses to stop it".into())
        }
        () if pools.old => {
            Some("a pool of it is no scale set, and Azure refuses to stop it".into())
        }
        () if failed => Some("its last change came to nothing: it is for its owner to mend".into()),
        () => None,
    };
    let mut notes = vec![format!("{} node(s) in {} pool(s)", pools.nodes, list.len())];
    if pools.stopped > 0 {
        notes.push(format!(
            "{} pool(s) of it are stopped by themselves, cost nothing and are not counted",
            pools.stopped
        ));
    }
    compute.by_kind.notes.extend(notes);
    compute.by_kind.nodes = match compute.state {
        ComputeState::Running => Some(pools.nodes),
        ComputeState::Stopped => Some(0),
        _ => None,
    };
    compute.by_kind.pools = pools.priced;
    Ok(compute)
}

/// What its pools come to.
#[derive(Default)]
struct Pools {
    /// How many nodes are sure to be there, by size with tariff, of the pools that run.
    priced: Vec<(u32, String)>,
    nodes: u32,
    /// How many are stopped, while the cluster itself runs.
    stopped: usize,
    /// One is no scale set.
    old: bool,
}

impl Pools {
    /// `runs`: the cluster does. While it does not, no pool's own state tells anything.
    fn take(&mut self, pool: &mut Fields<'_, '_>, runs: bool) {
        let is = |text: Option<String>, word: &str| {
            text.is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        let kind = pool.text("type");
        self.old |= kind.is_some() && !is(kind, "VirtualMachineScaleSets");
        let own = pool.below("powerState").text("code");
        if runs && is(own, "Stopped") {
            self.stopped += 1;
            return;
        }
        let tariff = match () {
            () if is(pool.text("scaleSetPriority"), "Spot") => Tariff::Spot,
            () if is(pool.text("osType"), "Windows") => Tariff::Windows,
            () => Tariff::Linux,
        };
        // Of one that scales by itself only the least is sure to be there.
        let least = match pool.get("enableAutoScaling").and_then(Value::as_bool) {
            Some(true) => pool.count("minCount").unwrap_or(0),
            _ => u32::MAX,
        };
        let Some(count) = pool.count("count") else {
            return;
        };
        self.nodes = self.nodes.saturating_add(count);
        if let Some(size) = pool.text("vmSize") {
            self.priced
                .push((count.min(least), with_tariff(&size, tariff)));
        }
    }
}

/// The ARM id, in lower case, of a resource group of the same subscription.
fn beside(id: &str, group: &str) -> Option<String> {
    let subscription = id.split('/').nth(2).filter(|id| !id.is_empty())?;
    let id = format!("/subscriptions/{subscription}/resourcegroups/{group}");
    (!group.is_empty()).then(|| id.to_lowercase())
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
