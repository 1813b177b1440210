//! One metric of one resource, split by what it is measured of.

use crate::arm::Arm;
use crate::error::{AzureError, ErrorKind};
use chrono::{DateTime, SecondsFormat, Utc};
use lamplighter_core::duration;
use lamplighter_core::kinds::base;
use lamplighter_core::observe::parse::instant;
use lamplighter_core::observe::{Sample, Series, Span};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// More series than anything asked for here has.
const MOST: &str = "1000";

/// What is asked of one resource.
#[derive(Clone, Copy, Debug)]
pub struct Metric<'a> {
    /// The resource's ARM id.
    pub id: &'a str,
    pub name: &'a str,
    /// As the service's filter language writes it: `namespace eq '*'`.
    pub filter: &'a str,
    pub span: Span,
}

impl Arm {
    /// The averages of a metric, one series for each thing that it is split by.
    ///
    /// # Errors
    /// As Azure answers, or the answer is none of metrics.
    pub async fn series(
        &self,
        metric: Metric<'_>,
        deadline: Instant,
    ) -> Result<Vec<Series>, AzureError> {
        let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let step = Duration::from_secs(metric.span.step.num_seconds().unsigned_abs());
        let query = vec![
            ("metricnames", metric.name.to_owned()),
            ("aggregation", "Average".to_owned()),
            ("interval", duration::iso(step)),
            (
                "timespan",
                format!("{}/{}", text(metric.span.from), text(metric.span.to)),
            ),
            ("$filter", metric.filter.to_owned()),
            ("top", MOST.to_owned()),
        ];
        let call = self.wire(&base::metrics_of(metric.id, query));
        let reply = self.send(&call, deadline).await?;
        let answer: Value = reply.json(call.name, &call.url)?;
        read(&answer, metric.name).ok_or_else(|| {
            call.error(
                ErrorKind::Garbled,
                "no such metric in the answer, or not as metrics are",
            )
        })
    }
}

pub(super) fn read(answer: &Value, name: &str) -> Option<Vec<Series>> {
    let metrics = answer.get("value")?.as_array()?;
    let own = |metric: &&Value| {
        let found = metric.pointer("/name/value").and_then(Value::as_str);
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let metric = metrics.iter().find(own)?;
    let code = metric.get("errorCode").and_then(Value::as_str);
    if code.is_some_and(|code| !code.eq_ignore_ascii_case("Success")) {
        return None;
    }
    metric
        .get("timeseries")?
        .as_array()?
        .iter()
        .map(one)
        .collect()
}

fn one(series: &Value) -> Option<Series> {
    let label = |value: &Value| {
        let name = value.pointer("/name/value")?.as_str()?;
        Some((
            name.to_lowercase(),
            value.get("value")?.as_str()?.to_owned(),
        ))
    };
    let labels = series.get("metadatavalues").and_then(Value::as_array);
    let sample = |sample: &Value| {
        let at = instant(sample.get("timeStamp")?.as_str()?)?;
        Some((at, sample.get("average").and_then(Value::as_f64)))
    };
    let data = series.get("data")?.as_array()?;
    let data: Option<Vec<_>> = data.iter().map(sample).collect();
    // A step without a measurement has a time and no value.
    let samples = data?.into_iter().filter_map(|(at, average)| {
        Some(Sample {
            at,
            maximum: average?,
            count: 1,
        })
    });
    let mut samples: Vec<Sample> = samples.collect();
    samples.sort_by_key(|sample| sample.at);
    Some(Series {
        labels: labels.into_iter().flatten().filter_map(label).collect(),
        samples,
    })
}
