//! An invocation: its bytes as the host sends them, and what becomes of the outputs.

use super::answer::judged;
use super::app::{App, Function, Trigger};
use super::queues::{Message, Queues};
use super::{HostError, Invoked, Process, Shared, Tick, wire};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};
use std::time::Instant;

const VERSION: &str = "4.1048.200.26180";

impl App {
    /// The functions that queues trigger, with their queues.
    pub fn queue_functions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.functions
            .iter()
            .filter_map(|(name, one)| match &one.trigger {
                Trigger::Queue(queue) => Some((name.as_str(), queue.as_str())),
                _ => None,
            })
    }

    /// Whether a function's route takes the request.
    pub fn takes(&self, method: &str, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default();
        let Some(path) = path.strip_prefix("/api/").filter(|_| self.forwards) else {
            return false;
        };
        self.functions.values().any(|one| match &one.trigger {
            Trigger::Http(route, methods) => {
                let known = methods.iter().any(|one| one.eq_ignore_ascii_case(method));
                known && (route == "{*path}" || route == path)
            }
            _ => false,
        })
    }
}

impl Shared {
    pub(super) async fn fire(&self, process: &Process, function: &str, tick: &Tick) -> Invoked {
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
    pub(super) async fn hand(
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
        let mut metadata = Map::new();
        let twice = |text: &str| Value::from(json!(text).to_string());
        metadata.insert("Id".into(), twice(&message.message_id));
        metadata.insert("PopReceipt".into(), twice(&message.pop_receipt));
        metadata.insert(
            "DequeueCount".into(),
            twice(&message.dequeue_count.to_string()),
        );
        metadata.insert("InsertionTime".into(), twice(&message.insertion_time));
        metadata.insert("ExpirationTime".into(), twice(&message.expiration_time));
        metadata.insert("NextVisibleTime".into(), twice(&message.time_next_visible));
        metadata.insert("QueueTrigger".into(), twice(&text));
        // What a message says at its top overwrites what the host says of it.
        if let Ok(Value::Object(members)) = serde_json::from_str(&text) {
            metadata.extend(members);
        }
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
        let headers = headers.map(|(name, value)| (name.to_owned(), value));
        let begun = Instant::now();
        let path = format!("/{name}");
        let asked = wire::ask(process.port(), "POST", &path, &headers, Some(&body));
        let invoked = match tokio::time::timeout(self.app.timeout, asked).await {
            Ok(Ok(reply)) => judged(reply),
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
                (Some(queue), Some(queues)) => put_all(queues, queue, value).await,
                (None, _) => Err(HostError::App(format!("there is no output binding {name}"))),
                (_, None) => Err(HostError::Queue("there are none".into())),
            };
            if let Err(error) = put {
                return Invoked::failed(error.to_string());
            }
        }
        invoked
    }
}

/// A list is one message for each of its items, in order.
async fn put_all(queues: &Queues, queue: &str, value: &Value) -> Result<(), HostError> {
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

/// A new id in the form of a GUID.
pub(super) fn guid() -> String {
    let hex = format!("{:032x}", fastrand::u128(..));
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
