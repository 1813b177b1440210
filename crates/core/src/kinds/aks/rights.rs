//! What the calls of a managed cluster need.

use super::calls;
use crate::kinds::base;
use crate::kinds::right::{AKS_ID, Right};

/// The role's name, and what it lets do.
pub const ROLE: (&str, &str) = (
    "Lamplighter aks operator",
    "Lets Lamplighter read, start and stop a managed Kubernetes cluster, and see what it may do to it. A stop \
     ends the pods of everybody on the cluster, not of Azure Machine Learning alone, and can break private \
     endpoints that people have made; a later start may find no capacity. Assign it to single clusters.",
);

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
        // The right itself is in the role of instances, for all that lies in a subscription that is governed.
        Right {
            action: "Microsoft.Insights/metrics/read",
            why: "to tell whose pods run on an attached cluster",
            calls: vec![base::metrics_of(AKS_ID, Vec::new()).route()],
        },
        base::permissions_right(AKS_ID),
    ]
}
