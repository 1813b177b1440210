//! What a call wants to know, and the series that answer it.

use super::samples::{Aggregation, samples};
use super::span::Span;
use crate::http::answer::{Answer, error};
use crate::http::call::Call;
use crate::http::filter::Filter;
use crate::world::load::Gauge;
use crate::world::simulation::World;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What can be asked for, with its unit.
const METRICS: &[(Gauge, &str)] = &[
    (Gauge::Cpu, "Percent"),
    (Gauge::Memory, "Percent"),
    (Gauge::Gpu, "Percent"),
    (Gauge::Network, "Count"),
];

/// What has these metrics.
pub(super) const NAMESPACE: &str = "Microsoft.MachineLearningServices/workspaces";

/// Series that a filtered call answers with where it does not say how many.
const USUAL_TOP: usize = 10;

/// What a call wants to know, of whatever workspace.
pub(super) struct Asked {
    pub span: Span,
    /// The interval as it was written.
    pub interval: String,
    metrics: Vec<(Gauge, &'static str)>,
    aggregations: Vec<Aggregation>,
    filter: Option<Filter>,
    /// Series at most, where there is a filter.
    top: usize,
}

/// 400, as Azure Monitor sends it.
pub(super) fn bad(message: &str) -> Answer {
    error(400, "BadRequest", message)
}

impl Asked {
    /// Reads a call's query; `times` are its span's ends, the last hour where absent.
    ///
    /// # Errors
    /// 400 for whatever of it cannot be read.
    pub fn of(
        call: &Call,
        times: Option<(&str, &str)>,
        now: DateTime<Utc>,
    ) -> Result<Asked, Answer> {
        let interval = call.query("interval").unwrap_or("PT1M").to_owned();
        let span = Span::of(times, &interval, now)
            .ok_or_else(|| bad("timespan or interval is missing, malformed or too long."))?;
        let wanted = call.query("metricnames").unwrap_or(Gauge::Cpu.metric());
        let metrics = wanted.split(',').map(|name| metric(name.trim()));
        let aggregations = call.query("aggregation").unwrap_or("average");
        let aggregations = aggregations.split(',').map(aggregation);
        let filter = call
            .query("$filter")
            .or_else(|| call.query("filter"))
            .map(Filter::parse_long)
            .transpose()
            .map_err(|wrong| bad(&wrong.to_string()))?;
        Ok(Asked {
            span,
            interval,
            filter,
            top: top(call)?,
            metrics: metrics.collect::<Result<_, _>>()?,
            aggregations: aggregations.collect::<Result<_, _>>()?,
        })
    }

    /// The `value` of one workspace: each metric with its series.
    pub fn value(&self, world: &World, workspace: usize) -> Vec<Value> {
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

    /// One series for each instance that the filter asks for and that has samples; without a filter, one of all.
    fn series(&self, world: &World, workspace: usize, gauge: Gauge) -> Vec<Value> {
        let own = world.estate.workspaces[workspace].instances.iter().copied();
        let mut measured = own.filter(|index| {
            let instance = &world.instances[*index];
            instance.compute_type().has_metrics() && (gauge != Gauge::Gpu || instance.has_gpu())
        });
        let of =
            |instances: &[usize]| samples(world, instances, gauge, &self.span, &self.aggregations);
        let Some(filter) = &self.filter else {
            let together = of(&measured.collect::<Vec<_>>());
            let series = together.map(|data| json!({"metadatavalues": [], "data": data}));
            return series.into_iter().collect();
        };
        let mut series = Vec::new();
        while series.len() < self.top
            && let Some(instance) = measured.next()
        {
            let name = &world.instances[instance].spec.name;
            if names(filter, name)
                && let Some(data) = of(&[instance])
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

pub(super) fn aggregation(name: &str) -> Result<Aggregation, Answer> {
    Aggregation::of(name.trim()).ok_or_else(|| bad(&format!("Invalid aggregation type: {name}.")))
}

pub(super) fn top(call: &Call) -> Result<usize, Answer> {
    let Some(text) = call.query("top").or_else(|| call.query("$top")) else {
        return Ok(USUAL_TOP);
    };
    text.parse()
        .ok()
        .filter(|top| *top > 0)
        .ok_or_else(|| bad("top is a whole number above 0."))
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
