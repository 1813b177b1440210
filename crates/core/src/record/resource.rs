//! The resource that a record speaks of, as it was then.

use crate::kinds::Kind;
use crate::observe::Compute;
use crate::policy::Reading;
use serde::{Deserialize, Serialize};

/// Resources sort by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Resource {
    /// The ARM id of what is billed, lower case.
    pub id: String,
    pub kind: Kind,
    /// As Azure spells it.
    pub name: String,
    pub workspace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

impl Resource {
    /// A compute of a workspace (its name), with its owner as the policy names one.
    pub fn of(compute: &Compute, workspace: &str, reading: &Reading) -> Resource {
        Resource {
            id: compute.id.to_lowercase(),
            kind: Kind::of(compute),
            name: compute.name.clone(),
            workspace: workspace.to_owned(),
            owner: owner(reading, compute),
            vm_size: compute.priced_size(),
            location: compute.location.clone(),
        }
    }
}

/// The owner tag of any layer, else whoever created the resource.
pub fn owner(reading: &Reading, compute: &Compute) -> Option<String> {
    let tag = reading.policy.owner.as_ref();
    let tag = tag.map(|owner| owner.value.clone());
    tag.or_else(|| compute.created_by.clone())
}
