//! What the Functions host accepts as an answer: a 2xx without a JSON object in it never completes.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The invocation succeeded. `logs` become Information lines that carry the invocation's id.
pub(super) fn succeeded(logs: &[String]) -> Response {
    json_answer(
        StatusCode::OK,
        json!({ "Outputs": {}, "Logs": logs, "ReturnValue": null }),
    )
}

/// The invocation failed, or was no invocation. The host shows the status only; the body is for people.
pub(super) fn failed(status: StatusCode, code: &str, message: &str) -> Response {
    json_answer(
        status,
        json!({ "error": { "code": code, "message": message } }),
    )
}

pub(super) fn json_answer(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}
