//! A timer by its schedule, UTC.

use crate::error::AppError;
use crate::schedule::Schedule;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

pub struct Timer {
    schedule: Schedule,
    last: Option<DateTime<Utc>>,
    next: Option<DateTime<Utc>>,
}

/// A tick that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Ticks after this one are due already: they come as one.
    pub past_due: bool,
    /// `ScheduleStatus` as the host writes it.
    pub status: Value,
}

impl Timer {
    pub fn new(schedule: &str, now: DateTime<Utc>) -> Result<Timer, AppError> {
        let schedule = Schedule::read(schedule).map_err(|error| AppError::Schedule {
            schedule: schedule.to_owned(),
            error,
        })?;
        let next = schedule.after(now);
        Ok(Timer {
            schedule,
            last: None,
            next,
        })
    }

    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.next
    }

    /// The tick that is due at this instant, if one is.
    pub fn due(&mut self, now: DateTime<Utc>) -> Option<Tick> {
        let due = self.next.filter(|next| *next <= now)?;
        let missed = self.schedule.after(due).is_some_and(|after| after <= now);
        let next = self.schedule.after(now);
        let tick = Tick {
            past_due: missed,
            status: json!({ "Last": text(self.last), "LastUpdated": text(self.last), "Next": text(self.next) }),
        };
        (self.last, self.next) = (Some(now), next);
        Some(tick)
    }
}

/// .NET's `DateTime.MinValue`, without an offset, where there is none.
fn text(at: Option<DateTime<Utc>>) -> String {
    match at {
        None => "0001-01-01T00:00:00".into(),
        Some(at) => at.to_rfc3339_opts(SecondsFormat::Micros, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_come_once_and_missed_ones_as_one_that_is_past_due() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().expect("a time") };
        let mut timer = Timer::new("0 */5 * * * *", at("2026-11-23T19:01:00Z")).expect("a timer");
        assert_eq!(timer.due(at("2026-11-23T19:04:59Z")), None);
        let tick = timer.due(at("2026-11-23T19:05:00Z")).expect("a tick");
        assert!(!tick.past_due);
        assert_eq!(tick.status["Last"], "0001-01-01T00:00:00");
        assert_eq!(timer.due(at("2026-11-23T19:05:01Z")), None);
        let late = timer.due(at("2026-11-23T19:31:00Z")).expect("a tick");
        assert!(late.past_due);
        assert_eq!(late.status["Last"], "2026-11-23T19:05:00.000000Z");
        assert_eq!(timer.next(), Some(at("2026-11-23T19:35:00Z")));
    }
}
