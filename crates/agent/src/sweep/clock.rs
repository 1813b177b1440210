//! Whether the clock can be trusted: every decision hangs on it.

use super::context::Context;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::time::Instant;

/// A clock that is further off Azure's than this decides nothing.
const MOST: TimeDelta = TimeDelta::minutes(2);
/// A clock that cannot be checked is trusted for this long after it was last found right.
const UNCHECKED: TimeDelta = TimeDelta::hours(1);

/// The clock of one sweep.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The instant resources are judged at.
    now: DateTime<Utc>,
    begun: Instant,
    /// When an earlier sweep, of whichever instance, last found the clock right.
    before: Option<DateTime<Utc>>,
}

impl Clock {
    pub fn begin(now: DateTime<Utc>) -> Clock {
        Clock {
            now,
            begun: Instant::now(),
            before: None,
        }
    }

    /// The same clock, with what the saved history says about it.
    pub fn checked_before(self, before: Option<DateTime<Utc>>) -> Clock {
        Clock { before, ..self }
    }

    /// What time it is at an instant of this process, by the clock that the sweep goes by.
    pub fn moment(&self, at: Instant) -> DateTime<Utc> {
        let since = at.saturating_duration_since(self.begun);
        let since = TimeDelta::from_std(since).unwrap_or(TimeDelta::zero());
        self.now.checked_add_signed(since).unwrap_or(self.now)
    }

    /// Why nothing may be acted on: it is too far off Azure's `Date`, or there has been none to compare it with.
    pub fn problem(&self, context: &Context) -> Option<String> {
        if let Some(dated) = context.arm.dated() {
            let off = self.off(dated.date, dated.at)?;
            if is_wrong(off) {
                return Some(wrong(off, dated.date));
            }
            if dated.at >= self.begun {
                context.clock_is_right(self.now);
                return None;
            }
        }
        let last = self.last_checked(context);
        if last.is_some_and(|last| self.is_fresh(last)) {
            return None;
        }
        let since = match last {
            Some(last) => format!("since {}", last.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => "so far".into(),
        };
        Some(format!(
            "the clock could not be checked {since}: no answer of Azure's has a Date that can be read, so nothing is acted on"
        ))
    }

    /// That it goes unchecked, while that is no problem yet.
    pub fn oddity(&self, context: &Context) -> Option<String> {
        let checked = context
            .arm
            .dated()
            .is_some_and(|dated| dated.at >= self.begun);
        let last = self.last_checked(context).filter(|_| !checked)?;
        Some(format!(
            "no answer of Azure's has a Date that can be read; the clock was last checked at {}, and an hour after that nothing is acted on",
            last.to_rfc3339_opts(SecondsFormat::Secs, true)
        ))
    }

    /// Whether the clock can do without the saved history.
    pub fn is_known(&self, context: &Context) -> bool {
        context
            .clock_was_right()
            .is_some_and(|last| self.is_fresh(last))
    }

    fn last_checked(&self, context: &Context) -> Option<DateTime<Utc>> {
        context.clock_was_right().max(self.before)
    }

    /// A clock that has been put back since is not known to be right.
    fn is_fresh(&self, last: DateTime<Utc>) -> bool {
        (-MOST..=UNCHECKED).contains(&(self.now - last))
    }

    /// How far Azure's `Date`, heard at an instant of this process, is ahead of the clock.
    pub fn off(&self, date: DateTime<Utc>, at: Instant) -> Option<TimeDelta> {
        let since = match at.checked_duration_since(self.begun) {
            Some(later) => TimeDelta::from_std(later).ok()?,
            None => -TimeDelta::from_std(self.begun.duration_since(at)).ok()?,
        };
        Some(date - self.now.checked_add_signed(since)?)
    }
}

fn wrong(off: TimeDelta, date: DateTime<Utc>) -> String {
    let date = date.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        "the clock is {} ({date}), so nothing is acted on",
        told(off)
    )
}

/// How far the clock is off Azure's, in words.
pub fn told(off: TimeDelta) -> String {
    let way = match off > TimeDelta::zero() {
        true => "behind",
        false => "ahead of",
    };
    format!("{} s {way} Azure's", off.num_seconds().abs())
}

/// Whether a clock that is so far off decides nothing.
pub fn is_wrong(off: TimeDelta) -> bool {
    off.abs() > MOST
}
