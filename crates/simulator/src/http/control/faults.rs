//! `POST /simulator/faults`.

use super::error::ControlError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::faults::Fault;
use crate::http::shared::{Shared, lock};
use serde_json::{Value, json};

/// Adds one fault or a list of them.
pub(super) fn add(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let one_or_many: Value = serde_json::from_slice(&call.body)?;
    let many = if one_or_many.is_array() {
        one_or_many
    } else {
        json!([one_or_many])
    };
    let faults: Vec<Fault> = serde_json::from_value(many)?;
    let mut statuses = faults.iter().filter_map(|fault| fault.status);
    if statuses.any(|status| !(200..600).contains(&status)) {
        return Err(ControlError::FaultStatus);
    }
    lock(&shared.faults).add(faults);
    Ok(Answer::json(&lock(&shared.faults).all()))
}
