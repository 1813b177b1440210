//! What is to be played, and how much of it is too much.

use super::overlay::Overlay;
use crate::duration;
use chrono::{DateTime, TimeDelta, Utc};

/// The longest period.
pub const LONGEST: TimeDelta = TimeDelta::days(366);
/// The steps that may lie between two questions.
pub const STEPS: std::ops::RangeInclusive<TimeDelta> = TimeDelta::minutes(1)..=TimeDelta::days(1);
/// Steps of all resources together.
const RESOURCE_STEPS: i64 = 50_000_000;

/// What is to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    pub(super) step: TimeDelta,
    pub(super) lease: TimeDelta,
    pub(super) overlay: Overlay,
}

/// A plan that cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("the period ends at {to}, which is not after its beginning, {from}")]
    Order {
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    },
    #[error("the period is longer than {} days", LONGEST.num_days())]
    TooLong,
    #[error("a step is from 1m to 1d")]
    Step,
}

/// Too much was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{resources} resources at {steps} steps each are more than {RESOURCE_STEPS} steps in all; \
     ask for a shorter period or a longer step, such as --step {enough}"
)]
pub struct TooMuch {
    resources: i64,
    steps: i64,
    enough: String,
}

impl Plan {
    /// # Errors
    /// The period or the step is none that can be played.
    pub fn new(
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        step: TimeDelta,
        lease: TimeDelta,
        overlay: Overlay,
    ) -> Result<Plan, PlanError> {
        if from >= to {
            return Err(PlanError::Order { from, to });
        }
        if to - from > LONGEST {
            return Err(PlanError::TooLong);
        }
        if !STEPS.contains(&step) {
            return Err(PlanError::Step);
        }
        Ok(Plan {
            from,
            to,
            step,
            lease,
            overlay,
        })
    }

    /// The first step after `now` that is not before `until`.
    pub(super) fn step_after(&self, now: DateTime<Utc>, until: DateTime<Utc>) -> DateTime<Utc> {
        // Whole milliseconds: `now` is a step itself, and no step is shorter than a minute.
        let (gap, step) = (
            (until - now).num_milliseconds(),
            self.step.num_milliseconds(),
        );
        let steps = (gap + step - 1).div_euclid(step).max(1);
        now + TimeDelta::milliseconds(steps * step)
    }

    fn steps(&self) -> i64 {
        let (length, step) = (
            (self.to - self.from).num_seconds(),
            self.step.num_seconds().max(1),
        );
        (length + step - 1) / step
    }

    /// # Errors
    /// So many resources at so many steps take too long.
    pub(super) fn check(&self, resources: usize) -> Result<(), TooMuch> {
        let resources = i64::try_from(resources).unwrap_or(i64::MAX);
        let steps = self.steps();
        if resources.saturating_mul(steps) <= RESOURCE_STEPS {
            return Ok(());
        }
        let length = (self.to - self.from).num_seconds();
        let seconds = resources.saturating_mul(length) / RESOURCE_STEPS;
        let minutes = u64::try_from(seconds / 60 + 1).unwrap_or(1);
        Err(TooMuch {
            resources,
            steps,
            enough: duration::print(std::time::Duration::from_secs(minutes * 60)),
        })
    }
}
