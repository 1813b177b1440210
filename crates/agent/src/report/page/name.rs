//! What resources are called on the page.

use crate::report::days::Days;
use lamplighter_core::record::Resource;
use serde::Serialize;
use std::collections::HashMap;

/// What a resource is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ResourceName {
    pub workspace: String,
    pub name: String,
    pub owner: Option<String>,
}

impl From<&Resource> for ResourceName {
    fn from(resource: &Resource) -> ResourceName {
        ResourceName {
            workspace: resource.workspace.clone(),
            name: resource.name.clone(),
            owner: resource.owner.clone(),
        }
    }
}

/// The names of the resources that have records, by ARM id.
pub(super) fn names(days: &Days) -> HashMap<&str, ResourceName> {
    let resources = days.resources().into_iter();
    resources
        .map(|(id, resource)| (id, ResourceName::from(resource)))
        .collect()
}

/// What a resource of saved state is called.
pub(super) fn named(resource: &Resource, names: &HashMap<&str, ResourceName>) -> ResourceName {
    // Only the records know its owner and how its name is spelt.
    let known = names.get(resource.id.as_str()).cloned();
    known.unwrap_or_else(|| resource.into())
}
