//! What is asked of online deployments: the metrics of their endpoints over a week, once a day, many in one call.

use super::inventory_reading::Reading;
use lamplighter_azure::{Metric, Placed};
use lamplighter_core::inventory;
use lamplighter_core::kinds::Kind;
use lamplighter_core::kinds::deployment::metrics::{EACH, REQUESTS, endpoint};
use lamplighter_core::observe::{Compute, Series};
use lamplighter_core::record::Requests;
use std::collections::{BTreeMap, HashMap};

/// Where many cannot be asked for in one call, no more than these are asked for one by one; the others have their turn
/// another time.
const ONE_BY_ONE: usize = 10;

/// The answer of one endpoint.
type Asked = Result<Vec<Series>, String>;

/// What is known of the requests of each of these, in their order; `None` of what is no managed deployment.
pub async fn requests(reading: &Reading<'_>, found: &[Compute]) -> Vec<Option<Requests>> {
    let known = known(reading);
    let before = |one: &Compute| known.get(&one.id.to_lowercase()).copied();
    let managed = |one: &Compute| Kind::of(one) == Kind::Deployment;
    let mut wanted: BTreeMap<String, (&Compute, &str)> = BTreeMap::new();
    for one in found.iter().filter(|one| managed(one)) {
        let stale = inventory::stale(before(one), reading.now);
        if let Some(id) = endpoint(&one.id).filter(|_| stale) {
            wanted.insert(id.to_lowercase(), (one, id));
        }
    }
    let asked = ask(reading, wanted.into_values().collect()).await;
    let of = |one: &Compute| {
        let before = before(one);
        let answer = endpoint(&one.id).and_then(|id| asked.get(&id.to_lowercase()));
        let Some(answer) = answer else {
            return before.cloned();
        };
        let own = one.name.rsplit('/').next().unwrap_or_default();
        let series = answer.as_deref().map_err(Clone::clone);
        Some(inventory::requests(series, own, before, reading.now))
    };
    let each = found.iter();
    each.map(|one| managed(one).then(|| of(one)).flatten())
        .collect()
}

/// What the inventory before knew, by the id of the deployment.
fn known<'a>(reading: &Reading<'a>) -> HashMap<String, &'a Requests> {
    let items = reading.before.items.iter();
    let known = items.filter_map(|item| Some((item.resource.id.clone(), item.requests.as_ref()?)));
    known.collect()
}

/// What the metrics of these endpoints show, by the endpoint's id in lower case; those that had no turn are left out.
async fn ask(reading: &Reading<'_>, wanted: Vec<(&Compute, &str)>) -> HashMap<String, Asked> {
    let placed: Vec<Placed<'_>> = wanted
        .iter()
        .map(|(compute, id)| Placed {
            metric: Metric {
                id,
                name: REQUESTS,
                filter: EACH,
                span: inventory::span(reading.now),
            },
            region: compute.location.as_deref().unwrap_or_default(),
        })
        .collect();
    let (metrics, arm) = (&reading.context.metrics, &reading.context.arm);
    let answers = metrics
        .series(arm, &placed, ONE_BY_ONE, reading.until)
        .await;
    let answers = placed.iter().zip(answers).filter_map(|(one, answer)| {
        let answer = answer?.map_err(|error| error.to_string());
        Some((one.metric.id.to_lowercase(), answer))
    });
    answers.collect()
}
