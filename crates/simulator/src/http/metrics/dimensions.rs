//! Platform metrics of any resource: series with dimensions, of which a call's filter chooses.

use super::asked::{aggregation, bad, top};
use super::samples::{Aggregation, of_minutes};
use super::span::Span;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::filter::Filter;
use crate::world::simulation::World;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// How the samples of several series at one minute become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Together {
    Sum,
    Highest,
}

/// One metric of one resource.
pub(crate) struct Metric<'a> {
    pub name: &'static str,
    pub unit: &'static str,
    pub together: Together,
    pub series: Vec<Series<'a>>,
}

/// One series: the values of its dimensions, and its sample of the minute that begins at an instant.
pub(crate) struct Series<'a> {
    pub dimensions: Vec<(&'static str, String)>,
    pub sample: Box<dyn Fn(DateTime<Utc>) -> Option<f64> + 'a>,
}

/// A resource with metrics of its own.
pub(super) struct Resource<'a> {
    pub id: &'a str,
    pub region: &'a str,
    /// Its type.
    pub namespace: &'static str,
    pub metrics: Vec<Metric<'a>>,
}

/// What a call wants to know, of whatever resource.
pub(super) struct Wanted {
    pub span: Span,
    /// The interval as it was written.
    pub interval: String,
    names: Vec<String>,
    aggregations: Vec<Aggregation>,
    filter: Option<Filter>,
    top: usize,
}

impl Wanted {
    /// Reads a call's query; `times` are its span's ends, the last hour where absent.
    ///
    /// # Errors
    /// 400 for whatever of it cannot be read.
    pub fn of(
        call: &Call,
        times: Option<(&str, &str)>,
        now: DateTime<Utc>,
    ) -> Result<Wanted, Answer> {
        let interval = call.query("interval").unwrap_or("PT1M").to_owned();
        let span = Span::of(times, &interval, now)
            .ok_or_else(|| bad("timespan or interval is missing, malformed or too long."))?;
        let names = call.query("metricnames").unwrap_or_default().split(',');
        let aggregations = call.query("aggregation").unwrap_or("average").split(',');
        let filter = call
            .query("$filter")
            .or_else(|| call.query("filter"))
            .map(Filter::parse_long)
            .transpose()
            .map_err(|wrong| bad(&wrong.to_string()))?;
        Ok(Wanted {
            span,
            interval,
            names: names.map(|name| name.trim().to_owned()).collect(),
            aggregations: aggregations.map(aggregation).collect::<Result<_, _>>()?,
            filter,
            top: top(call)?,
        })
    }

    /// The `value` of the resource with an ARM id: each metric that was asked for, with its series.
    ///
    /// # Errors
    /// 400 for a metric that the resource does not have.
    pub fn value(&self, world: &World, id: &str, all: &[Metric<'_>]) -> Result<Vec<Value>, Answer> {
        let one = |name: &String| {
            let named = |metric: &&Metric<'_>| metric.name.eq_ignore_ascii_case(name);
            let metric = all.iter().find(named).ok_or_else(|| {
                bad(&format!(
                    "Failed to find metric configuration for metric: {name}."
                ))
            })?;
            let name = metric.name;
            Ok(json!({
                "id": format!("{id}/providers/Microsoft.Insights/metrics/{name}"),
                "type": "Microsoft.Insights/metrics",
                "name": {"value": name, "localizedValue": name},
                "unit": metric.unit,
                "timeseries": self.series(world, id, metric),
                "errorCode": "Success",
            }))
        };
        self.names.iter().map(one).collect()
    }

    fn series(&self, world: &World, id: &str, metric: &Metric<'_>) -> Vec<Value> {
        let Some(filter) = &self.filter else {
            let all: Vec<&Series<'_>> = metric.series.iter().collect();
            let data = self.data(world, id, metric.together, &all);
            let series = data.map(|data| json!({"metadatavalues": [], "data": data}));
            return series.into_iter().collect();
        };
        let mut found = Vec::new();
        for (shown, series) in split(&metric.series, filter) {
            if found.len() >= self.top {
                break;
            }
            if let Some(data) = self.data(world, id, metric.together, &series) {
                let shown = shown.iter().map(|(name, value)| {
                    let name = name.to_lowercase();
                    json!({"name": {"value": name, "localizedValue": name}, "value": value})
                });
                found.push(json!({"metadatavalues": shown.collect::<Vec<_>>(), "data": data}));
            }
        }
        found
    }

    fn data(
        &self,
        world: &World,
        id: &str,
        together: Together,
        series: &[&Series<'_>],
    ) -> Option<Vec<Value>> {
        let at = |minute| {
            if world.is_gap_of(id, minute) {
                return None;
            }
            let samples = series.iter().filter_map(|one| (one.sample)(minute));
            match together {
                Together::Sum => samples.reduce(|a, b| a + b),
                Together::Highest => samples.reduce(f64::max),
            }
        };
        of_minutes(world, &self.span, &self.aggregations, at)
    }
}

/// The series that a filter asks for, parted by the dimensions that it names; those that differ in others only are one.
fn split<'a, 'b>(
    all: &'b [Series<'a>],
    filter: &Filter,
) -> Vec<(Vec<&'b (&'static str, String)>, Vec<&'b Series<'a>>)> {
    let named: Vec<String> = filter.fields().map(str::to_lowercase).collect();
    let mut parted: Vec<(Vec<&(&str, String)>, Vec<&Series<'_>>)> = Vec::new();
    for series in all.iter().filter(|one| one.is_in(filter)) {
        let own = series.dimensions.iter();
        let shown: Vec<_> = own
            .filter(|(name, _)| named.contains(&name.to_lowercase()))
            .collect();
        match parted.iter_mut().find(|(known, _)| *known == shown) {
            Some((_, together)) => together.push(series),
            None => parted.push((shown, vec![series])),
        }
    }
    parted
}

impl Series<'_> {
    /// Whether a filter asks for it; `eq '*'` asks for every value of a dimension.
    fn is_in(&self, filter: &Filter) -> bool {
        filter.holds(|field, value| {
            let mut own = self.dimensions.iter();
            own.find(|(name, _)| name.eq_ignore_ascii_case(field))
                .is_some_and(|(_, own)| value == "*" || own.eq_ignore_ascii_case(value))
        })
    }
}
