//! Subscriptions, resource groups and workspaces.

use super::fields::Fields;
use super::oddity::Oddity;
use crate::observe::Tags;
use crate::observe::place::{ResourceGroup, Subscription, Workspace};
use serde_json::Value;

/// A subscription.
///
/// # Errors
/// It has no id: it cannot be asked about.
pub fn subscription(item: &Value) -> Result<Subscription, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "subscription", &mut oddities);
    let id = fields.text("subscriptionId").or_else(|| {
        let id = fields.text("id")?;
        id_part(&id, "subscriptions").map(str::to_owned)
    });
    match id.filter(|id| usable_name(id)) {
        Some(id) => Ok(Subscription {
            id,
            name: fields.text("displayName"),
        }),
        None => {
            let expected = "one with subscriptionId";
            Err(Oddity::new("subscription", expected, item))
        }
    }
}

/// A resource group.
///
/// # Errors
/// It has no name.
pub fn resource_group(item: &Value) -> Result<ResourceGroup, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "resource group", &mut oddities);
    match fields.text("name").filter(|name| usable_name(name)) {
        Some(name) => Ok(ResourceGroup {
            name,
            tags: fields.tags(),
        }),
        None => Err(Oddity::new("resource group", "one with a name", item)),
    }
}

/// A resource group with its subscription, out of its ARM id.
///
/// # Errors
/// It has no name, or no ARM id.
pub fn placed_resource_group(item: &Value) -> Result<(String, ResourceGroup), Oddity> {
    let group = resource_group(item)?;
    let id = item.get("id").and_then(Value::as_str);
    match id.and_then(|id| id_part(id, "subscriptions")) {
        Some(subscription) => Ok((subscription.to_owned(), group)),
        None => Err(Oddity::new("resource group", "one with its ARM id", item)),
    }
}

/// A workspace.
///
/// # Errors
/// Its ARM id does not say where it is.
pub fn workspace(item: &Value) -> Result<Workspace, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "workspace", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    let part = |name| id_part(&id, name).filter(|part| usable_name(part));
    let (Some(subscription), Some(resource_group), Some(name)) = (
        part("subscriptions"),
        part("resourceGroups"),
        part("workspaces"),
    ) else {
        return Err(Oddity::new("workspace", "one with its ARM id", item));
    };
    Ok(Workspace {
        subscription: subscription.to_owned(),
        resource_group: resource_group.to_owned(),
        name: name.to_owned(),
        location: fields.text("location"),
        tags: fields.tags(),
        above: Tags::new(),
        id,
    })
}

/// Whether a name can stand as one segment of a path.
pub fn usable_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
}

/// A segment of an ARM id, by the name of the segment before it.
fn id_part<'a>(id: &'a str, before: &str) -> Option<&'a str> {
    let mut segments = id.split('/');
    segments.find(|s| s.eq_ignore_ascii_case(before))?;
    segments.next().filter(|s| !s.is_empty())
}
