//! The host's rules for an answer to an invocation.

use crate::wire::Reply;
use serde_json::{Map, Value};
use std::fmt::Display;
use thiserror::Error;

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
    pub(crate) fn failed(why: impl Display) -> Invoked {
        Invoked::Failed {
            status: 0,
            body: String::new(),
            why: why.to_string(),
        }
    }

    pub fn is_success(&self) -> bool {
        matches!(self, Invoked::Succeeded { .. })
    }
}

/// An answer that is taken for none: the function runs into its timeout.
pub(crate) fn never_completes(reply: &Reply) -> bool {
    (200..300).contains(&reply.status)
        && (reply.status == 204
            || reply.body.is_empty()
            || (is_json(reply) && reply.body.trim() == "null"))
}

fn is_json(reply: &Reply) -> bool {
    reply.content_type().starts_with("application/json")
}

pub(crate) fn judge(reply: Reply) -> Invoked {
    match read(&reply) {
        Ok((logs, outputs)) => Invoked::Succeeded { logs, outputs },
        Err(why) => Invoked::Failed {
            status: reply.status,
            why: why.to_string(),
            body: reply.body,
        },
    }
}

/// Why the host does not believe an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
enum AnswerError {
    #[error("the status is not 2xx")]
    Status,
    #[error("the content type is not application/json")]
    ContentType,
    #[error("the body is not a JSON object")]
    NoObject,
    #[error("the body has other names than Outputs, Logs and ReturnValue")]
    OtherNames,
    #[error("Outputs is not an object")]
    Outputs,
    #[error("Logs is not a list of texts")]
    Logs,
}

type Read = (Vec<String>, Map<String, Value>);

fn read(reply: &Reply) -> Result<Read, AnswerError> {
    if !(200..300).contains(&reply.status) {
        return Err(AnswerError::Status);
    }
    if !is_json(reply) {
        return Err(AnswerError::ContentType);
    }
    let Ok(Value::Object(mut body)) = serde_json::from_str(&reply.body) else {
        return Err(AnswerError::NoObject);
    };
    let known = ["Outputs", "Logs", "ReturnValue"];
    if !body.keys().all(|key| known.contains(&key.as_str())) {
        return Err(AnswerError::OtherNames);
    }
    let outputs = match body.remove("Outputs") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(outputs)) => outputs,
        Some(_) => return Err(AnswerError::Outputs),
    };
    let logs = match body.remove("Logs") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(logs)) => {
            let text = |log: Value| log.as_str().map(str::to_owned).ok_or(AnswerError::Logs);
            logs.into_iter().map(text).collect::<Result<_, _>>()?
        }
        Some(_) => return Err(AnswerError::Logs),
    };
    Ok((logs, outputs))
}
