//! Workspace metrics: one workspace's, or in [`batch`] those of many. Samples are made when they are asked for.

pub(super) mod batch;
mod samples;

use super::Stage;
use super::answer::{Answer, error};
use super::arm::workspace_of;
use super::call::Call;
use super::filter::Filter;
use crate::world::World;
use crate::world::load::{Gauge, has_gpu, minute_of};
use chrono::{DateTime, TimeDelta, Utc};
use samples::{Aggregation, samples};
use serde_json::{Value, json};

/// What can be asked for, with its unit.
const METRICS: &[(Gauge, &str)] = &[
    (Gauge::Cpu, "Percent"),
    (Gauge::Memory, "Percent"),
    (Gauge::Gpu, "Percent"),
    (Gauge::Network, "Count"),
];

const NAMESPACE: &str = "Microsoft.MachineLearningServices/workspaces";

/// More than Azure gives in one call; a longer span with a short interval is refused.
const MOST_SAMPLES: i64 = 20_000;
/// Series that a filtered call answers with where it does not say how many.
const USUAL_TOP: usize = 10;

/// A span cut into intervals.
struct Span {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step: TimeDelta,
}

/// What a call wants to know, of whatever workspace.
struct Asked {
    span: Span,
    /// The interval as it was written.
    interval: String,
    metrics: Vec<(Gauge, &'static str)>,
    aggregations: Vec<Aggregation>,
    filter: Option<Filter>,
    top: usize,
}

fn bad(message: &str) -> Answer {
    error(400, "BadRequest", message)
}

/// The metrics of the workspace that the path names.
pub(super) fn answer(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = workspace_of(call, world)?;
    let timespan = call
        .query("timespan")
        .map(|text| text.split_once('/').unwrap_or((text, "")));
    let asked = Asked::of(call, timespan, world.now())?;
    let span = &asked.span;
    Ok(Answer::json(&json!({
        "cost": 0,
        "timespan": format!("{}/{}", stamp(span.from), stamp(span.to)),
        "interval": asked.interval,
        "namespace": NAMESPACE,
        "resourceregion": world.estate.workspaces[workspace].location,
        "value": asked.value(world, workspace),
    })))
}

impl Asked {
    /// Reads a call's query; `times` are its span's ends, the last hour where absent.
    fn of(call: &Call, times: Option<(&str, &str)>, now: DateTime<Utc>) -> Result<Asked, Answer> {
        let interval = call.query("interval").unwrap_or("PT1M").to_owned();
        let span = span(times, &interval, now)
            .ok_or_else(|| bad("timespan or interval is missing, malformed or too long."))?;
        let wanted = call.query("metricnames").unwrap_or(Gauge::Cpu.metric());
        let metrics = wanted.split(',').map(|name| metric(name.trim()));
        let aggregations = call
            .query("aggregation")
            .unwrap_or("average")
            .split(',')
            .map(|name| {
                Aggregation::of(name.trim())
                    .ok_or_else(|| bad(&format!("Invalid aggregation type: {name}.")))
            });
        let filter = call
            .query("$filter")
            .or_else(|| call.query("filter"))
            .map(Filter::parse_long)
            .transpose()
            .map_err(|message| bad(&message))?;
        let top = match call.query("top").or_else(|| call.query("$top")) {
            None => USUAL_TOP,
            Some(text) => text
                .parse()
                .ok()
                .filter(|top| *top > 0)
                .ok_or_else(|| bad("top is a whole number above 0."))?,
        };
        Ok(Asked {
            span,
            interval,
            metrics: metrics.collect::<Result<_, _>>()?,
            aggregations: aggregations.collect::<Result<_, _>>()?,
            filter,
            top,
        })
    }

    /// The `value` of one workspace: each metric with its series.
    fn value(&self, world: &World, workspace: usize) -> Vec<Value> {
        let id = &world.estate.workspaces[workspace].id;
        let one = |(gauge, unit): &(Gauge, &str)| {
            let name = gauge.metric();
            json!({
                "id": format!("{id}/providers/Microsoft.Insights/metrics/{name}"),
                "type": "Microsoft.Insights/metrics",
                "name": {"value": name, "localizedValue": name},
                "unit": unit,
                "timeseries": self.series(world, workspace, *gauge),
                "errorCode": "Success",
            })
        };
        self.metrics.iter().map(one).collect()
    }

    /// One series for each machine that the filter asks for and that has samples; without a filter, one of all.
    fn series(&self, world: &World, workspace: usize, gauge: Gauge) -> Vec<Value> {
        let own = world.estate.workspaces[workspace].machines.iter().copied();
        let mut measured = own.filter(|machine| {
            world.machines[*machine].is_instance()
                && (gauge != Gauge::Gpu || has_gpu(&world.machines[*machine]))
        });
        let of =
            |machines: &[usize]| samples(world, machines, gauge, &self.span, &self.aggregations);
        let Some(filter) = &self.filter else {
            let together = of(&measured.collect::<Vec<_>>());
            let series = together.map(|data| json!({"metadatavalues": [], "data": data}));
            return series.into_iter().collect();
        };
        let mut series = Vec::new();
        while series.len() < self.top
            && let Some(machine) = measured.next()
        {
            let name = &world.machines[machine].spec.name;
            if names(filter, name)
                && let Some(data) = of(&[machine])
            {
                series.push(json!({
                    "metadatavalues": [{
                        "name": {"value": "computename", "localizedValue": "computename"},
                        "value": name,
                    }],
                    "data": data,
                }));
            }
        }
        series
    }
}

fn metric(name: &str) -> Result<(Gauge, &'static str), Answer> {
    METRICS
        .iter()
        .find(|(gauge, _)| gauge.metric().eq_ignore_ascii_case(name))
        .copied()
        .ok_or_else(|| {
            bad(&format!(
                "Failed to find metric configuration for metric: {name}."
            ))
        })
}

/// Whether the filter asks for a compute; `ComputeName eq '*'` asks for all.
fn names(filter: &Filter, compute: &str) -> bool {
    ["*", compute].iter().any(|value| {
        filter.matches(
            |field| {
                field
                    .eq_ignore_ascii_case("ComputeName")
                    .then(|| (*value).to_owned())
            },
            true,
        )
    })
}

fn span(times: Option<(&str, &str)>, interval: &str, now: DateTime<Utc>) -> Option<Span> {
    let (from, to) = match times {
        Some((from, to)) => {
            let time = |text: &str| {
                DateTime::parse_from_rfc3339(text)
                    .ok()
                    .map(|time| time.with_timezone(&Utc))
            };
            (time(from)?, time(to)?)
        }
        None => (now - TimeDelta::hours(1), now),
    };
    let from = minute_of(from);
    let step = lamplighter_core::duration::parse(interval).ok()?;
    // Azure's longest is a day; samples are a minute's.
    let step = TimeDelta::from_std(step).ok().filter(|step| {
        (TimeDelta::minutes(1)..=TimeDelta::days(1)).contains(step) && step.num_seconds() % 60 == 0
    })?;
    let samples = (to - from).num_seconds() / step.num_seconds();
    (from < to && samples <= MOST_SAMPLES).then_some(Span { from, to, step })
}

fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
