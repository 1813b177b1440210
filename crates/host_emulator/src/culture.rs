//! Values as the host's libraries write them: a text that is wholly a date is one to them.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

/// A text that is wholly a date, as an instant.
fn date(text: &str) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => Some(at.to_utc()),
        Err(_) => text.parse::<NaiveDateTime>().ok().map(|at| at.and_utc()),
    }
}

/// A plain value as text in the host's culture, which is that of no country.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => dated(text),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A text, with what is wholly a date rewritten.
pub(crate) fn dated(text: &str) -> String {
    date(text).map_or_else(
        || text.to_owned(),
        |at| at.format("%m/%d/%Y %H:%M:%S").to_string(),
    )
}

/// An object as it is written to a queue: dates in UTC, whole numbers without a fraction.
pub(crate) fn rewritten(value: &Value) -> Value {
    match value {
        Value::String(text) => match date(text) {
            Some(at) => Value::from(at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()),
            None => value.clone(),
        },
        Value::Number(number) => match number.as_f64() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "exact: what has no fraction here is far below 2^53"
            )]
            Some(real) if !number.is_i64() && !number.is_u64() && real.abs() < 1e15 => {
                match real.fract() == 0.0 {
                    true => Value::from(real as i64),
                    false => value.clone(),
                }
            }
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(rewritten).collect(),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), rewritten(value)));
            Value::Object(members.collect())
        }
        _ => value.clone(),
    }
}
