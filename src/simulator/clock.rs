//! The simulated clock: it runs at a multiple of the wall's, or only when it is moved.

use chrono::{DateTime, TimeDelta, Utc};
use std::time::Instant;

#[derive(Clone, Debug)]
pub(super) struct Clock {
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
        self.base.checked_add_signed(passed).unwrap_or(self.base)
    }

    /// Moves the clock forward. An instant in the past is refused: what happened, happened.
    pub fn set(&mut self, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let present = self.now();
        if now < present {
            return Err(present);
        }
        self.base = now;
        self.since = Instant::now();
        Ok(())
    }

    pub fn speed(&self) -> Option<f64> {
        self.speed
    }
}
