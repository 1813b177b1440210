//! The generic lists of resources: workspaces are all there is.

use super::answer::{Answer, error};
use super::call::Call;
use super::filter::Filter;
use super::pages::page;
use super::route::Route;
use super::stage::Stage;
use super::workspace_body::workspace_body;
use super::workspaces::in_scope;
use crate::world::estate::{PROVIDER, Workspace};
use crate::world::simulation::World;
use serde_json::Value;

/// The fields of a workspace that these lists give.
const KEPT: [&str; 8] = [
    "id", "name", "type", "kind", "location", "tags", "identity", "sku",
];

/// Those of a subscription or of one of its groups.
pub(super) fn list(route: Route, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let mut own = in_scope(route == Route::GroupResources, call, &stage.world)?;
    // The Azure CLI sends an empty filter when it has none.
    let given = call.query("$filter").filter(|text| !text.trim().is_empty());
    if let Some(text) = given {
        let filter = Filter::parse(text)
            .map_err(|wrong| error(400, "InvalidFilterInQueryString", wrong.to_string()))?;
        own.retain(|workspace| {
            filter.matches(|field| field_of(&stage.world, workspace, field), true)
        });
    }
    page(call, stage.page_size, &own, |workspace| {
        let whole = workspace_body(&stage.world, workspace);
        KEPT.iter()
            .map(|name| ((*name).to_owned(), whole[*name].clone()))
            .collect::<Value>()
    })
}

/// A field that a generic `$filter` may name; one that is not kept matches nothing.
fn field_of(world: &World, workspace: &Workspace, field: &str) -> Option<String> {
    match field.to_ascii_lowercase().as_str() {
        "resourcetype" => Some(format!("{PROVIDER}/workspaces")),
        "resourcegroup" => Some(world.estate.groups[workspace.group].name.clone()),
        "name" => Some(workspace.name.clone()),
        "location" => Some(workspace.location.clone()),
        _ => None,
    }
}
