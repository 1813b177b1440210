//! A resource behind an attached compute, whichever it is.

/// A resource, by place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Vm(usize),
    Aks(usize),
    Pool(usize),
    Databricks(usize),
    Connected(usize),
}

impl Target {
    /// The type that Azure gives it.
    pub fn resource_type(self) -> &'static str {
        match self {
            Target::Vm(_) => "Microsoft.Compute/virtualMachines",
            Target::Aks(_) => "Microsoft.ContainerService/managedClusters",
            Target::Pool(_) => "Microsoft.Synapse/workspaces/bigDataPools",
            Target::Databricks(_) => "Microsoft.Databricks/workspaces",
            Target::Connected(_) => "Microsoft.Kubernetes/connectedClusters",
        }
    }
}
