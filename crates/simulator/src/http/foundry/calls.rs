//! Which of these routes a path is, and the right that it needs. The names of the actions follow the paths; Microsoft has
//! not confirmed them.

use crate::kinds::workbench::calls::WorkbenchCall;
use axum::http::Method;

/// A route of Microsoft.CognitiveServices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum FoundryCall {
    /// Of a subscription or a group, as the path says.
    Accounts,
    Account,
    Projects,
    Project,
    Workbenches,
    Workbench,
    AskWorkbench(WorkbenchCall),
    Computes,
    Compute,
    AskCompute(WorkbenchCall),
    Deployments,
    Deployment,
    Operation,
}

const PROVIDER: &str = "microsoft.cognitiveservices";

impl FoundryCall {
    /// The route of a method and what follows a subscription's id, in lower case.
    pub fn find(method: &Method, rest: &[&str]) -> Option<FoundryCall> {
        let get = *method == Method::GET;
        let post = *method == Method::POST;
        match *rest {
            ["providers", PROVIDER, "accounts"] if get => Some(FoundryCall::Accounts),
            [
                "providers",
                PROVIDER,
                "locations",
                _,
                "computeoperations",
                _,
            ] if get => Some(FoundryCall::Operation),
            ["resourcegroups", _, "providers", PROVIDER, "accounts"] if get => {
                Some(FoundryCall::Accounts)
            }
            [
                "resourcegroups",
                _,
                "providers",
                PROVIDER,
                "accounts",
                _,
                ref below @ ..,
            ] => match post {
                true => Self::ask(below),
                false => Self::read(below).filter(|_| get),
            },
            _ => None,
        }
    }

    fn read(below: &[&str]) -> Option<FoundryCall> {
        Some(match below {
            [] => FoundryCall::Account,
            ["projects"] => FoundryCall::Projects,
            ["projects", _] => FoundryCall::Project,
            ["projects", _, "workbenches"] => FoundryCall::Workbenches,
            ["projects", _, "workbenches", _] => FoundryCall::Workbench,
            ["computes"] => FoundryCall::Computes,
            ["computes", _] => FoundryCall::Compute,
            ["managedcomputedeployments"] => FoundryCall::Deployments,
            ["managedcomputedeployments", _] => FoundryCall::Deployment,
            _ => return None,
        })
    }

    fn ask(below: &[&str]) -> Option<FoundryCall> {
        match below {
            ["projects", _, "workbenches", _, asked] => {
                WorkbenchCall::of(asked).map(FoundryCall::AskWorkbench)
            }
            ["computes", _, asked] => WorkbenchCall::of(asked).map(FoundryCall::AskCompute),
            _ => None,
        }
    }

    /// The path with its variable parts in braces, for the report of calls.
    pub fn label(self) -> &'static str {
        use WorkbenchCall::{Restart, Start, Stop};
        match self {
            FoundryCall::Accounts => "accounts",
            FoundryCall::Account => "accounts/{a}",
            FoundryCall::Projects => "accounts/{a}/projects",
            FoundryCall::Project => "accounts/{a}/projects/{p}",
            FoundryCall::Workbenches => "accounts/{a}/projects/{p}/workbenches",
            FoundryCall::Workbench => "accounts/{a}/projects/{p}/workbenches/{w}",
            FoundryCall::AskWorkbench(Start) => "accounts/{a}/projects/{p}/workbenches/{w}/start",
            FoundryCall::AskWorkbench(Stop) => "accounts/{a}/projects/{p}/workbenches/{w}/stop",
            FoundryCall::AskWorkbench(Restart) => {
                "accounts/{a}/projects/{p}/workbenches/{w}/restart"
            }
            FoundryCall::Computes => "accounts/{a}/computes",
            FoundryCall::Compute => "accounts/{a}/computes/{c}",
            FoundryCall::AskCompute(Start) => "accounts/{a}/computes/{c}/start",
            FoundryCall::AskCompute(Stop) => "accounts/{a}/computes/{c}/stop",
            FoundryCall::AskCompute(Restart) => "accounts/{a}/computes/{c}/restart",
            FoundryCall::Deployments => "accounts/{a}/managedComputeDeployments",
            FoundryCall::Deployment => "accounts/{a}/managedComputeDeployments/{d}",
            FoundryCall::Operation => "locations/{l}/computeOperations/{o}",
        }
    }

    /// The right that it needs.
    pub fn right(self) -> &'static str {
        use WorkbenchCall::{Restart, Start, Stop};
        match self {
            FoundryCall::Accounts | FoundryCall::Account => {
                "Microsoft.CognitiveServices/accounts/read"
            }
            FoundryCall::Projects | FoundryCall::Project => {
                "Microsoft.CognitiveServices/accounts/projects/read"
            }
            FoundryCall::Workbenches | FoundryCall::Workbench => {
                "Microsoft.CognitiveServices/accounts/projects/workbenches/read"
            }
            FoundryCall::AskWorkbench(Start) => {
                "Microsoft.CognitiveServices/accounts/projects/workbenches/start/action"
            }
            FoundryCall::AskWorkbench(Stop) => {
                "Microsoft.CognitiveServices/accounts/projects/workbenches/stop/action"
            }
            FoundryCall::AskWorkbench(Restart) => {
                "Microsoft.CognitiveServices/accounts/projects/workbenches/restart/action"
            }
            FoundryCall::Computes | FoundryCall::Compute => {
                "Microsoft.CognitiveServices/accounts/computes/read"
            }
            FoundryCall::AskCompute(Start) => {
                "Microsoft.CognitiveServices/accounts/computes/start/action"
            }
            FoundryCall::AskCompute(Stop) => {
                "Microsoft.CognitiveServices/accounts/computes/stop/action"
            }
            FoundryCall::AskCompute(Restart) => {
                "Microsoft.CognitiveServices/accounts/computes/restart/action"
            }
            FoundryCall::Deployments | FoundryCall::Deployment => {
                "Microsoft.CognitiveServices/accounts/managedComputeDeployments/read"
            }
            FoundryCall::Operation => {
                "Microsoft.CognitiveServices/locations/computeOperations/read"
            }
        }
    }

    /// The type that it is about, as Azure's errors name it.
    pub fn resource_type(self) -> &'static str {
        match self {
            FoundryCall::Accounts | FoundryCall::Account => "accounts",
            FoundryCall::Projects | FoundryCall::Project => "accounts/projects",
            FoundryCall::Workbenches | FoundryCall::Workbench | FoundryCall::AskWorkbench(_) => {
                "accounts/projects/workbenches"
            }
            FoundryCall::Computes | FoundryCall::Compute | FoundryCall::AskCompute(_) => {
                "accounts/computes"
            }
            FoundryCall::Deployments | FoundryCall::Deployment => {
                "accounts/managedComputeDeployments"
            }
            FoundryCall::Operation => "locations/computeOperations",
        }
    }

    /// Whether ARM counts it as a write.
    pub fn is_write(self) -> bool {
        matches!(
            self,
            FoundryCall::AskWorkbench(_) | FoundryCall::AskCompute(_)
        )
    }
}
