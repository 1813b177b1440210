//! The samples of a series: which minutes have one, and what intervals make of them.

use super::span::Span;
use crate::fleet::visible::Sees;
use crate::stamps;
use crate::world::load::{Gauge, run_load};
use crate::world::simulation::World;
use crate::world::usage::{Use, UseKind};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

/// How an interval's samples become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregation {
    Average,
    Count,
    Maximum,
    Minimum,
    Total,
}

impl Aggregation {
    pub fn of(name: &str) -> Option<Aggregation> {
        Some(match name.to_ascii_lowercase().as_str() {
            "average" => Aggregation::Average,
            "count" => Aggregation::Count,
            "maximum" => Aggregation::Maximum,
            "minimum" => Aggregation::Minimum,
            "total" => Aggregation::Total,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Aggregation::Average => "average",
            Aggregation::Count => "count",
            Aggregation::Maximum => "maximum",
            Aggregation::Minimum => "minimum",
            Aggregation::Total => "total",
        }
    }

    /// Of at least one sample.
    pub fn value(self, samples: &[f64]) -> f64 {
        let (count, total) = (samples.len() as f64, samples.iter().sum::<f64>());
        match self {
            Aggregation::Average => total / count,
            Aggregation::Count => count,
            Aggregation::Maximum => samples.iter().copied().fold(f64::MIN, f64::max),
            Aggregation::Minimum => samples.iter().copied().fold(f64::MAX, f64::min),
            Aggregation::Total => total,
        }
    }
}

/// One item an interval; of one without samples there is a time and no value. `None` where there is no sample at all.
pub(super) fn samples(
    world: &World,
    instances: &[usize],
    gauge: Gauge,
    span: &Span,
    aggregations: &[Aggregation],
) -> Option<Vec<Value>> {
    let near: Vec<(usize, Vec<&Use>)> = instances
        .iter()
        .map(|instance| {
            let uses = world.instances[*instance].uses.iter();
            (
                *instance,
                uses.filter(|one| one.touches(span.from, span.to + span.step))
                    .collect(),
            )
        })
        .collect();
    let mut any = false;
    let mut data = Vec::new();
    let mut at = span.from;
    while at < span.to {
        let end = at + span.step;
        let found = minutes(world, &near, gauge, at, end.min(span.to));
        any |= !found.is_empty();
        data.push(item(at, &found, aggregations));
        at = end;
    }
    any.then_some(data)
}

/// The same of any source: `at` gives the sample of the minute that begins at an instant, if there is one.
pub(super) fn of_minutes(
    world: &World,
    span: &Span,
    aggregations: &[Aggregation],
    at: impl Fn(DateTime<Utc>) -> Option<f64>,
) -> Option<Vec<Value>> {
    let minute = TimeDelta::minutes(1);
    let late = TimeDelta::minutes(world.fleet.metrics.late_minutes.into());
    let mut any = false;
    let mut data = Vec::new();
    let mut from = span.from;
    while from < span.to {
        let end = from + span.step;
        let mut found = Vec::new();
        let mut one = from;
        while one < end.min(span.to) && one + minute + late <= world.now() {
            found.extend(at(one));
            one += minute;
        }
        any |= !found.is_empty();
        data.push(item(from, &found, aggregations));
        from = end;
    }
    any.then_some(data)
}

fn item(at: DateTime<Utc>, samples: &[f64], aggregations: &[Aggregation]) -> Value {
    let mut item = Map::new();
    item.insert("timeStamp".into(), stamps::short(at).into());
    for aggregation in aggregations.iter().filter(|_| !samples.is_empty()) {
        let value = (aggregation.value(samples) * 100.0).round() / 100.0;
        item.insert(aggregation.name().into(), value.into());
    }
    Value::Object(item)
}

/// The samples of the whole minutes from `from` on that there are by now.
fn minutes(
    world: &World,
    near: &[(usize, Vec<&Use>)],
    gauge: Gauge,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<f64> {
    let minute = TimeDelta::minutes(1);
    let late = TimeDelta::minutes(world.fleet.metrics.late_minutes.into());
    let mut found = Vec::new();
    let mut at = from;
    while at < to && at + minute + late <= world.now() {
        for (instance, uses) in near {
            if let Some(sample) = sample(world, *instance, uses, gauge, at)
                && !world.is_gap(*instance, at)
            {
                found.push(sample);
            }
        }
        at += minute;
    }
    found
}

/// The sample of a running instance's minute, of those that the fleet's metrics have.
fn sample(
    world: &World,
    instance: usize,
    uses: &[&Use],
    gauge: Gauge,
    at: DateTime<Utc>,
) -> Option<f64> {
    match world.fleet.metrics.sees {
        Sees::Nothing => None,
        Sees::Runs => uses
            .iter()
            .filter(|one| one.kind == UseKind::Job)
            .filter_map(|one| world.run_of(one.user))
            .filter(|job| job.loads(at))
            .map(|job| run_load(job, gauge, at))
            .reduce(f64::max),
        Sees::Instances => world.instances[instance]
            .ran_in(at, at + TimeDelta::minutes(1))
            .then(|| world.load(instance, gauge, at, uses.iter().copied())),
    }
}
