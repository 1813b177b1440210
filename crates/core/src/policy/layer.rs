//! The layers on which tags stand.

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
    /// The workspace's tag addressed to the compute (`lamp-schedule.<compute>`).
    WorkspaceAddressed,
    /// The workspace's tag for all its computes.
    Workspace,
    /// The resource group's tag for all computes in it.
    ResourceGroup,
    /// The platform's settings.
    Default,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layer::Compute => "on the compute",
            Layer::WorkspaceAddressed => "on the workspace, for this compute",
            Layer::Workspace => "on the workspace",
            Layer::ResourceGroup => "on the resource group",
            Layer::Default => "in the platform's settings",
        })
    }
}
