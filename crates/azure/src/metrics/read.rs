//! Metrics' JSON to loads.

use lamplighter_core::observe::parse::instant;
use lamplighter_core::observe::{Load, Sample};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const CPU: &str = "CpuUtilizationPercentage";
pub(super) const GPU: &str = "GpuUtilizationPercentage";

/// Loads by workspace id and compute name, both in lower case.
pub(super) type Loads = BTreeMap<(String, String), Load>;

/// Why an answer tells no load.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MetricsFault {
    #[error("no list named value in the metrics")]
    NoList,
    #[error("no {0} in the metrics")]
    NoMetric(&'static str),
    /// Azure's own code instead of samples.
    #[error("{0}: {1}")]
    Refused(&'static str, String),
    #[error("{0} has no timeseries")]
    NoSeries(&'static str),
    #[error("a series of {0} has no data")]
    NoData(&'static str),
    #[error("a sample without a time")]
    NoTime,
}

/// Reads one workspace's metrics. Series that name no compute are nobody's.
pub(super) fn read(answer: &Value, workspace: &str, loads: &mut Loads) -> Result<(), MetricsFault> {
    let metrics = answer.get("value").and_then(Value::as_array);
    let metrics = metrics.ok_or(MetricsFault::NoList)?;
    for (name, gpu) in [(CPU, false), (GPU, true)] {
        let own = |metric: &&Value| {
            let found = metric.pointer("/name/value").and_then(Value::as_str);
            found.is_some_and(|found| found.eq_ignore_ascii_case(name))
        };
        let metric = metrics.iter().find(own);
        let metric = metric.ok_or(MetricsFault::NoMetric(name))?;
        let code = metric.get("errorCode").and_then(Value::as_str);
        if let Some(code) = code.filter(|code| !code.eq_ignore_ascii_case("Success")) {
            return Err(MetricsFault::Refused(name, code.to_owned()));
        }
        let series = metric.get("timeseries").and_then(Value::as_array);
        for one in series.ok_or(MetricsFault::NoSeries(name))? {
            let Some(compute) = compute_of(one) else {
                continue;
            };
            let load = loads
                .entry((workspace.to_owned(), compute.to_lowercase()))
                .or_default();
            let samples = if gpu { &mut load.gpu } else { &mut load.cpu };
            let data = one.get("data").and_then(Value::as_array);
            for sample in data.ok_or(MetricsFault::NoData(name))? {
                samples.extend(sample_of(sample)?);
            }
            tidy(samples);
        }
    }
    Ok(())
}

fn compute_of(series: &Value) -> Option<&str> {
    let values = series.get("metadatavalues")?.as_array()?;
    let own = |value: &&Value| {
        let name = value.pointer("/name/value").and_then(Value::as_str);
        name.is_some_and(|name| name.eq_ignore_ascii_case("ComputeName"))
    };
    values.iter().find(own)?.get("value")?.as_str()
}

/// A step without a measurement has a time and no value.
fn sample_of(sample: &Value) -> Result<Option<Sample>, MetricsFault> {
    let at = sample.get("timeStamp").and_then(Value::as_str);
    let at = at.and_then(instant).ok_or(MetricsFault::NoTime)?;
    let Some(maximum) = sample.get("maximum").and_then(Value::as_f64) else {
        return Ok(None);
    };
    let count = sample.get("count").and_then(Value::as_f64);
    Ok(Some(Sample {
        at,
        maximum,
        // Saturates; a maximum is of one measurement at least.
        count: count.unwrap_or(1.0) as u64,
    }))
}

/// In order of time, each step once, the higher load standing.
fn tidy(samples: &mut Vec<Sample>) {
    samples.sort_by(|a, b| a.at.cmp(&b.at).then(b.maximum.total_cmp(&a.maximum)));
    samples.dedup_by_key(|sample| sample.at);
}
