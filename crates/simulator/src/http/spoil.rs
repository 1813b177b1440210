//! What a fault makes of an answer.

use super::answer::{Answer, usual_error};
use super::faults::Fault;
use axum::body::{Body, Bytes};
use axum::http::Response;
use futures::StreamExt;
use std::time::Duration;

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the simulator closes this connection, as it was asked to")]
pub(crate) struct Closed;

/// The answer that a fault gives in Azure's stead, if it gives one.
pub(super) fn spoilt(fault: &Fault) -> Option<Answer> {
    if fault.status.is_none() && fault.body.is_none() && fault.content_type.is_none() {
        return None;
    }
    let status = fault.status.unwrap_or(200);
    let mut answer = match &fault.body {
        // The fault's to the letter, whatever type it claims to be of.
        Some(body) => Answer::text(body.clone()).with_status(status),
        None if status < 400 => Answer::text("{}".into()).with_status(status),
        None => usual_error(status),
    };
    if let Some(content_type) = &fault.content_type {
        answer.content_type.clone_from(content_type);
    }
    Some(match fault.retry_after_seconds {
        Some(seconds) => answer.with_header("Retry-After", seconds),
        None => answer,
    })
}

/// Promises the whole body and sends half of it, then closes.
pub(super) fn cut_short(answer: Answer) -> Response<Body> {
    let whole = answer.body.len();
    let half = answer.body.slice(..whole / 2);
    let mut response = answer
        .with_header("Content-Length", whole.max(1))
        .into_response();
    // What was sent must be on its way before the connection goes.
    let rest = futures::stream::once(async {
        tokio::time::sleep(Duration::from_millis(2)).await;
        Err::<Bytes, Closed>(Closed)
    });
    let body = futures::stream::once(std::future::ready(Ok(half))).chain(rest);
    *response.body_mut() = Body::from_stream(body);
    response
}
