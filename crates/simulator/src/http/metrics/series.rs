//! Metrics of any resource, from series with dimensions: which of them a filter asks for, and how they are laid
//! together.

use super::asked::bad;
use super::samples::Aggregation;
use super::span::{Span, ends, timespan};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::filter::Filter;
use crate::stamps;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

/// The values of a series' dimensions, by name.
pub(in crate::http) type Dimensions = Vec<(&'static str, String)>;

/// One series: its dimensions, and its sample of each minute.
pub(in crate::http) struct Series<'a> {
    pub dimensions: Dimensions,
    pub sample: Box<dyn Fn(DateTime<Utc>) -> Option<f64> + 'a>,
}

/// What has metrics, and which.
pub(in crate::http) struct Measured<'a> {
    /// The ARM id that their own ids begin with.
    pub id: &'a str,
    pub namespace: &'static str,
    pub region: &'a str,
    /// Names and units.
    pub metrics: &'static [(&'static str, &'static str)],
    /// Until when there are samples.
    pub until: DateTime<Utc>,
    /// The series of a metric, every one with all of its dimensions.
    pub series: &'a dyn Fn(&str) -> Vec<Series<'a>>,
}

/// Series that a filtered call answers with where it does not say how many.
const USUAL_TOP: usize = 10;

/// Answers a call for metrics of one resource.
///
/// # Errors
/// 400 for whatever of the call cannot be read.
pub(in crate::http) fn answer(
    call: &Call,
    now: DateTime<Utc>,
    measured: &Measured<'_>,
) -> Result<Answer, Answer> {
    let given = timespan(call);
    let times = given.as_deref().map(ends);
    let interval = call.query("interval").unwrap_or("PT1M").to_owned();
    let span = Span::of(times, &interval, now)
        .ok_or_else(|| bad("timespan or interval is missing, malformed or too long."))?;
    let given = call.query("$filter").filter(|text| !text.trim().is_empty());
    let filter = given
        .map(Filter::parse_long)
        .transpose()
        .map_err(|wrong| bad(&wrong.to_string()))?;
    let aggregations = call.query("aggregation").unwrap_or("average").split(',');
    let aggregations: Vec<Aggregation> = aggregations
        .map(|name| {
            Aggregation::of(name.trim())
                .ok_or_else(|| bad(&format!("Invalid aggregation type: {name}.")))
        })
        .collect::<Result<_, _>>()?;
    let top = match call.query("top").or_else(|| call.query("$top")) {
        None => USUAL_TOP,
        Some(text) => text
            .parse()
            .map_err(|_| bad("top is a whole number above 0."))?,
    };
    let first = measured.metrics.first().map_or("", |(name, _)| *name);
    let wanted = call.query("metricnames").unwrap_or(first).split(',');
    let value: Vec<Value> = wanted
        .map(|name| {
            let (name, unit) = measured.metric(name.trim())?;
            let laid = lay_together((measured.series)(name), filter.as_ref());
            let data = laid.iter().filter_map(|(dimensions, series)| {
                let data = data(series, &span, measured.until, &aggregations)?;
                Some(json!({"metadatavalues": metadata(dimensions), "data": data}))
            });
            Ok(json!({
                "id": format!("{}/providers/Microsoft.Insights/metrics/{name}", measured.id),
                "type": "Microsoft.Insights/metrics",
                "name": {"value": name, "localizedValue": name},
                "unit": unit,
                "timeseries": data.take(top).collect::<Vec<_>>(),
                "errorCode": "Success",
            }))
        })
        .collect::<Result<_, Answer>>()?;
    Ok(Answer::json(&json!({
        "cost": 0,
        "timespan": format!("{}/{}", stamps::short(span.from), stamps::short(span.to)),
        "interval": interval,
        "namespace": measured.namespace,
        "resourceregion": measured.region,
        "value": value,
    })))
}

impl Measured<'_> {
    fn metric(&self, wanted: &str) -> Result<(&'static str, &'static str), Answer> {
        let mut known = self.metrics.iter();
        let found = known.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.copied().ok_or_else(|| {
            bad(&format!(
                "Failed to find metric configuration for provider: {}, resource Type: {}, metric: {wanted}.",
                self.namespace.split('/').next().unwrap_or_default(),
                self.namespace.split('/').nth(1).unwrap_or_default(),
            ))
        })
    }
}

fn metadata(dimensions: &Dimensions) -> Vec<Value> {
    dimensions
        .iter()
        .map(|(name, value)| json!({"name": {"value": name, "localizedValue": name}, "value": value}))
        .collect()
}

/// The series that a filter asks for; those that differ only in dimensions that it does not name are one.
fn lay_together<'a>(
    all: Vec<Series<'a>>,
    filter: Option<&Filter>,
) -> Vec<(Dimensions, Vec<Series<'a>>)> {
    let mut laid: Vec<(Dimensions, Vec<Series<'a>>)> = Vec::new();
    for one in all {
        let named = |wanted: &str| {
            let mut own = one.dimensions.iter();
            own.find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        let holds = filter.is_none_or(|filter| {
            filter.holds(|field, value| {
                named(field).is_some_and(|(_, own)| value == "*" || own.eq_ignore_ascii_case(value))
            })
        });
        if !holds {
            continue;
        }
        let split: Dimensions = one
            .dimensions
            .iter()
            .filter(|(name, _)| {
                let mut fields = filter.into_iter().flat_map(Filter::fields);
                fields.any(|field| field.eq_ignore_ascii_case(name))
            })
            .cloned()
            .collect();
        match laid.iter_mut().find(|(known, _)| *known == split) {
            Some((_, series)) => series.push(one),
            None => laid.push((split, vec![one])),
        }
    }
    laid
}

/// One item an interval; of one without samples there is a time and no value. `None` where there is no sample at all.
fn data(
    series: &[Series<'_>],
    span: &Span,
    until: DateTime<Utc>,
    aggregations: &[Aggregation],
) -> Option<Vec<Value>> {
    let minute = TimeDelta::minutes(1);
    let (mut any, mut data, mut at) = (false, Vec::new(), span.from);
    while at < span.to {
        let end = at + span.step;
        let mut found = Vec::new();
        let mut one = at;
        while one < end.min(span.to) && one + minute <= until {
            found.extend(series.iter().filter_map(|series| (series.sample)(one)));
            one += minute;
        }
        any |= !found.is_empty();
        let mut item = Map::new();
        item.insert("timeStamp".into(), stamps::short(at).into());
        for aggregation in aggregations.iter().filter(|_| !found.is_empty()) {
            let value = (aggregation.value(&found) * 100.0).round() / 100.0;
            item.insert(aggregation.name().into(), value.into());
        }
        data.push(Value::Object(item));
        at = end;
    }
    any.then_some(data)
}
