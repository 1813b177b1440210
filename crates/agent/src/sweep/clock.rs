//! Whether the clock can be trusted: every decision hangs on it.

use super::context::Context;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::time::Instant;

/// A clock that is further off Azure's than this decides nothing.
const MOST: TimeDelta = TimeDelta::minutes(2);

/// The clock of one sweep.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The instant resources are judged at.
    now: DateTime<Utc>,
    begun: Instant,
}

impl Clock {
    pub fn begin(now: DateTime<Utc>) -> Clock {
        Clock {
            now,
            begun: Instant::now(),
        }
    }

    /// What time it is at an instant of this process, by the clock that the sweep goes by.
    pub fn moment(&self, at: Instant) -> DateTime<Utc> {
        let since = at.saturating_duration_since(self.begun);
        let since = TimeDelta::from_std(since).unwrap_or(TimeDelta::zero());
        self.now.checked_add_signed(since).unwrap_or(self.now)
    }

    /// How far it is off Azure's `Date`, in words, where that is too far.
    pub fn problem(&self, context: &Context) -> Option<String> {
        let dated = context.arm.dated()?;
        let since = match dated.at.checked_duration_since(self.begun) {
            Some(later) => TimeDelta::from_std(later).ok()?,
            None => -TimeDelta::from_std(self.begun.duration_since(dated.at)).ok()?,
        };
        let off = dated.date - self.now.checked_add_signed(since)?;
        (off.abs() > MOST).then(|| {
            let (seconds, way) = (
                off.num_seconds().abs(),
                if off > TimeDelta::zero() {
                    "behind"
                } else {
                    "ahead of"
                },
            );
            format!(
                "the clock is {seconds} s {way} Azure's ({}), so nothing is acted on",
                dated.date.to_rfc3339_opts(SecondsFormat::Secs, true)
            )
        })
    }
}
