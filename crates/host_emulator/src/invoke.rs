//! An invocation: its bytes as the host sends them, and what becomes of the answer.

use crate::answer::{Invoked, judge, never_completes};
use crate::app::Function;
use crate::error::HandlerError;
use crate::guid::guid;
use crate::metadata::told_of;
use crate::outputs;
use crate::process::Process;
use crate::queues::Message;
use crate::shared::Shared;
use crate::timer::Tick;
use crate::wire::{self, Reply};
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};
use std::io;
use std::time::Instant;

/// The host that was seen.
pub(crate) const VERSION: &str = "4.1037.0.0";

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
        self.invoke(process, function, found, timer, |_| {}).await
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
        let trigger = Value::from(json!(text).to_string());
        let tell = |metadata: &mut Map<String, Value>| told_of(metadata, message, &text);
        self.invoke(process, function, found, trigger, tell).await
    }

    async fn invoke(
        &self,
        process: &Process,
        name: &str,
        function: &Function,
        trigger: Value,
        tell: impl FnOnce(&mut Map<String, Value>),
    ) -> Invoked {
        let _in_flight = process.take_on();
        let begun = Instant::now();
        let called = async {
            let reply = self.call(process, name, function, trigger, tell).await;
            let invoked = match reply {
                Ok(reply) if never_completes(&reply) => std::future::pending().await,
                Ok(reply) => judge(reply),
                Err(error) => Invoked::failed(format!("the handler broke off: {error}")),
            };
            outputs::put(self, function, invoked).await
        };
        let invoked = tokio::select! {
            timed = tokio::time::timeout(self.timeout, called) => match timed {
                Ok(invoked) => invoked,
                Err(_) => {
                    process.kill_for_timeout();
                    Invoked::failed("it ran into the function's timeout")
                }
            },
            () = self.ended() => Invoked::failed(HandlerError::HostEnded),
        };
        let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut executions = self.executions();
        let counted = executions.entry(name.to_owned()).or_default();
        *counted = (counted.0 + 1, counted.1.saturating_add(took));
        invoked
    }

    /// Waits for a handler and calls it: the wait is part of the invocation.
    async fn call(
        &self,
        process: &Process,
        name: &str,
        function: &Function,
        trigger: Value,
        tell: impl FnOnce(&mut Map<String, Value>),
    ) -> io::Result<Reply> {
        let port = process.port().await.map_err(io::Error::other)?;
        let now = self.clock.now();
        let now = now.to_rfc3339_opts(SecondsFormat::Micros, true);
        let sys = json!({ "MethodName": name, "UtcNow": now, "RandGuid": guid() });
        let mut metadata = Map::from_iter([("sys".to_owned(), sys)]);
        tell(&mut metadata);
        let data = Map::from_iter([(function.name.clone(), trigger)]);
        let body = json!({ "Data": data, "Metadata": metadata }).to_string();
        let headers = headers(self.traced);
        wire::ask(port, "POST", &format!("/{name}"), &headers, Some(&body)).await
    }
}

/// The headers of an invocation.
fn headers(traced: bool) -> Vec<(String, String)> {
    let mut headers = vec![
        ("X-Azure-Functions-HostVersion", VERSION.to_owned()),
        ("X-Azure-Functions-InvocationId", guid()),
        ("User-Agent", format!("Azure-Functions-Host/{VERSION}")),
        ("Content-Type", "application/json; charset=utf-8".to_owned()),
    ];
    if traced {
        let (trace, span) = (fastrand::u128(1..), fastrand::u64(1..));
        headers.push(("traceparent", format!("00-{trace:032x}-{span:016x}-00")));
    }
    let headers = headers.into_iter();
    headers
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
