//! Answers, and Azure's errors.

use crate::kinds::instance::refusal::Refusal;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

/// A whole answer, before it is sent, spoilt or cut short.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub content_type: String,
    pub body: Bytes,
}

impl Answer {
    /// 200 with a JSON body.
    pub fn json(body: &impl Serialize) -> Answer {
        // Every body here is made of maps with text keys, which always serialise.
        Answer::text(serde_json::to_string(body).unwrap_or_default())
    }

    /// 200 with JSON that is text already.
    pub fn text(json: String) -> Answer {
        Answer {
            status: 200,
            headers: Vec::new(),
            content_type: "application/json; charset=utf-8".into(),
            body: Bytes::from(json),
        }
    }

    /// No body.
    pub fn empty(status: u16) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            content_type: String::new(),
            body: Bytes::new(),
        }
    }

    pub fn with_status(mut self, status: u16) -> Answer {
        self.status = status;
        self
    }

    pub fn with_header(mut self, name: &str, value: impl ToString) -> Answer {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// As it goes over the wire. A header that cannot be is left out.
    pub fn into_response(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&self.content_type)
            && !self.content_type.is_empty()
        {
            headers.insert(header::CONTENT_TYPE, value);
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (
                header::HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(value),
            ) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// An error as Azure Resource Manager writes one.
pub(super) fn error(status: u16, code: &str, message: impl Into<String>) -> Answer {
    let body: Value = json!({
        "error": {"code": code, "message": message.into(), "target": null, "details": [], "additionalInfo": []}
    });
    Answer::json(&body).with_status(status)
}

/// What is not there.
pub(super) fn not_found(what: &str) -> Answer {
    error(
        404,
        "ResourceNotFound",
        format!("The Resource '{what}' was not found."),
    )
}

/// What a compute of another kind answers.
pub(super) fn refused_kind() -> Answer {
    let refusal = Refusal::WrongKind;
    error(refusal.status(), refusal.code(), refusal.to_string())
}

/// The error that Azure would most likely send with a status, for faults that name no body.
pub(super) fn usual_error(status: u16) -> Answer {
    let (code, message) = match status {
        400 => ("BadRequest", "The request is not valid."),
        401 => ("InvalidAuthenticationToken", "The access token is invalid."),
        403 => (
            "AuthorizationFailed",
            "The client does not have authorization to perform the action.",
        ),
        404 => ("ResourceNotFound", "The resource was not found."),
        409 => ("Conflict", "Another operation is in progress."),
        429 => ("TooManyRequests", "The request was throttled."),
        503 => ("ServerBusy", "The service is unavailable."),
        504 => (
            "GatewayTimeout",
            "The gateway did not receive a response in time.",
        ),
        _ => ("InternalServerError", "Encountered internal server error."),
    };
    error(status, code, message)
}
