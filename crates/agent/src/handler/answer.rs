//! What the Functions host accepts as an answer: a 2xx without a JSON object in it never completes.

use super::sweeper::ServedPage;
use crate::people::Answer;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lamplighter_core::text::visible;
use serde_json::{Value, json};

/// The output binding of the functions `sweep` and `workspace`.
const QUEUE: &str = "workspaces";

/// The invocation succeeded. `logs` become Information lines that carry the invocation's id, and each of `messages`, which
/// are objects, one message on the queue. They go as texts, whose bytes the host keeps: in an object it moves dates to UTC
/// and rewrites numbers. A text that is JSON of an object is neither Base64 nor a date, which the host would take apart.
pub(super) fn succeeded(logs: &[String], messages: &[Value]) -> Response {
    let texts: Vec<String> = messages.iter().map(Value::to_string).collect();
    let outputs = match texts.as_slice() {
        [] => json!({}),
        texts => json!({ QUEUE: texts }),
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

/// In place of the page: why there is none.
pub(super) fn no_page(status: StatusCode, reason: &str) -> Response {
    let html = maud::html! {
        (maud::DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Lamplighter: no report" }
            }
            body {
                h1 { "Lamplighter" }
                p { strong { "There is no report:" } }
                @for line in reason.lines() {
                    p { (line) }
                }
            }
        }
    };
    let page = ServedPage {
        html: html.into_string(),
        policy: "default-src 'none'; base-uri 'none'; form-action 'none'".into(),
    };
    (status, html_of(page)).into_response()
}

/// A page for one reader: kept by nobody, and nothing on it may be fetched or run but what its own policy names.
pub(super) fn html(page: ServedPage) -> Response {
    html_of(page).into_response()
}

fn html_of(page: ServedPage) -> impl IntoResponse {
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
    (headers, page.html)
}

/// A page for an owner: like the others, shown in no frame and found by no search.
pub(super) fn people(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status);
    let page = ServedPage {
        html: answer.html,
        policy: answer.policy,
    };
    let more = [
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, more, html_of(page)).into_response()
}

pub(super) fn json_answer(status: StatusCode, body: Value) -> Response {
    // Names of people's making are in it; JSON with its hidden characters escaped is the same JSON.
    let text = visible(&body.to_string()).into_owned();
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}
