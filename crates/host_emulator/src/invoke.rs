//! An invocation: its bytes as the host sends them, and what becomes of the outputs.

use crate::answer::{Invoked, judge};
use crate::app::Function;
use crate::error::{AppError, HostError, QueueError};
use crate::guid::guid;
use crate::process::Process;
use crate::queues::{Message, Queues};
use crate::shared::Shared;
use crate::timer::Tick;
use crate::wire;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};
use std::time::Instant;

const VERSION: &str = "4.1048.200.26180";

impl Shared {
    pub(crate) async fn fire(&self, process: &Process, function: &str, tick: &Tick) -> Invoked {
        let Some(found) = self.app.functions.get(function) else {
            return Invoked::failed(format!("there is no function {function}"));
        };
        let timer = json!({
            "Schedule": { "AdjustForDST": true },
            "ScheduleStatus": tick.status,
            "IsPastDue": tick.past_due,
        });
        let invoked = self
            .invoke(process, function, found, timer, Map::new())
            .await;
        self.put_outputs(found, invoked).await
    }

    /// A message, as the host hands it to a custom handler: encoded as JSON twice.
    pub(crate) async fn hand(
        &self,
        process: &Process,
        function: &str,
        message: &Message,
    ) -> Invoked {
        let Some(found) = self.app.functions.get(function) else {
            return Invoked::failed(format!("there is no function {function}"));
        };
        let text = match message.text() {
            Ok(text) => text,
            Err(why) => return Invoked::failed(format!("the message is no Base64 text: {why}")),
        };
        let metadata = told_of(message, &text);
        let invoked = self
            .invoke(process, function, found, twice(&text), metadata)
            .await;
        self.put_outputs(found, invoked).await
    }

    async fn invoke(
        &self,
        process: &Process,
        name: &str,
        function: &Function,
        trigger: Value,
        mut metadata: Map<String, Value>,
    ) -> Invoked {
        let now = self
            .clock
            .now()
            .to_rfc3339_opts(SecondsFormat::Micros, true);
        metadata.insert(
            "sys".into(),
            json!({ "MethodName": name, "UtcNow": now, "RandGuid": guid() }),
        );
        let data = Map::from_iter([(function.name.clone(), trigger)]);
        let body = json!({ "Data": data, "Metadata": metadata }).to_string();
        let headers = headers();
        let begun = Instant::now();
        let path = format!("/{name}");
        let asked = wire::ask(process.port(), "POST", &path, &headers, Some(&body));
        let invoked = match tokio::time::timeout(self.app.timeout, asked).await {
            Ok(Ok(reply)) => judge(reply),
            Ok(Err(error)) => Invoked::failed(format!("the handler broke off: {error}")),
            Err(_) => {
                // The host has no other way to end a function.
                process.kill();
                Invoked::failed("it ran into the function's timeout")
            }
        };
        let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut executions = self.executions();
        let counted = executions.entry(name.to_owned()).or_default();
        *counted = (counted.0 + 1, counted.1.saturating_add(took));
        invoked
    }

    /// Puts what the handler gave on the queues of the function's output bindings.
    async fn put_outputs(&self, function: &Function, invoked: Invoked) -> Invoked {
        let Invoked::Succeeded { outputs, .. } = &invoked else {
            return invoked;
        };
        for (name, value) in outputs {
            let put = match (function.outputs.get(name), &self.queues) {
                (Some(queue), Some(queues)) => put_all(queues, queue, value)
                    .await
                    .map_err(HostError::Queue),
                (None, _) => Err(HostError::App(AppError::NoOutput(name.clone()))),
                (_, None) => Err(HostError::Queue(QueueError::None)),
            };
            if let Err(error) = put {
                return Invoked::failed(error);
            }
        }
        invoked
    }
}

/// The headers of an invocation.
fn headers() -> [(String, String); 5] {
    let parent = format!(
        "00-{:032x}-{:016x}-00",
        fastrand::u128(1..),
        fastrand::u64(1..)
    );
    let headers = [
        ("User-Agent", format!("Azure-Functions-Host/{VERSION}")),
        ("X-Azure-Functions-HostVersion", VERSION.to_owned()),
        ("X-Azure-Functions-InvocationId", guid()),
        ("traceparent", parent),
        ("Content-Type", "application/json; charset=utf-8".to_owned()),
    ];
    headers.map(|(name, value)| (name.to_owned(), value))
}

/// Text as JSON text within JSON.
fn twice(text: &str) -> Value {
    Value::from(json!(text).to_string())
}

/// What the host tells of a message beside its text.
fn told_of(message: &Message, text: &str) -> Map<String, Value> {
    let mut metadata = Map::new();
    metadata.insert("Id".into(), twice(&message.message_id));
    metadata.insert("PopReceipt".into(), twice(&message.pop_receipt));
    metadata.insert(
        "DequeueCount".into(),
        twice(&message.dequeue_count.to_string()),
    );
    metadata.insert("InsertionTime".into(), twice(&message.insertion_time));
    metadata.insert("ExpirationTime".into(), twice(&message.expiration_time));
    metadata.insert("NextVisibleTime".into(), twice(&message.time_next_visible));
    metadata.insert("QueueTrigger".into(), twice(text));
    // Members at the top of a message overwrite what the host tells of it.
    if let Ok(Value::Object(members)) = serde_json::from_str(text) {
        metadata.extend(members);
    }
    metadata
}

/// A list is one message for each of its items, in order.
async fn put_all(queues: &Queues, queue: &str, value: &Value) -> Result<(), QueueError> {
    let one = std::slice::from_ref(value);
    for value in value.as_array().map_or(one, Vec::as_slice) {
        let bytes = match value {
            // A text that happens to be Base64 is taken for bytes.
            Value::String(text) => BASE64_STANDARD
                .decode(text)
                .unwrap_or_else(|_| text.clone().into_bytes()),
            other => other.to_string().into_bytes(),
        };
        queues.put(queue, &bytes).await?;
    }
    Ok(())
}
