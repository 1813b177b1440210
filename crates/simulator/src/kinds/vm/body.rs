//! A virtual machine's JSON.

use super::power::Power;
use super::spec::{CapacityCode, VmSpec};
use crate::fleet::machine::{Os, Priority};
use crate::ids::{guid, number_of};
use crate::stamps;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A virtual machine as its answer shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VmView<'a> {
    pub spec: &'a VmSpec,
    pub power: Power,
    /// Why its last start came to nothing.
    pub failed: Option<CapacityCode>,
    /// When its last operation ended or began.
    pub since: DateTime<Utc>,
}

impl VmView<'_> {
    fn provisioning(&self) -> &'static str {
        match (self.power, self.failed) {
            (power, _) if power != power.at_rest() => "Updating",
            (_, Some(_)) => "Failed",
            _ => "Succeeded",
        }
    }
}

/// Its `properties`, without the instance view.
pub(crate) fn properties(id: &str, view: &VmView<'_>) -> Value {
    let spec = view.spec;
    let disk = |name: String| {
        let group = id.split("/providers/").next().unwrap_or_default();
        json!({
            "storageAccountType": "Premium_LRS",
            "id": format!("{group}/providers/Microsoft.Compute/disks/{name}"),
        })
    };
    let (system, data) = spec.disks_gb.split_first().unwrap_or((&64, &[]));
    let mut os_disk = json!({
        "osType": spec.os_type.as_str(), "name": format!("{}_OsDisk", spec.name), "createOption": "FromImage",
        "caching": "ReadWrite", "diskSizeGB": system, "deleteOption": "Detach",
        "managedDisk": disk(format!("{}_OsDisk", spec.name)),
    });
    if spec.ephemeral_os_disk {
        os_disk["caching"] = "ReadOnly".into();
        os_disk["diffDiskSettings"] = json!({"option": "Local", "placement": "CacheDisk"});
    }
    let data_disks: Vec<Value> = data
        .iter()
        .enumerate()
        .map(|(lun, gb)| {
            let name = format!("{}_Data_{lun}", spec.name);
            json!({
                "lun": lun, "name": name, "createOption": "Attach", "caching": "None", "diskSizeGB": gb,
                "managedDisk": disk(name.clone()), "toBeDetached": false,
            })
        })
        .collect();
    let network = id.split("/Microsoft.Compute/").next().unwrap_or_default();
    let mut whole = json!({
        "hardwareProfile": {"vmSize": spec.vm_size},
        "provisioningState": view.provisioning(),
        "vmId": guid(0, 0x76, number_of(id)),
        "additionalCapabilities": {"hibernationEnabled": spec.hibernation_enabled},
        "storageProfile": {"osDisk": os_disk, "dataDisks": data_disks},
        "osProfile": {"computerName": spec.name, "adminUsername": "azureuser"},
        "networkProfile": {"networkInterfaces": [
            {"id": format!("{network}/Microsoft.Network/networkInterfaces/{}-nic", spec.name)},
        ]},
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": true}},
        "timeCreated": "2026-01-05T09:00:00.0000000+00:00",
    });
    if spec.priority == Priority::Spot {
        whole["priority"] = "Spot".into();
        whole["evictionPolicy"] = json!(spec.eviction_policy);
        whole["billingProfile"] = json!({"maxPrice": -1.0});
    }
    whole
}

/// Its instance view. The power has no time.
pub(crate) fn instance_view(view: &VmView<'_>, with_power: bool) -> Value {
    let spec = view.spec;
    let time = stamps::long(view.since);
    let mut statuses = vec![match view.provisioning() {
        "Updating" => json!({
            "code": "ProvisioningState/updating", "level": "Info", "displayStatus": "Updating", "time": time,
        }),
        "Failed" => {
            let code = view.failed.map_or("", CapacityCode::as_str);
            json!({
                "code": format!("ProvisioningState/failed/{code}"), "level": "Error",
                "displayStatus": "Provisioning failed", "time": time,
                "message": "Allocation failed. We do not have sufficient capacity for the requested VM size.",
            })
        }
        _ => json!({
            "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded",
            "time": time,
        }),
    }];
    if with_power {
        let power = view.power.as_str();
        statuses.push(json!({
            "code": format!("PowerState/{power}"), "level": "Info", "displayStatus": format!("VM {power}"),
        }));
    }
    let (system, version) = match spec.os_type {
        Os::Linux => ("ubuntu", "24.04"),
        Os::Windows => ("Windows Server 2022 Datacenter", "10.0.20348"),
    };
    let mut whole = json!({
        "disks": [{"name": format!("{}_OsDisk", spec.name), "statuses": [
            {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded",
                "time": time},
        ]}],
        "hyperVGeneration": "V2",
        "isVMInStandbyPool": false,
        "statuses": statuses,
    });
    if view.power == Power::Running {
        whole["computerName"] = spec.name.as_str().into();
        whole["osName"] = system.into();
        whole["osVersion"] = version.into();
        whole["vmAgent"] = json!({"vmAgentVersion": "2.13.1", "statuses": [{
            "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Ready",
            "message": "Guest Agent is running", "time": time,
        }]});
    }
    whole
}
