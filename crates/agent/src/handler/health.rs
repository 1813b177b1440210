//! `GET /api/health`: is this instance doing its job?

use super::answer;
use super::info::Info;
use super::running::{Current, Last, Now};
use super::stamp::stamp;
use super::sweeper::{LastKnown, SweepFailed};
use crate::settings::sweep_times;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use lamplighter_core::tz;
use serde_json::{Value, json};

/// 200 where the last sweep did its work or none has ended yet, 503 where it failed, where none can do its work, or
/// where the ledger's last one is too long ago. `known`: what the ledger knows, of all instances.
pub(super) fn answer(
    info: &Info,
    now: &Now,
    known: &Result<Option<LastKnown>, SweepFailed>,
    diagnosis: Option<Value>,
) -> Response {
    let failed = now.last.as_ref().is_some_and(|last| last.result.is_err());
    let unable = known.as_ref().err().map(|unable| &unable.reason);
    let known = known.as_ref().ok().and_then(Option::as_ref);
    let problem = known.and_then(|known| known.problem.as_ref());
    let status = if failed || unable.is_some() || problem.is_some() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    let body = json!({
        "version": info.version,
        "timeZones": tz::release(),
        "sweepSchedule": info.sweep_schedule,
        "timer": sweep_times(&info.sweep_schedule, Utc::now()),
        "started": stamp(info.started),
        "problem": unable,
        "sweeping": now.current.as_ref().map(current),
        "lastSweep": now.last.as_ref().map(last),
        "doctor": diagnosis,
        "ledger": known.map(|known| json!({ "lastSweep": known.sweep, "problem": problem })),
    });
    answer::json_answer(status, body)
}

fn current(sweep: &Current) -> Value {
    json!({ "id": sweep.id, "since": stamp(sweep.since) })
}

fn last(last: &Last) -> Value {
    let mut value = json!({
        "id": last.sweep.id,
        "started": stamp(last.sweep.since),
        "ended": stamp(last.ended),
        "ok": last.result.is_ok(),
    });
    match &last.result {
        Ok(done) => value["summary"] = done.summary.clone(),
        Err(failed) => value["reason"] = json!(failed.reason),
    }
    value
}
