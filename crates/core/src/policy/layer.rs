//! The layers on which tags stand.

use crate::observe::Tags;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a part of a policy came from, nearest first.
///
/// ```
/// use lamplighter_core::policy::Layer;
///
/// assert!(Layer::Compute < Layer::Workspace);
/// assert_eq!(Layer::Workspace.to_string(), "on the workspace");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The compute's own tag.
    Compute,
    /// The tag of the machine or the cluster behind an attached compute.
    Resource,
    /// The online deployment's own tag.
    Deployment,
    /// The workbench's own tag.
    Workbench,
    /// Its endpoint's tag addressed to it (`lamp-schedule.<deployment>`).
    EndpointAddressed,
    /// Its endpoint's tag for all its deployments.
    Endpoint,
    /// The workspace's tag addressed to the deployment (`lamp-schedule.<endpoint>.<deployment>`).
    WorkspaceDeployment,
    /// The workspace's tag addressed to the endpoint (`lamp-schedule.<endpoint>`).
    WorkspaceEndpoint,
    /// The project's tag addressed to the workbench (`lamp-schedule.<workbench>`).
    ProjectAddressed,
    /// The workspace's tag addressed to the compute (`lamp-schedule.<compute>`).
    WorkspaceAddressed,
    /// The workspace's tag for all its computes.
    Workspace,
    /// The project's tag for all its workbenches.
    Project,
    /// The account's tag addressed to the workbench.
    AccountAddressed,
    /// The account's tag for all workbenches of its projects, and its container instances.
    Account,
    /// The resource group's tag for all computes in it.
    ResourceGroup,
    /// The platform's settings.
    Default,
}

impl Layer {
    /// Whether its tags' names end in a name that they are addressed to.
    pub(super) fn is_addressed(self) -> bool {
        matches!(
            self,
            Layer::EndpointAddressed
                | Layer::WorkspaceDeployment
                | Layer::WorkspaceEndpoint
                | Layer::WorkspaceAddressed
                | Layer::ProjectAddressed
                | Layer::AccountAddressed
        )
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layer::Compute => "on the compute",
            Layer::Resource => "on its own resource",
            Layer::Deployment => "on the deployment",
            Layer::Workbench => "on the workbench",
            Layer::EndpointAddressed => "on the endpoint, for this deployment",
            Layer::Endpoint => "on the endpoint",
            Layer::WorkspaceDeployment => "on the workspace, for this deployment",
            Layer::WorkspaceEndpoint => "on the workspace, for this endpoint",
            Layer::ProjectAddressed => "on the project, for this workbench",
            Layer::WorkspaceAddressed => "on the workspace, for this compute",
            Layer::Workspace => "on the workspace",
            Layer::Project => "on the project",
            Layer::AccountAddressed => "on the account, for this workbench",
            Layer::Account => "on the account",
            Layer::ResourceGroup => "on the resource group",
            Layer::Default => "in the platform's settings",
        })
    }
}

/// The tags of one resource, layer by layer, as Azure gave them.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a> {
    /// For tags of the workspace that are addressed to it; compared without case.
    pub compute_name: &'a str,
    pub compute: &'a Tags,
    pub workspace: &'a Tags,
    pub resource_group: &'a Tags,
}
