//! What the Functions host sends when the timer fires, read as leniently as the tick deserves.

use axum::http::HeaderMap;
use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};
use serde_json::Value;

/// The host's clock may show so much less than the tick that fires.
const EARLY: TimeDelta = TimeDelta::seconds(1);

/// One firing of the timer. Only a body that is no JSON object is refused: the tick itself is the
/// message, and everything in it is a courtesy that may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Invocation {
    /// The host's own id, where it is one that may stand in logs and names of records.
    pub id: Option<String>,
    /// W3C trace context of the host's span.
    pub traceparent: Option<String>,
    /// The tick comes late: at least one was missed.
    pub past_due: bool,
    /// When the timer fired before this, UTC; none at the first firing.
    pub last: Option<DateTime<Utc>>,
    /// The tick that fires now, UTC; in a call that comes late, one that was missed.
    pub next: Option<DateTime<Utc>>,
    /// What the host's clock showed: it is the one by which ticks come.
    pub now: Option<DateTime<Utc>>,
    /// Which retry of the same tick this is; 0 or none: the first try.
    pub retry: Option<u64>,
    /// Why the timer's value could not be read, if so: the sweep runs nevertheless.
    pub oddity: Option<String>,
}

/// Why a call is no invocation, in words for the caller.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvocationError {
    #[error("the invocation's body is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("the invocation's body is {0}, expected an object with Data and Metadata")]
    NoObject(&'static str),
    #[error("the invocation has no Data.{0}")]
    NoMessage(&'static str),
}

impl Invocation {
    /// Reads headers and body; an empty body is a tick that tells nothing more.
    ///
    /// # Errors
    /// Where the body is not a JSON object.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Invocation, InvocationError> {
        let mut invocation = Invocation {
            id: header(headers, "x-azure-functions-invocationid").filter(|id| is_id(id)),
            traceparent: header(headers, "traceparent").filter(|text| is_id(text)),
            ..Invocation::default()
        };
        if body.trim_ascii().is_empty() {
            return Ok(invocation);
        }
        let body: Value = serde_json::from_slice(body)?;
        if !body.is_object() {
            return Err(InvocationError::NoObject(kind(&body)));
        }
        invocation.read_timer(field(&body, "Data").and_then(|data| field(data, "timer")));
        invocation.now = utc_now(&body);
        invocation.retry = field(&body, "Metadata")
            .and_then(|metadata| field(metadata, "RetryContext"))
            .and_then(|context| unwrapped(context).ok())
            .and_then(|context| number(field(&context, "RetryCount")?));
        Ok(invocation)
    }

    /// The instant to judge at: the host's clock, which shows some milliseconds too few where the host calls a little
    /// early. What is due at the tick is due then.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        let now = self.now?;
        let tick = self.next.filter(|next| *next > now && *next - now < EARLY);
        Some(tick.unwrap_or(now))
    }

    fn read_timer(&mut self, timer: Option<&Value>) {
        let timer = match timer.map(unwrapped) {
            None | Some(Ok(Value::Null)) => return,
            Some(Ok(timer)) if timer.is_object() => timer,
            Some(Ok(other)) => {
                self.oddity = Some(format!(
                    "the timer's value is {}, expected an object",
                    kind(&other)
                ));
                return;
            }
            Some(Err(why)) => {
                self.oddity = Some(format!(
                    "the timer's value is a text that is not JSON: {why}"
                ));
                return;
            }
        };
        self.past_due = field(&timer, "IsPastDue").is_some_and(truth);
        let status = field(&timer, "ScheduleStatus");
        let time = |name| {
            status
                .and_then(|status| field(status, name))
                .and_then(instant)
        };
        self.last = time("Last");
        self.next = time("Next");
    }
}

pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Ids and trace contexts: short, and nothing that could break a log line or a record's name.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The host encodes some values as JSON once, or twice, before it puts them into its own JSON.
fn unwrapped(value: &Value) -> serde_json::Result<Value> {
    let mut value = value.clone();
    for _ in 0..2 {
        let Value::String(text) = &value else { break };
        value = serde_json::from_str(text)?;
    }
    Ok(value)
}

/// A member by its name in any case: the host's serializers do not agree on one.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| {
        members
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// The host's time in `Metadata`.
pub(super) fn utc_now(body: &Value) -> Option<DateTime<Utc>> {
    field(body, "Metadata")
        .and_then(|metadata| field(metadata, "sys"))
        .and_then(|sys| field(sys, "UtcNow"))
        .and_then(instant)
}

/// A time with or without an offset; .NET's `DateTime.MinValue` means that there is none.
pub(super) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    let at = match DateTime::parse_from_rfc3339(text) {
        Ok(at) => at.to_utc(),
        Err(_) => text.parse::<NaiveDateTime>().ok()?.and_utc(),
    };
    (at.year() > 1).then_some(at)
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(last: &str, next: &str) -> Invocation {
        let body = json!({
            "Data": { "timer": { "ScheduleStatus": { "Last": last, "Next": next } } },
            "Metadata": { "RetryContext": { "RetryCount": 2, "MaxRetryCount": 5 } }
        });
        Invocation::read(&HeaderMap::new(), body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn times_without_an_offset_are_utc_and_the_year_one_is_no_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().ok();
        let first = read("0001-01-01T00:00:00", "2026-11-23T20:10:00+01:00");
        assert_eq!((first.last, first.next), (None, at("2026-11-23T19:10:00Z")));
        assert_eq!(first.retry, Some(2));
        let later = read("2026-11-23T19:00:00.123", "2026-11-23T19:10:00Z");
        assert_eq!(
            (later.last, later.next),
            (at("2026-11-23T19:00:00.123Z"), first.next)
        );
    }
}
