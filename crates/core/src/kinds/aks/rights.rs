//! What the calls of a managed cluster need.

use super::calls;
use crate::kinds::right::{AKS_ID, Right};

pub fn rights() -> Vec<Right> {
    vec![
        Right {
            action: "Microsoft.ContainerService/managedClusters/read",
            why: "to read an attached cluster's tags, pools and state",
            calls: vec![calls::get(AKS_ID).route()],
        },
        Right {
            action: "Microsoft.ContainerService/managedClusters/start/action",
            why: "to start an attached cluster",
            calls: vec![calls::start(AKS_ID).route()],
        },
        Right {
            action: "Microsoft.ContainerService/managedClusters/stop/action",
            why: "to stop an attached cluster",
            calls: vec![calls::stop(AKS_ID).route()],
        },
    ]
}
