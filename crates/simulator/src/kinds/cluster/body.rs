//! A cluster's JSON.

use crate::stamps;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// `properties.properties` of a cluster that has scaled to zero.
pub(crate) fn properties(vm_size: &str, created_on: DateTime<Utc>) -> Value {
    json!({
        "vmSize": vm_size.to_uppercase(),
        "vmPriority": "Dedicated",
        "osType": "Linux",
        "virtualMachineImage": null,
        "isolatedNetwork": null,
        "subnet": null,
        "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 4, "nodeIdleTimeBeforeScaleDown": "PT2M"},
        "remoteLoginPortPublicAccess": "Disabled",
        "allocationState": "Steady",
        "allocationStateTransitionTime": stamps::long(created_on),
        "errors": null,
        "currentNodeCount": 0,
        "targetNodeCount": 0,
        "nodeStateCounts": {
            "preparingNodeCount": 0, "runningNodeCount": 0, "idleNodeCount": 0, "unusableNodeCount": 0,
            "leavingNodeCount": 0, "preemptedNodeCount": 0,
        },
        "enableNodePublicIp": true,
    })
}
