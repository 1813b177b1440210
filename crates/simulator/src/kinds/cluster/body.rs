//! A cluster's JSON.

use super::view::ClusterView;
use crate::stamps;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// `properties.properties` of a cluster that is only listed: scaled to zero, for ever.
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

/// `properties.properties` of a living cluster.
pub(crate) fn living(view: &ClusterView<'_>) -> Value {
    let nodes = view.nodes;
    let errors = view.no_capacity.then(|| {
        json!([{"error": {
            "code": "ClusterCoreQuotaReached", "target": null, "details": [],
            "message": "The nodes asked for could not be allocated; allocation is tried again.",
        }}])
    });
    json!({
        "vmSize": view.vm_size.to_uppercase(),
        "vmPriority": view.priority.as_str(),
        "osType": view.os.as_str(),
        "virtualMachineImage": null,
        "isolatedNetwork": null,
        "subnet": null,
        "scaleSettings": view.scale.json(),
        "remoteLoginPortPublicAccess": "Disabled",
        "allocationState": if view.resizing { "Resizing" } else { "Steady" },
        "allocationStateTransitionTime": stamps::long(view.since),
        "errors": errors,
        "currentNodeCount": nodes.all(),
        "targetNodeCount": view.target,
        "nodeStateCounts": {
            "preparingNodeCount": nodes.preparing, "runningNodeCount": nodes.running,
            "idleNodeCount": nodes.idle, "unusableNodeCount": nodes.unusable,
            "leavingNodeCount": nodes.leaving, "preemptedNodeCount": 0,
        },
        "enableNodePublicIp": true,
    })
}
