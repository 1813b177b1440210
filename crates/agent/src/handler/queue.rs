//! What the Functions host sends for a message of a queue.

use super::invocation::{InvocationError, field, header, instant, is_id, kind, number, utc_now};
use super::sweeper::QueueRequest;
use axum::http::HeaderMap;
use serde_json::Value;

/// The trigger's name in `function.json`.
const TRIGGER: &str = "message";

/// Reads headers and body. What is in the message does not matter here.
///
/// # Errors
/// Where the body is no JSON object with a message in it.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<QueueRequest, InvocationError> {
    let body: Value = serde_json::from_slice(body)?;
    if !body.is_object() {
        return Err(InvocationError::NoObject(kind(&body)));
    }
    let message = field(&body, "Data").and_then(|data| field(data, TRIGGER));
    let Some(message) = message.filter(|message| !message.is_null()) else {
        return Err(InvocationError::NoMessage(TRIGGER));
    };
    let message = unwrapped(message);
    // The host copies a message's own properties over what it tells of it.
    let of_host = |name: &str| field(&message, name).is_none();
    let count = field(&body, "Metadata")
        .and_then(|metadata| field(metadata, "DequeueCount"))
        .filter(|_| of_host("DequeueCount"));
    let put_at = field(&body, "Metadata")
        .and_then(|metadata| field(metadata, "InsertionTime"))
        .filter(|_| of_host("InsertionTime"));
    Ok(QueueRequest {
        invocation_id: header(headers, "x-azure-functions-invocationid").filter(|id| is_id(id)),
        traceparent: header(headers, "traceparent").filter(|text| is_id(text)),
        dequeue_count: count.and_then(|count| number(&unwrapped(count))),
        now: utc_now(&body).filter(|_| of_host("sys")),
        put_at: put_at.and_then(|at| instant(&unwrapped(at))),
        message,
    })
}

/// What is known of a message that was given up, whatever the host sent: nobody takes one that is refused, and the host
/// would send it again for days.
pub(super) fn read_leniently(headers: &HeaderMap, body: &[u8]) -> QueueRequest {
    read(headers, body).unwrap_or_else(|why| QueueRequest {
        invocation_id: header(headers, "x-azure-functions-invocationid").filter(|id| is_id(id)),
        message: Value::from(format!("nothing that can be read: {why}")),
        ..QueueRequest::default()
    })
}

/// The host encodes a message as JSON once, or twice, before it puts it into its own JSON; what is no JSON is text.
fn unwrapped(value: &Value) -> Value {
    let mut value = value.clone();
    for _ in 0..2 {
        let Value::String(text) = &value else { break };
        let Ok(inner) = serde_json::from_str(text) else {
            break;
        };
        value = inner;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_is_the_same_encoded_twice_once_or_not_at_all() {
        let message = json!({ "lamplighter": 1, "round": "r" });
        let once = message.to_string();
        let twice = json!(once).to_string();
        for sent in [message.clone(), json!(once), json!(twice)] {
            let body =
                json!({ "Data": { "message": sent }, "Metadata": { "DequeueCount": "\"3\"" } });
            let read = read(&HeaderMap::new(), body.to_string().as_bytes()).expect("a message");
            assert_eq!(
                (read.message, read.dequeue_count),
                (message.clone(), Some(3))
            );
        }
        // When it was put there is the host's to say, and not the message's.
        for (message, told) in [
            (json!({"keep": "2h"}), true),
            (json!({"insertiontime": "2020-01-01T00:00:00Z"}), false),
        ] {
            let metadata = json!({ "InsertionTime": "2026-11-23T19:05:02+00:00" });
            let body = json!({ "Data": { "message": message }, "Metadata": metadata });
            let read = read(&HeaderMap::new(), body.to_string().as_bytes()).expect("a message");
            assert_eq!(read.put_at.is_some(), told, "{message}");
        }
        let text = json!({ "Data": { "message": "hello" } }).to_string();
        assert_eq!(
            read(&HeaderMap::new(), text.as_bytes())
                .expect("text")
                .message,
            json!("hello")
        );
        for bad in ["", "text", "[]", "{}", r#"{"Data":{"message":null}}"#] {
            assert!(read(&HeaderMap::new(), bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
