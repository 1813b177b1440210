//! What a handler gave, put on the queues of the function's output bindings.

use crate::answer::Invoked;
use crate::app::Function;
use crate::culture::{dated, rewritten};
use crate::error::{HostError, QueueError};
use crate::queues::Queues;
use crate::shared::Shared;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// One after the other, so that what comes before one that cannot be put is on its queue. A name that no binding has,
/// in this very case, is dropped without a word.
pub(crate) async fn put(shared: &Shared, function: &Function, invoked: Invoked) -> Invoked {
    let Invoked::Succeeded { outputs, .. } = &invoked else {
        return invoked;
    };
    for (name, value) in outputs {
        let Some(queue) = function.outputs.get(name) else {
            continue;
        };
        let put = match &shared.queues {
            Some(queues) => put_all(queues, queue, value).await,
            None => Err(QueueError::None),
        };
        if let Err(error) = put {
            return Invoked::failed(HostError::Queue(error));
        }
    }
    invoked
}

async fn put_all(queues: &Queues, queue: &str, value: &Value) -> Result<(), QueueError> {
    for bytes in messages(value) {
        queues.put(queue, &bytes).await?;
    }
    Ok(())
}

/// The messages that a value becomes.
fn messages(value: &Value) -> Vec<Vec<u8>> {
    match value {
        Value::Array(items) => items.iter().map(item).collect(),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(list @ Value::Array(_)) => messages(&list),
            // A text that happens to be Base64 is taken for bytes.
            _ => vec![match BASE64_STANDARD.decode(text) {
                Ok(bytes) if !text.is_empty() => bytes,
                _ => dated(text).into_bytes(),
            }],
        },
        other => vec![item(other)],
    }
}

/// The message that one item of a list becomes.
fn item(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => dated(text).into_bytes(),
        other => format!("{:#}", rewritten(other)).into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_become_messages_as_the_host_makes_them() {
        for (value, expected) in [
            (
                json!(["{\"at\":\"2026-11-23T19:05:00+01:00\",\"n\":1.0}"]),
                vec!["{\"at\":\"2026-11-23T19:05:00+01:00\",\"n\":1.0}"],
            ),
            (
                json!(["a", " b \n", "dGVzdA=="]),
                vec!["a", " b \n", "dGVzdA=="],
            ),
            (json!(["2026-11-23T00:00:00Z"]), vec!["11/23/2026 00:00:00"]),
            (
                json!([{"at": "2026-11-23T19:05:00+01:00"}]),
                vec!["{\n  \"at\": \"2026-11-23T18:05:00Z\"\n}"],
            ),
            (json!([{"n": 1.0}]), vec!["{\n  \"n\": 1\n}"]),
            (
                json!([{"n": 1.5, "m": 7}]),
                vec!["{\n  \"m\": 7,\n  \"n\": 1.5\n}"],
            ),
            (json!([null, "a"]), vec!["", "a"]),
            (json!("[\"a\",\"b\"]"), vec!["a", "b"]),
            (json!("dGVzdA=="), vec!["test"]),
            (json!("plain"), vec!["plain"]),
            (json!({"a": 1}), vec!["{\n  \"a\": 1\n}"]),
            (json!([]), vec![]),
        ] {
            let made = messages(&value);
            let made: Vec<&str> = made
                .iter()
                .map(|one| std::str::from_utf8(one).expect("text"))
                .collect();
            assert_eq!(made, expected, "{value}");
        }
    }
}
