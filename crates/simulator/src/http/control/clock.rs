//! `/simulator/clock`.

use super::error::ControlError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::shared::{Shared, lock};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;

/// What the clock shows.
pub(super) fn read(shared: &Shared) -> Answer {
    let clock = lock(&shared.clock);
    Answer::json(
        &json!({"now": clock.now(), "manual": clock.speed().is_none(), "speed": clock.speed()}),
    )
}

/// Where to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Move {
    now: Option<DateTime<Utc>>,
    advance_seconds: Option<u32>,
}

/// Moves it forward, and the world with it.
pub(super) fn advance(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: Move = serde_json::from_slice(&call.body)?;
    {
        let mut clock = lock(&shared.clock);
        let to = match (wanted.now, wanted.advance_seconds) {
            (Some(now), None) => now,
            (None, Some(seconds)) => clock.now() + TimeDelta::seconds(seconds.into()),
            _ => return Err(ControlError::NoTime),
        };
        clock.set(to)?;
    }
    // Play up to there now, so that the next call finds everything done.
    drop(shared.stage());
    Ok(read(shared))
}
