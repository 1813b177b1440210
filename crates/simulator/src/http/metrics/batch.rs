//! `metrics:getBatch`: the same of up to fifty workspaces of one subscription and region, on a host of its own.

use super::asked::{Asked, NAMESPACE, bad};
use super::host::HOST;
use crate::http::answer::{Answer, error, not_found};
use crate::http::call::Call;
use crate::http::stage::Stage;
use crate::stamps;
use crate::world::simulation::World;
use serde::Deserialize;
use serde_json::{Value, json};

/// Workspaces in one call.
const MOST: usize = 50;

#[derive(Deserialize)]
struct Body {
    resourceids: Vec<String>,
}

/// Each workspace's metrics, in the order of the request.
pub(crate) fn answer(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    if !world.fleet.metrics.batch {
        return Err(forbidden(call));
    }
    let namespace = call.query("metricnamespace").unwrap_or_default();
    if !namespace.eq_ignore_ascii_case(NAMESPACE) {
        return Err(bad(
            "metricnamespace is missing or not of the resources' type.",
        ));
    }
    let times = match (call.query("starttime"), call.query("endtime")) {
        (None, None) => None,
        (from, to) => Some((from.unwrap_or_default(), to.unwrap_or_default())),
    };
    let asked = Asked::of(call, times, world.now())?;
    let workspaces = workspaces(call, world)?;
    let span = &asked.span;
    let one = |workspace: &usize| {
        let found = &world.estate.workspaces[*workspace];
        json!({
            "starttime": stamps::short(span.from),
            "endtime": stamps::short(span.to),
            "interval": asked.interval,
            "namespace": NAMESPACE,
            "resourceregion": found.location,
            "resourceid": found.id.to_lowercase(),
            "value": asked.value(world, *workspace),
        })
    };
    let values: Vec<Value> = workspaces.iter().map(one).collect();
    Ok(Answer::json(&json!({"values": values})))
}

fn forbidden(call: &Call) -> Answer {
    let who = &call.principal;
    error(
        403,
        "AuthorizationFailed",
        format!(
            "The client '{who}' does not have authorization to perform action \
             'Microsoft.Insights/metrics/read' over the resources asked for."
        ),
    )
}

/// The subscription that the path names, and the region where it names one.
fn named(call: &Call) -> (&str, Option<&str>) {
    let of_host = call.lower.first().is_some_and(|first| first == HOST);
    let segment = |place: usize| call.lower.get(place).map_or("", String::as_str);
    if of_host {
        (segment(3), Some(segment(1)))
    } else {
        (segment(1), None)
    }
}

/// The places of the workspaces asked for, as many and as near to each other as Azure demands.
fn workspaces(call: &Call, world: &World) -> Result<Vec<usize>, Answer> {
    let body: Body = serde_json::from_slice(&call.body)
        .map_err(|error| bad(&format!("The request's body is not valid: {error}.")))?;
    if !(1..=MOST).contains(&body.resourceids.len()) {
        return Err(bad(&format!(
            "resourceids must hold 1 to {MOST} resources."
        )));
    }
    let (subscription, region) = named(call);
    let own = format!("/subscriptions/{subscription}/");
    let mut found = Vec::new();
    for id in &body.resourceids {
        if !id.to_lowercase().starts_with(&own) {
            return Err(bad(&format!(
                "The resource {id} is not in subscription {subscription}."
            )));
        }
        let workspace = world
            .estate
            .workspace_with_id(id)
            .ok_or_else(|| not_found(id))?;
        found.push(workspace);
    }
    let location = |workspace: &usize| world.estate.workspaces[*workspace].location.as_str();
    let first = found.first().map(location).unwrap_or_default();
    let region = region.unwrap_or(first);
    match found
        .iter()
        .find(|one| !location(one).eq_ignore_ascii_case(region))
    {
        None => Ok(found),
        Some(other) => Err(bad(&format!(
            "All resources must be in region {region}; {} is in {}.",
            world.estate.workspaces[*other].id,
            location(other)
        ))),
    }
}
