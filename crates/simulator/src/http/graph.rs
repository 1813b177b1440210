//! Azure Resource Graph: workspaces, what else there is, subscriptions and resource groups.

use super::answer::{Answer, error};
use super::behind;
use super::call::{Call, read_token, write_token};
use super::foundry;
use super::graph_error::QueryError;
use super::graph_query::apply;
use super::graph_tokens::steps;
use super::pages::bad_skip;
use super::role::Role;
use super::scaled;
use super::stage::Stage;
use super::workspace_body::workspace_body;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// Answers a query over all that the caller, who has this role, may read: of the rest nothing is said.
pub(super) fn answer(call: &Call, stage: &Stage, role: Option<&Role>) -> Result<Answer, Answer> {
    let bad = |wrong: QueryError| error(400, "BadRequest", wrong.to_string());
    let body: Value = serde_json::from_slice(&call.body).map_err(|_| bad(QueryError::NotJson))?;
    let query = body["query"]
        .as_str()
        .ok_or_else(|| bad(QueryError::NoQuery))?;
    let only: Option<Vec<String>> = body["subscriptions"]
        .as_array()
        .filter(|list| !list.is_empty())
        .map(|list| {
            list.iter()
                .filter_map(|id| id.as_str().map(str::to_lowercase))
                .collect()
        });
    let mut steps = steps(query).into_iter();
    let mut rows = rows(&stage.world, steps.next().unwrap_or_default()).map_err(bad)?;
    rows.retain(|row| {
        let subscription = row["subscriptionId"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        only.as_ref()
            .is_none_or(|only| only.contains(&subscription))
    });
    rows.retain(|row| role.is_none_or(|role| shows(role, row)));
    for step in steps {
        rows = apply(step, rows).map_err(bad)?;
    }
    page(rows, &body["options"], stage.page_size)
}

/// Whether whoever has this role may read a row.
fn shows(role: &Role, row: &Value) -> bool {
    let kind = row["type"].as_str().unwrap_or_default();
    role.allows(&format!("{kind}/read"))
}

/// The page that the query's options ask for.
fn page(rows: Vec<Value>, options: &Value, page_size: usize) -> Result<Answer, Answer> {
    let total = rows.len();
    let from = match options["$skipToken"].as_str() {
        Some(token) => read_token(token).ok_or_else(bad_skip)?,
        None => options["$skip"].as_u64().unwrap_or(0) as usize,
    };
    let top = options["$top"]
        .as_u64()
        .map_or(usize::MAX, |top| top as usize);
    let size = top.min(page_size);
    let rows: Vec<Value> = rows.into_iter().skip(from).take(size).collect();
    let mut answer = json!({
        "totalRecords": total, "count": rows.len(), "facets": [], "resultTruncated": "false", "data": rows,
    });
    let next = from.saturating_add(size);
    if next < total {
        answer["$skipToken"] = write_token(next).into();
    }
    Ok(Answer::json(&answer))
}

fn rows(world: &World, table: &str) -> Result<Vec<Value>, QueryError> {
    match table.to_ascii_lowercase().as_str() {
        "resources" => {
            let mut rows = workspaces(world);
            rows.extend(behind::rows(world));
            rows.extend(scaled::rows(world));
            rows.extend(foundry::rows(world));
            Ok(rows)
        }
        "resourcecontainers" => {
            let mut rows = subscriptions(world);
            rows.extend(groups(world));
            Ok(rows)
        }
        _ => Err(QueryError::Table(table.to_owned())),
    }
}

fn workspaces(world: &World) -> Vec<Value> {
    let all = world.estate.workspaces.iter().map(|workspace| {
        let subscription = &world.estate.subscriptions[workspace.subscription];
        let mut row = workspace_body(world, workspace);
        // Resource Graph gives types and groups in lower case.
        row["type"] = "microsoft.machinelearningservices/workspaces".into();
        row["resourceGroup"] = world.estate.groups[workspace.group]
            .name
            .to_lowercase()
            .into();
        row["subscriptionId"] = subscription.id.as_str().into();
        row["tenantId"] = subscription.tenant_id.as_str().into();
        row
    });
    all.collect()
}

fn subscriptions(world: &World) -> Vec<Value> {
    let all = world.estate.subscriptions.iter().map(|subscription| {
        json!({
            "id": format!("/subscriptions/{}", subscription.id),
            "name": subscription.name,
            "type": "microsoft.resources/subscriptions",
            "location": "",
            "tags": {},
            "resourceGroup": "",
            "subscriptionId": subscription.id,
            "tenantId": subscription.tenant_id,
            "properties": {
                "state": "Enabled", "managedByTenants": [],
                "subscriptionPolicies": {"quotaId": "EnterpriseAgreement_2014-09-01", "spendingLimit": "Off"},
            },
        })
    });
    all.collect()
}

fn groups(world: &World) -> Vec<Value> {
    let all = world.estate.groups.iter().map(|group| {
        let subscription = &world.estate.subscriptions[group.subscription];
        json!({
            "id": format!("/subscriptions/{}/resourceGroups/{}", subscription.id, group.name),
            "name": group.name,
            "type": "microsoft.resources/subscriptions/resourcegroups",
            "location": group.location,
            "tags": group.tags,
            "resourceGroup": group.name.to_lowercase(),
            "subscriptionId": subscription.id,
            "tenantId": subscription.tenant_id,
            "properties": {"provisioningState": "Succeeded"},
        })
    });
    all.collect()
}
