//! Who answers which call below `/simulator`.

use super::error::ControlError;
use super::{clock, faults, hands, resources, scaled, standing, uses, workbenches};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::shared::{Shared, lock};
use serde_json::json;

/// Answers a call below `/simulator`.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Answer {
    let lower: Vec<&str> = call.lower.iter().map(String::as_str).collect();
    let answered = match (call.method.as_str(), &lower[1..]) {
        ("GET", ["clock"]) => Ok(clock::read(shared)),
        ("POST", ["clock"]) => clock::advance(shared, call),
        ("GET", ["faults"]) => Ok(Answer::json(&lock(&shared.faults).all())),
        ("POST", ["faults"]) => faults::add(shared, call),
        ("DELETE", ["faults"]) => {
            lock(&shared.faults).clear();
            Ok(Answer::empty(204))
        }
        ("GET", ["calls"]) => Ok(Answer::json(&lock(&shared.calls).report())),
        ("DELETE", ["calls"]) => {
            lock(&shared.calls).reset();
            Ok(Answer::empty(204))
        }
        ("GET", ["record"]) => standing::record(shared, call),
        ("GET", ["bill"]) => Ok(Answer::json(&shared.stage().world.bill())),
        ("GET", ["use"]) => Ok(uses::answer(&shared.stage().world)),
        ("GET", ["instances"]) => Ok(standing::instances(&shared.stage().world)),
        ("POST", ["action"]) => hands::act(shared, call),
        ("POST", ["jobs"]) => hands::submit(shared, call),
        ("POST", ["tags"]) => hands::tag(shared, call),
        ("GET", ["resources"]) => Ok(resources::standing(&shared.stage().world)),
        ("POST", ["resources"]) => resources::set(shared, call),
        ("POST", ["power"]) => resources::power(shared, call),
        ("POST", ["pods"]) => resources::pod(shared, call),
        ("POST", ["sessions"]) => resources::session(shared, call),
        ("GET", ["workbenches"]) => Ok(workbenches::standing(&shared.stage().world)),
        ("POST", ["workbenches"]) => workbenches::set(shared, call),
        ("GET", ["scaled"]) => Ok(scaled::standing(&shared.stage().world)),
        ("POST", ["scale"]) => scaled::scale(shared, call),
        ("POST", ["condition"]) => scaled::condition(shared, call),
        ("POST", ["requests"]) => scaled::requests(shared, call),
        ("POST", ["autoscale"]) => scaled::autoscale(shared, call),
        _ => Err(ControlError::NoSuchCall {
            method: call.method.to_string(),
            path: call.path.clone(),
        }),
    };
    answered.unwrap_or_else(|refusal| {
        Answer::json(&json!({"error": refusal.to_string()})).with_status(refusal.status())
    })
}
