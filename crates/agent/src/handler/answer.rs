//! What the Functions host accepts as an answer: a 2xx without a JSON object in it never completes.

use super::sweeper::ServedPage;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The output binding of the function `sweep`.
const QUEUE: &str = "workspaces";

/// The invocation succeeded. `logs` become Information lines that carry the invocation's id, and each of `messages` one
/// message on the queue. They are objects: the host takes a text that happens to be Base64 for bytes.
pub(super) fn succeeded(logs: &[String], messages: &[Value]) -> Response {
    let outputs = match messages {
        [] => json!({}),
        messages => json!({ QUEUE: messages }),
    };
    json_answer(
        StatusCode::OK,
        json!({ "Outputs": outputs, "Logs": logs, "ReturnValue": null }),
    )
}

/// The invocation failed, or was no invocation. The host shows the status only; the body is for people.
pub(super) fn failed(status: StatusCode, code: &str, message: &str) -> Response {
    json_answer(
        status,
        json!({ "error": { "code": code, "message": message } }),
    )
}

/// A page for one reader: kept by nobody, and nothing on it may be fetched or run but what its own policy names.
pub(super) fn html(page: ServedPage) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_string()),
        (
            header::CONTENT_SECURITY_POLICY,
            format!("{}; frame-ancestors 'none'", page.policy),
        ),
        (header::CACHE_CONTROL, "no-store".to_string()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_string()),
        (header::REFERRER_POLICY, "no-referrer".to_string()),
    ];
    (StatusCode::OK, headers, page.html).into_response()
}

pub(super) fn json_answer(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}
