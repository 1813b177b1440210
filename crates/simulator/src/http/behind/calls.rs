//! Which of these routes a path is, and the right that it needs.

use crate::kinds::aks::calls::AksCall;
use crate::kinds::vm::calls::VmCall;
use axum::http::Method;

/// A route of a resource beside workspaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum BehindCall {
    /// Of a subscription or a group, as the path says.
    Vms,
    Vm,
    VmView,
    AskVm(VmCall),
    AskAks(AksCall),
    AutoShutdowns,
    /// What else there is of a type: in a subscription, a group or a Synapse workspace, as the path says.
    List(Kind),
    One(Kind),
    /// A PATCH, which takes tags only.
    TagPool,
    Metrics,
    /// What `Azure-AsyncOperation` names.
    Status(Provider),
    /// What `Location` names.
    Result(Provider),
}

/// A type of resource that is read only, or whose power has calls of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Kind {
    Aks,
    Pool,
    Databricks,
    Connected,
}

/// A provider with operations that take their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Provider {
    Compute,
    ContainerService,
}

const COMPUTE: &str = "microsoft.compute";
const CONTAINERS: &str = "microsoft.containerservice";
const SYNAPSE: &str = "microsoft.synapse";

impl BehindCall {
    /// The route of a method and what follows a subscription's id, in lower case.
    pub fn find(method: &Method, rest: &[&str]) -> Option<BehindCall> {
        let get = *method == Method::GET;
        match *rest {
            ["providers", provider, ref rest @ ..] if get => {
                Self::of_locations(provider, rest).or_else(|| Self::list(provider, rest))
            }
            ["resourcegroups", _, "providers", provider, ref rest @ ..] => {
                let found = match *method {
                    Method::GET => {
                        Self::list(provider, rest).or_else(|| Self::read(provider, rest))
                    }
                    Method::POST => Self::ask(provider, rest),
                    _ => None,
                };
                let patch = *method == Method::PATCH;
                match (provider, rest) {
                    (SYNAPSE, ["workspaces", _, "bigdatapools", _]) if patch => {
                        Some(BehindCall::TagPool)
                    }
                    _ => found,
                }
            }
            _ => None,
        }
    }

    fn of_locations(provider: &str, rest: &[&str]) -> Option<BehindCall> {
        let provider = match provider {
            COMPUTE => Provider::Compute,
            CONTAINERS => Provider::ContainerService,
            _ => return None,
        };
        match *rest {
            ["locations", _, "operations", _] => Some(BehindCall::Status(provider)),
            ["locations", _, "operationresults", _] => Some(BehindCall::Result(provider)),
            _ => None,
        }
    }

    fn list(provider: &str, rest: &[&str]) -> Option<BehindCall> {
        match (provider, rest) {
            (COMPUTE, ["virtualmachines"]) => Some(BehindCall::Vms),
            ("microsoft.devtestlab", ["schedules"]) => Some(BehindCall::AutoShutdowns),
            (SYNAPSE, ["workspaces", _, "bigdatapools"]) => Some(BehindCall::List(Kind::Pool)),
            (_, [kind]) => Kind::of(provider, kind)
                .filter(|kind| *kind != Kind::Pool)
                .map(BehindCall::List),
            _ => None,
        }
    }

    fn read(provider: &str, rest: &[&str]) -> Option<BehindCall> {
        match (provider, rest) {
            (COMPUTE, ["virtualmachines", _]) => Some(BehindCall::Vm),
            (COMPUTE, ["virtualmachines", _, "instanceview"]) => Some(BehindCall::VmView),
            (SYNAPSE, ["workspaces", _, "bigdatapools", _]) => Some(BehindCall::One(Kind::Pool)),
            (
                COMPUTE | CONTAINERS,
                [
                    "virtualmachines" | "managedclusters",
                    _,
                    "providers",
                    "microsoft.insights",
                    "metrics",
                ],
            ) => Some(BehindCall::Metrics),
            (_, [kind, _]) => Kind::of(provider, kind).map(BehindCall::One),
            _ => None,
        }
    }

