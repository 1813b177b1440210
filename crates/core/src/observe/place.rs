//! Where resources are: subscriptions, resource groups and workspaces.

use super::tags::Tags;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The bare id, without `/subscriptions/`.
    pub id: String,
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceGroup {
    pub name: String,
    pub tags: Tags,
}

/// A workspace, or what is swept like one: a project or an account of Microsoft Foundry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The ARM id as Azure wrote it: `/subscriptions/{s}/resourceGroups/{rg}/providers/…/workspaces/{w}`.
    pub id: String,
    pub subscription: String,
    pub resource_group: String,
    pub name: String,
    pub location: Option<String>,
    pub tags: Tags,
    /// Of a project: its account's tags, which stand between its own and those of the resource group.
    pub above: Tags,
}
