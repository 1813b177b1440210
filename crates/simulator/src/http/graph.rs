//! Azure Resource Graph: workspaces and resource groups over many subscriptions. Of its query language,
//! `where type ==|=~|in~`, `project`, `order by`, `limit` and `take`.

use super::answer::{Answer, error};
use super::call::{Call, read_token, write_token};
use super::resources::workspace_body;
use super::{Stage, arm};
use crate::world::World;
use serde_json::{Map, Value, json};

pub(super) fn answer(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let bad = |message: String| error(400, "BadRequest", message);
    let body: Value = serde_json::from_slice(&call.body)
        .map_err(|_| bad("The request's body is not JSON.".into()))?;
    let query = body["query"]
        .as_str()
        .ok_or_else(|| bad("The request has no query.".into()))?;
    let only: Option<Vec<String>> = body["subscriptions"]
        .as_array()
        .filter(|list| !list.is_empty())
        .map(|list| {
            list.iter()
                .filter_map(|id| id.as_str().map(str::to_lowercase))
                .collect()
        });
    let mut stages = query.split('|').map(str::trim);
    let table = stages.next().unwrap_or_default();
    let mut rows = rows(&stage.world, table).map_err(bad)?;
    rows.retain(|row| {
        let subscription = row["subscriptionId"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        only.as_ref()
            .is_none_or(|only| only.contains(&subscription))
    });
    for step in stages {
        rows = apply(step, rows).map_err(bad)?;
    }
    let total = rows.len();
    let options = &body["options"];
    let from = match options["$skipToken"].as_str() {
        Some(token) => read_token(token).ok_or_else(arm::bad_skip)?,
        None => options["$skip"].as_u64().unwrap_or(0) as usize,
    };
    let top = options["$top"]
        .as_u64()
        .map_or(usize::MAX, |top| top as usize);
    let size = top.min(stage.page_size);
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

fn rows(world: &World, table: &str) -> Result<Vec<Value>, String> {
    match table.to_ascii_lowercase().as_str() {
        "resources" => Ok(world
            .estate
            .workspaces
            .iter()
            .map(|workspace| {
                let mut row = workspace_body(world, workspace);
                // Resource Graph gives types and groups in lower case.
                row["type"] = "microsoft.machinelearningservices/workspaces".into();
                row["resourceGroup"] = world.estate.groups[workspace.group].name.to_lowercase().into();
                let subscription = &world.estate.subscriptions[workspace.subscription];
                row["subscriptionId"] = subscription.id.as_str().into();
                row["tenantId"] = subscription.tenant_id.as_str().into();
                row
            })
            .collect()),
        "resourcecontainers" => Ok(world
            .estate
            .groups
            .iter()
            .map(|group| {
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
            })
            .collect()),
        _ => Err(format!("There is no table '{table}'; expected resources or resourcecontainers.")),
    }
}

/// One step of the pipeline.
fn apply(step: &str, mut rows: Vec<Value>) -> Result<Vec<Value>, String> {
    let (verb, rest) = step.split_once(char::is_whitespace).unwrap_or((step, ""));
    match verb.to_ascii_lowercase().as_str() {
        "where" => {
            let keep = condition(rest)?;
            rows.retain(keep);
        }
        "project" => {
            let columns: Vec<&str> = rest.split(',').map(str::trim).collect();
            for row in &mut rows {
                *row = columns
                    .iter()
                    .map(|column| {
                        (
                            (*column).to_owned(),
                            row.get(*column).cloned().unwrap_or(Value::Null),
                        )
                    })
                    .collect::<Map<_, _>>()
                    .into();
            }
        }
        "order" | "sort" => sort(rest, &mut rows),
        "limit" | "take" => {
            rows.truncate(
                rest.trim()
                    .parse()
                    .map_err(|_| format!("'{step}' has no number"))?,
            );
        }
        _ => {
            return Err(format!(
                "The simulator does not know the operator '{verb}'."
            ));
        }
    }
    Ok(rows)
}

/// `by name desc` and the like; only the first column counts.
fn sort(rest: &str, rows: &mut [Value]) {
    let first = rest
        .trim()
        .trim_start_matches("by")
        .split_whitespace()
        .next();
    let column = first.unwrap_or("id").trim_end_matches(',');
    rows.sort_by_key(|row| row[column].as_str().unwrap_or_default().to_lowercase());
    if rest.trim_end().ends_with("desc") {
        rows.reverse();
    }
}

/// `type =~ 'x'`, `type in~ ('x', 'y')` and the like, on any text column.
fn condition(text: &str) -> Result<impl Fn(&Value) -> bool, String> {
    let mut words = text.trim().splitn(3, char::is_whitespace);
    let (Some(column), Some(operator), Some(values)) = (words.next(), words.next(), words.next())
    else {
        return Err(format!("The simulator does not understand 'where {text}'."));
    };
    let ignore_case = match operator {
        "=~" | "in~" => true,
        "==" | "in" => false,
        _ => {
            return Err(format!(
                "The simulator does not know the comparison '{operator}'."
            ));
        }
    };
    let values: Vec<String> = values
        .trim()
        .trim_start_matches('(')
        .trim_end_matches(')')
        .split(',')
        .map(|value| value.trim().trim_matches(['\'', '"']).to_owned())
        .collect();
    let column = column.to_owned();
    Ok(move |row: &Value| {
        let found = row[column.as_str()].as_str().unwrap_or_default();
        values.iter().any(|value| {
            if ignore_case {
                value.eq_ignore_ascii_case(found)
            } else {
                value == found
            }
        })
    })
}
