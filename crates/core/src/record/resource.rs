//! The resource that a record speaks of, as it was then.

use crate::kinds::Kind;
use crate::observe::Compute;
use crate::policy::{Reading, same_name};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The ARM id, lower case, of the workspace whose sweep decides about it; `None`: its own id has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_in: Option<String>,
    /// The ARM id, lower case, of the resource group in which Azure bills what it is made of, if that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billed_in: Option<String>,
    /// The tags that divide costs (`COST_TAGS`), as they were then.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Resource {
    /// A compute of a workspace (its name and ARM id), with its owner as the policy names one.
    pub fn of(
        compute: &Compute,
        (workspace, workspace_id): (&str, &str),
        reading: &Reading,
    ) -> Resource {
        let (id, decides) = (compute.id.to_lowercase(), workspace_id.to_lowercase());
        let within = id.strip_prefix(&decides);
        let within = within.is_some_and(|rest| rest.starts_with('/'));
        Resource {
            decided_in: (!within && !decides.is_empty()).then_some(decides),
            billed_in: compute.by_kind.billed_in.clone(),
            id,
            kind: Kind::of(compute),
            name: compute.name.clone(),
            workspace: workspace.to_owned(),
            owner: owner(reading, compute),
            vm_size: compute.priced_size(),
            location: compute.location.clone(),
            tags: reading.cost_tags.clone(),
        }
    }

    /// The value of a tag that divides costs; names of tags have no case.
    pub fn tag(&self, name: &str) -> Option<&str> {
        let mut tags = self.tags.iter();
        let tag = tags.find(|(known, _)| same_name(known, name))?;
        Some(tag.1)
    }

    /// Its size, as people are told it. An AKS cluster has none of its own: each of its pools has one.
    pub fn size(&self) -> Option<&str> {
        let pools = (self.kind == Kind::Aks).then_some("of its pools");
        self.vm_size.as_deref().or(pools)
    }

    /// What its prices are kept under: its size, or its own id where it may be of several.
    pub fn price_key(&self) -> String {
        self.vm_size.clone().unwrap_or_else(|| self.id.clone())
    }
}

/// The owner tag of any layer, else whoever created the resource.
pub fn owner(reading: &Reading, compute: &Compute) -> Option<String> {
    let tag = reading.policy.owner.as_ref();
    let tag = tag.map(|owner| owner.value.clone());
    tag.or_else(|| compute.created_by.clone())
}
