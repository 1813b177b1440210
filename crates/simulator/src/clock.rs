//! The simulated clock: it runs at a multiple of the wall's, or only when it is moved.

use chrono::{DateTime, TimeDelta, Utc};
use std::time::Instant;

/// No world lives beyond 2200-01-01, so that no sum of times overflows.
pub(crate) const END_OF_TIME: DateTime<Utc> = match DateTime::from_timestamp(7_258_118_400, 0) {
    Some(end) => end,
    None => DateTime::UNIX_EPOCH,
};

/// Why the clock was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClockError {
    #[error("it is {present} already, and time does not run back")]
    Past { present: DateTime<Utc> },
    #[error("the simulator's time ends at {END_OF_TIME}")]
    BeyondTheEnd,
}

/// A clock that shows simulated time.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    base: DateTime<Utc>,
    since: Instant,
    /// Simulated seconds per real second; `None` where only [`Clock::set`] moves it.
    speed: Option<f64>,
}

impl Clock {
    pub fn new(start: DateTime<Utc>, speed: Option<f64>) -> Clock {
        Clock {
            base: start,
            since: Instant::now(),
            speed,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        let Some(speed) = self.speed else {
            return self.base;
        };
        let passed = self.since.elapsed().as_secs_f64() * speed;
        let passed = TimeDelta::milliseconds((passed * 1000.0) as i64);
        self.base
            .checked_add_signed(passed)
            .map_or(self.base, |now| now.min(END_OF_TIME))
    }

    /// Moves the clock forward.
    ///
    /// # Errors
    /// An instant in the past (what happened, happened) or beyond the year 2199.
    pub fn set(&mut self, now: DateTime<Utc>) -> Result<(), ClockError> {
        let present = self.now();
        if now < present {
            return Err(ClockError::Past { present });
        }
        if now > END_OF_TIME {
            return Err(ClockError::BeyondTheEnd);
        }
        self.base = now;
        self.since = Instant::now();
        Ok(())
    }

    pub fn speed(&self) -> Option<f64> {
        self.speed
    }
}
