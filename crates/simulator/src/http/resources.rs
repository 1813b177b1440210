//! The generic lists of resources: workspaces, what is attached to them, and accounts with their projects.

use super::answer::{Answer, error};
use super::behind::{self, in_scope as behind_in_scope};
use super::call::Call;
use super::filter::Filter;
use super::foundry::{self, Listed};
use super::pages::page;
use super::route::Route;
use super::stage::Stage;
use super::workspace_body::workspace_body;
use super::workspaces::in_scope;
use crate::world::behind::Target;
use crate::world::estate::{PROVIDER, Workspace};
use crate::world::simulation::World;
use serde_json::Value;
use std::collections::BTreeMap;

/// The fields of a resource that these lists give.
const KEPT: [&str; 8] = [
    "id", "name", "type", "kind", "location", "tags", "identity", "sku",
];

/// One resource of such a list.
enum Item<'a> {
    Workspace(&'a Workspace),
    Behind(Target),
    Foundry(Listed),
}

/// Those of a subscription or of one of its groups.
pub(super) fn list(route: Route, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspaces = in_scope(route == Route::GroupResources, call, world)?;
    let mut own: Vec<Item<'_>> = workspaces.into_iter().map(Item::Workspace).collect();
    let others = behind_in_scope(call, world, |_| true)?;
    own.extend(others.into_iter().map(Item::Behind));
    let foundry = foundry::listed(call, world)?;
    own.extend(foundry.into_iter().map(Item::Foundry));
    if let Some(filter) = filter_of(call)? {
        own.retain(|item| chooses(&filter, item.tags(world), |field| item.field(world, field)));
    }
    page(call, stage.page_size, &own, |item| {
        let whole = match item {
            Item::Workspace(workspace) => workspace_body(world, workspace),
            Item::Behind(target) => behind::body::body(world, *target),
            Item::Foundry(one) => one.body(world),
        };
        KEPT.iter()
            .map(|name| ((*name).to_owned(), whole[*name].clone()))
            .collect::<Value>()
    })
}

/// The call's filter. The Azure CLI sends an empty one when it has none.
///
/// # Errors
/// 400 for one that cannot be read.
pub(super) fn filter_of(call: &Call) -> Result<Option<Filter>, Answer> {
    let given = call.query("$filter").filter(|text| !text.trim().is_empty());
    given
        .map(Filter::parse)
        .transpose()
        .map_err(|wrong| error(400, "InvalidFilterInQueryString", wrong.to_string()))
}

/// Whether a filter chooses something with these tags and fields: `tagName` and `tagValue` are of one and the same tag,
/// and only a tag's value minds its case.
pub(super) fn chooses(
    filter: &Filter,
    tags: &BTreeMap<String, String>,
    field: impl Fn(&str) -> Option<String>,
) -> bool {
    let with = |tag: Option<(&String, &String)>| {
        filter.holds(|name, value| match name.to_ascii_lowercase().as_str() {
            "tagname" => tag.is_some_and(|(own, _)| own.eq_ignore_ascii_case(value)),
            "tagvalue" => tag.is_some_and(|(_, own)| own == value),
            other => field(other).is_some_and(|own| own.eq_ignore_ascii_case(value)),
        })
    };
    let mut fields = filter.fields();
    if fields.any(|field| field.to_ascii_lowercase().starts_with("tag")) {
        tags.iter().any(|tag| with(Some(tag)))
    } else {
        with(None)
    }
}

impl Item<'_> {
    fn tags<'a>(&'a self, world: &'a World) -> &'a BTreeMap<String, String> {
        match self {
            Item::Workspace(workspace) => &workspace.tags,
            Item::Behind(target) => &world.behind.place(*target).tags,
            Item::Foundry(one) => &one.place(world).tags,
        }
    }

    /// A field that a generic `$filter` may name, in lower case; one that is not kept matches nothing.
    fn field(&self, world: &World, field: &str) -> Option<String> {
        let (kind, group, name, location) = match self {
            Item::Workspace(one) => (
                format!("{PROVIDER}/workspaces"),
                one.group,
                &one.name,
                &one.location,
            ),
            Item::Behind(target) => {
                let place = world.behind.place(*target);
                let kind = target.resource_type().to_owned();
                (kind, place.group, &place.name, &place.location)
            }
            Item::Foundry(one) => {
                let (kind, place) = (one.resource_type().to_owned(), one.place(world));
                (kind, place.group, &place.name, &place.location)
            }
        };
        match field {
            "resourcetype" => Some(kind),
            "resourcegroup" => Some(world.estate.groups[group].name.clone()),
            "name" => Some(name.clone()),
            "location" => Some(location.clone()),
            _ => None,
        }
    }
}
