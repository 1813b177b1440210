//! The host's rules for an answer to an invocation.

use super::wire::Reply;
use serde_json::{Map, Value};

/// How an invocation ended, as the host shows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Invoked {
    Succeeded {
        logs: Vec<String>,
        /// By the name of the output binding.
        outputs: Map<String, Value>,
    },
    /// `status` and `body` are what the handler answered; the real host shows the status only.
    Failed {
        status: u16,
        body: String,
        why: String,
    },
}

impl Invoked {
    pub(super) fn failed(why: impl Into<String>) -> Invoked {
        Invoked::Failed {
            status: 0,
            body: String::new(),
            why: why.into(),
        }
    }

    pub fn is_success(&self) -> bool {
        matches!(self, Invoked::Succeeded { .. })
    }
}

pub(super) fn judged(reply: Reply) -> Invoked {
    match read(&reply) {
        Ok((logs, outputs)) => Invoked::Succeeded { logs, outputs },
        Err(why) => Invoked::Failed {
            status: reply.status,
            why: why.into(),
            body: reply.body,
        },
    }
}

type Read = (Vec<String>, Map<String, Value>);

fn read(reply: &Reply) -> Result<Read, &'static str> {
    if !(200..300).contains(&reply.status) {
        return Err("the status is not 2xx");
    }
    if !reply.content_type().starts_with("application/json") {
        return Err("the content type is not application/json");
    }
    if matches!(reply.body.trim(), "" | "null") {
        return Err("an empty answer never completes: the function runs into its timeout");
    }
    let Ok(Value::Object(mut body)) = serde_json::from_str(&reply.body) else {
        return Err("the body is not a JSON object");
    };
    let known = ["Outputs", "Logs", "ReturnValue"];
    if !body.keys().all(|key| known.contains(&key.as_str())) {
        return Err("the body has other names than Outputs, Logs and ReturnValue");
    }
    let outputs = match body.remove("Outputs") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(outputs)) => outputs,
        Some(_) => return Err("Outputs is not an object"),
    };
    let wrong = "Logs is not a list of texts";
    let logs = match body.remove("Logs") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(logs)) => {
            let text = |log: Value| log.as_str().map(str::to_owned).ok_or(wrong);
            logs.into_iter().map(text).collect::<Result<_, _>>()?
        }
        Some(_) => return Err(wrong),
    };
    Ok((logs, outputs))
}
