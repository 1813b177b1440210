//! What the host tells of a message beside its text.

use crate::culture::as_text;
use crate::queues::Message;
use chrono::DateTime;
use serde_json::{Map, Value, json};

/// Adds it to what is told of any invocation, and then the message's own properties, which overwrite it.
pub(crate) fn told_of(metadata: &mut Map<String, Value>, message: &Message, text: &str) {
    let count = message.dequeue_count.to_string();
    metadata.insert("DequeueCount".into(), Value::from(count));
    metadata.insert("Id".into(), twice(&message.message_id));
    metadata.insert("PopReceipt".into(), twice(&message.pop_receipt));
    for (name, time) in [
        ("InsertionTime", &message.insertion_time),
        ("ExpirationTime", &message.expiration_time),
        ("NextVisibleTime", &message.time_next_visible),
    ] {
        metadata.insert(name.into(), Value::from(instant(time)));
    }
    if let Ok(Value::Object(properties)) = serde_json::from_str(text) {
        for (name, value) in properties {
            overwrite(metadata, &name, value);
        }
    }
}

/// Names are one whatever their case; lists and nulls are left out.
fn overwrite(metadata: &mut Map<String, Value>, name: &str, value: Value) {
    let value = match value {
        Value::Null | Value::Array(_) => return,
        Value::Object(_) => value,
        plain => twice(&as_text(&plain)),
    };
    let known = metadata
        .keys()
        .find(|known| known.eq_ignore_ascii_case(name));
    let name = known.cloned().unwrap_or_else(|| name.to_owned());
    metadata.insert(name, value);
}

/// Text as JSON text within JSON.
fn twice(text: &str) -> Value {
    Value::from(json!(text).to_string())
}

/// A time of the storage service, as the host writes it.
fn instant(text: &str) -> String {
    DateTime::parse_from_rfc2822(text).map_or_else(
        |_| text.to_owned(),
        |at| at.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    )
}
