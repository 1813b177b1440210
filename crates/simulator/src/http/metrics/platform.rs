//! Platform metrics of resources below workspaces: what there is of each, and the call for one.

use super::asked::bad;
use super::dimensions::{Metric, Resource, Series, Together, Wanted};
use super::of_resource::{self, CLUSTERS, VMS};
use super::span::{ends, timespan};
use crate::http::answer::{Answer, not_found};
use crate::http::call::Call;
use crate::http::stage::Stage;
use crate::stamps;
use crate::world::simulation::World;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const ENDPOINTS: &str = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";
const DEPLOYMENTS: &str =
    "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments";

/// The resource with an ARM id, in any case, if it is one of these.
pub(super) fn resource<'a>(world: &'a World, id: &str) -> Option<Resource<'a>> {
    if let Some(target) = world.behind.with_id(id) {
        return of_resource::resource(world, target);
    }
    let region = |workspace: usize| world.estate.workspaces[workspace].location.as_str();
    if let Some(index) = world.find_endpoint(id) {
        let own = &world.endpoints[index];
        return Some(Resource {
            id: &own.id,
            region: region(own.workspace),
            namespace: ENDPOINTS,
            metrics: of_endpoint(world, index),
        });
    }
    let index = world.find_deployment(id)?;
    let own = &world.deployments[index];
    Some(Resource {
        id: &own.id,
        region: region(world.endpoints[own.endpoint].workspace),
        namespace: DEPLOYMENTS,
        metrics: of_deployment(world, index),
    })
}

/// Whether a type of resource has such metrics.
pub(super) fn is_namespace(name: &str) -> bool {
    [ENDPOINTS, DEPLOYMENTS, VMS, CLUSTERS]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// The requests of a deployment's minute; where its endpoint is silent when quiet, none is no sample.
fn requests(world: &World, deployment: usize, at: DateTime<Utc>) -> Option<f64> {
    world.instances_at(deployment, at)?;
    let requests = world.requests_at(deployment, at);
    let endpoint = &world.endpoints[world.deployments[deployment].endpoint];
    (requests > 0.0 || endpoint.spec.shows_quiet).then_some(requests)
}

fn of_endpoint(world: &World, index: usize) -> Vec<Metric<'_>> {
    let of = |name, unit, each: fn(f64) -> f64| {
        let own = world.endpoints[index].deployments.iter();
        let series = own.map(move |deployment| Series {
            dimensions: vec![
                (
                    "deployment",
                    world.deployments[*deployment].spec.name.clone(),
                ),
                ("statusCode", "200".into()),
                ("statusCodeClass", "2xx".into()),
                ("modelStatusCode", "200".into()),
            ],
            sample: Box::new(move |at| requests(world, *deployment, at).map(each)),
        });
        Metric {
            name,
            unit,
            together: Together::Sum,
            series: series.collect(),
        }
    };
    vec![
        of("RequestsPerMinute", "Count", |requests| requests),
        of("ConnectionsActive", "Count", |requests| {
            (requests / 10.0).ceil()
        }),
        of("NetworkBytes", "BytesPerSecond", |requests| {
            requests * 2_048.0 / 60.0
        }),
        of("RequestLatency", "MilliSeconds", |requests| {
            if requests > 0.0 { 80.0 } else { 0.0 }
        }),
    ]
}

fn of_deployment(world: &World, index: usize) -> Vec<Metric<'_>> {
    let gpus = crate::fleet::sizes::size(&world.deployments[index].spec.instance_type)
        .is_some_and(|size| size.gpus > 0);
    let one = |name, unit, together, dimension: (&'static str, &str), sample| Metric {
        name,
        unit,
        together,
        series: vec![Series {
            dimensions: vec![(dimension.0, dimension.1.to_owned())],
            sample,
        }],
    };
    // One instance is busy with sixty requests a minute.
    let busy = move |at| {
        let instances = f64::from(world.instances_at(index, at)?.max(1));
        Some((2.0 + world.requests_at(index, at) * 100.0 / 60.0 / instances).min(98.0))
    };
    let there = move |at| world.instances_at(index, at).map(f64::from);
    vec![
        one(
            "RequestsPerMinute",
            "Count",
            Together::Sum,
            ("envoy_response_code", "200"),
            Box::new(move |at| requests(world, index, at)),
        ),
        one(
            "DeploymentCapacity",
            "Count",
            Together::Sum,
            ("State", "Active"),
            Box::new(there),
        ),
        one(
            "CpuUtilizationPercentage",
            "Percent",
            Together::Highest,
            ("instanceId", "0"),
            Box::new(busy),
        ),
        one(
            "GpuUtilizationPercentage",
            "Percent",
            Together::Highest,
            ("instanceId", "0"),
            Box::new(move |at| if gpus { busy(at) } else { None }),
        ),
    ]
}

/// The metrics of the resource that the path names.
pub(crate) fn answer(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    // Behind the id: providers, Microsoft.Insights, metrics.
    let own = call.segments.len().saturating_sub(3);
    let id = format!("/{}", call.segments[..own].join("/"));
    let found = resource(world, &id).ok_or_else(|| not_found(&id))?;
    let namespace = call.query("metricnamespace");
    if namespace.is_some_and(|name| !name.eq_ignore_ascii_case(found.namespace)) {
        return Err(bad("metricnamespace is not of the resource's type."));
    }
    let given = timespan(call);
    let wanted = Wanted::of(call, given.as_deref().map(ends), world.now())?;
    let span = &wanted.span;
    Ok(Answer::json(&json!({
        "cost": 0,
        "timespan": format!("{}/{}", stamps::short(span.from), stamps::short(span.to)),
        "interval": wanted.interval,
        "namespace": found.namespace,
        "resourceregion": found.region,
        "value": wanted.value(world, found.id, &found.metrics)?,
    })))
}

/// The same of several resources of one type, by their ids in order: `metrics:getBatch` of these.
pub(super) fn values(
    call: &Call,
    world: &World,
    times: Option<(&str, &str)>,
    found: &[Resource<'_>],
) -> Result<Vec<Value>, Answer> {
    let wanted = Wanted::of(call, times, world.now())?;
    let one = |resource: &Resource<'_>| {
        Ok(json!({
            "starttime": stamps::short(wanted.span.from),
            "endtime": stamps::short(wanted.span.to),
            "interval": wanted.interval,
            "namespace": resource.namespace,
            "resourceregion": resource.region,
            "resourceid": resource.id.to_lowercase(),
            "value": wanted.value(world, resource.id, &resource.metrics)?,
        }))
    };
    found.iter().map(one).collect()
}