    fn ask(provider: &str, rest: &[&str]) -> Option<BehindCall> {
        match (provider, rest) {
            (COMPUTE, ["virtualmachines", _, asked]) => VmCall::of(asked).map(BehindCall::AskVm),
            (CONTAINERS, ["managedclusters", _, asked]) => {
                AksCall::of(asked).map(BehindCall::AskAks)
            }
            _ => None,
        }
    }

    /// The path with its variable parts in braces, for the report of calls.
    pub fn label(self) -> &'static str {
        match self {
            BehindCall::Vms => "virtualMachines",
            BehindCall::Vm => "virtualMachines/{v}",
            BehindCall::AutoShutdowns => "Microsoft.DevTestLab/schedules",
            BehindCall::VmView => "virtualMachines/{v}/instanceView",
            BehindCall::AskVm(asked) => asked.label(),
            BehindCall::AskAks(asked) => asked.label(),
            BehindCall::List(Kind::Aks) => "managedClusters",
            BehindCall::List(Kind::Pool) => "bigDataPools",
            BehindCall::List(Kind::Databricks) => "Microsoft.Databricks/workspaces",
            BehindCall::List(Kind::Connected) => "connectedClusters",
            BehindCall::One(Kind::Aks) => "managedClusters/{k}",
            BehindCall::One(Kind::Pool) | BehindCall::TagPool => "bigDataPools/{p}",
            BehindCall::One(Kind::Databricks) => "Microsoft.Databricks/workspaces/{d}",
            BehindCall::One(Kind::Connected) => "connectedClusters/{k}",
            BehindCall::Metrics => "{resource}/providers/microsoft.insights/metrics",
            BehindCall::Status(_) => "locations/{l}/operations/{o}",
            BehindCall::Result(_) => "locations/{l}/operationresults/{o}",
        }
    }

    /// The right that it needs.
    pub fn right(self) -> &'static str {
        match self {
            BehindCall::Vms | BehindCall::Vm => "Microsoft.Compute/virtualMachines/read",
            BehindCall::VmView => "Microsoft.Compute/virtualMachines/instanceView/read",
            BehindCall::AutoShutdowns => "Microsoft.DevTestLab/schedules/read",
            BehindCall::AskVm(asked) => asked.right(),
            BehindCall::AskAks(asked) => asked.right(),
            BehindCall::List(kind) | BehindCall::One(kind) => match kind {
                Kind::Aks => "Microsoft.ContainerService/managedClusters/read",
                Kind::Pool => "Microsoft.Synapse/workspaces/bigDataPools/read",
                Kind::Databricks => "Microsoft.Databricks/workspaces/read",
                Kind::Connected => "Microsoft.Kubernetes/connectedClusters/read",
            },
            BehindCall::TagPool => "Microsoft.Synapse/workspaces/bigDataPools/write",
            BehindCall::Metrics => "Microsoft.Insights/metrics/read",
            BehindCall::Status(Provider::Compute) | BehindCall::Result(Provider::Compute) => {
                "Microsoft.Compute/locations/operations/read"
            }
            BehindCall::Status(Provider::ContainerService) => {
                "Microsoft.ContainerService/locations/operations/read"
            }
            BehindCall::Result(Provider::ContainerService) => {
                "Microsoft.ContainerService/locations/operationresults/read"
            }
        }
    }

    /// Whether ARM counts it as a write.
    pub fn is_write(self) -> bool {
        matches!(
            self,
            BehindCall::AskVm(_) | BehindCall::AskAks(_) | BehindCall::TagPool
        )
    }
}

impl Kind {
    fn of(provider: &str, kind: &str) -> Option<Kind> {
        match (provider, kind) {
            (CONTAINERS, "managedclusters") => Some(Kind::Aks),
            ("microsoft.databricks", "workspaces") => Some(Kind::Databricks),
            ("microsoft.kubernetes", "connectedclusters") => Some(Kind::Connected),
            _ => None,
        }
    }
}
