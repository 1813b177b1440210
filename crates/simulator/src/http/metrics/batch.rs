//! `metrics:getBatch`: the same of up to fifty workspaces, or other resources of one type, of one subscription and
//! region, on a host of its own.

use super::asked::{Asked, NAMESPACE, bad};
use super::dimensions::Resource;
use super::host::HOST;
use super::platform;
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
    let times = match (call.query("starttime"), call.query("endtime")) {
        (None, None) => None,
        (from, to) => Some((from.unwrap_or_default(), to.unwrap_or_default())),
    };
    let namespace = call.query("metricnamespace").unwrap_or_default();
    if platform::is_namespace(namespace) {
        let found = resources(call, world, namespace)?;
        let values = platform::values(call, world, times, &found)?;
        return Ok(Answer::json(&json!({"values": values})));
    }
    if !namespace.eq_ignore_ascii_case(NAMESPACE) {
        return Err(bad(
            "metricnamespace is missing or not of the resources' type.",
        ));
    }
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

/// The ids asked for, as many as Azure allows and all of the path's subscription.
fn ids(call: &Call) -> Result<Vec<String>, Answer> {
    let body: Body = serde_json::from_slice(&call.body)
        .map_err(|error| bad(&format!("The request's body is not valid: {error}.")))?;
    if !(1..=MOST).contains(&body.resourceids.len()) {
        return Err(bad(&format!(
            "resourceids must hold 1 to {MOST} resources."
        )));
    }
    let subscription = named(call).0;
    let own = format!("/subscriptions/{subscription}/");
    let mut all = body.resourceids.iter();
    match all.find(|id| !id.to_lowercase().starts_with(&own)) {
        None => Ok(body.resourceids),
        Some(id) => Err(bad(&format!(
            "The resource {id} is not in subscription {subscription}."
        ))),
    }
}

/// All in the region of the path, or of the first of them: an id and a region of each.
fn in_one_region<'a>(
    call: &Call,
    all: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Result<(), Answer> {
    let first = all.clone().next().map_or("", |(_, region)| region);
    let region = named(call).1.unwrap_or(first);
    let mut all = all;
    match all.find(|(_, other)| !other.eq_ignore_ascii_case(region)) {
        None => Ok(()),
        Some((id, other)) => Err(bad(&format!(
            "All resources must be in region {region}; {id} is in {other}."
        ))),
    }
}

/// The places of the workspaces asked for.
fn workspaces(call: &Call, world: &World) -> Result<Vec<usize>, Answer> {
    let found: Vec<usize> = ids(call)?
        .iter()
        .map(|id| {
            world
                .estate
                .workspace_with_id(id)
                .ok_or_else(|| not_found(id))
        })
        .collect::<Result<_, _>>()?;
    let own = found.iter().map(|place| &world.estate.workspaces[*place]);
    in_one_region(
        call,
        own.map(|one| (one.id.as_str(), one.location.as_str())),
    )?;
    Ok(found)
}

/// The other resources asked for, all of one type.
fn resources<'a>(
    call: &Call,
    world: &'a World,
    namespace: &str,
) -> Result<Vec<Resource<'a>>, Answer> {
    let found: Vec<Resource<'a>> = ids(call)?
        .iter()
        .map(|id| platform::resource(world, id).ok_or_else(|| not_found(id)))
        .collect::<Result<_, _>>()?;
    let mut all = found.iter();
    if let Some(other) = all.find(|one| !one.namespace.eq_ignore_ascii_case(namespace)) {
        return Err(bad(&format!("{} is not of type {namespace}.", other.id)));
    }
    in_one_region(call, found.iter().map(|one| (one.id, one.region)))?;
    Ok(found)
}
