//! One compute of a workspace: what all kinds have in common, and then the kind's own part.

use super::instance::Instance;
use super::kind::Kind;
use super::reported;
use crate::observe::parse::{Fields, Oddity, errors, instant, usable_name};
use crate::observe::{Compute, Workspace};
use serde_json::Value;

/// A compute, with whatever of it can be understood.
///
/// ```
/// use lamplighter_core::kinds;
/// use lamplighter_core::observe::{ComputeState, Tags, Workspace};
/// use serde_json::json;
///
/// let workspace = Workspace {
///     id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws".into(),
///     subscription: "s".into(),
///     resource_group: "rg".into(),
///     name: "ws".into(),
///     location: None,
///     tags: Tags::new(),
///     above: Tags::new(),
/// };
/// let properties = json!({"state": "Running", "vmSize": 5});
/// let item = json!({"name": "ci-ana", "properties": {"properties": properties}});
/// let compute = kinds::compute(&item, &workspace)?;
/// assert_eq!(compute.state, ComputeState::Running);
/// assert_eq!(compute.oddities, ["properties.properties.vmSize: expected text, found 5"]);
/// # Ok::<(), lamplighter_core::observe::parse::Oddity>(())
/// ```
///
/// # Errors
/// It has no name.
pub fn compute(item: &Value, workspace: &Workspace) -> Result<Compute, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let Some(name) = fields.text("name").filter(|name| usable_name(name)) else {
        return Err(Oddity::new("compute", "one with a name", item));
    };
    let id = fields
        .text("id")
        .unwrap_or_else(|| format!("{}/computes/{name}", workspace.id));
    let (tags, location) = (fields.tags(), fields.text("location"));
    let identity = fields.below("identity").text("type");
    let identity = identity.filter(|kind| !kind.eq_ignore_ascii_case("None"));
    let mut outer = fields.below("properties");
    let compute_type = outer.text("computeType");
    let provisioning_state = outer.text("provisioningState");
    let location = location.or_else(|| outer.text("computeLocation"));
    let created_on = outer.read("createdOn", "a time", instant);
    let errors = errors(outer.list("provisioningErrors").unwrap_or_default());
    let mut compute = Compute {
        id,
        name,
        location,
        tags,
        compute_type,
        provisioning_state,
        created_on,
        identity,
        errors,
        ..Compute::default()
    };
    // What a kind without a reader of its own shares with an instance (its size, its state) is named alike.
    let own = Kind::of(&compute).known();
    let kind = own.unwrap_or(&Instance);
    let billed = outer.text("resourceId").filter(|id| id.starts_with('/'));
    if let Some(billed) = billed.filter(|_| own.is_none()) {
        compute.by_kind.attached_as = vec![std::mem::replace(&mut compute.id, billed)];
    }
    kind.read(&mut outer.below("properties"), &mut compute);
    reported::note(&mut outer.below("properties"), &mut compute);
    compute.oddities = oddities;
    Ok(compute)
}
