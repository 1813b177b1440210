//! Whether a stop gives an instance's cores up to others, as an answer last showed it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// It is read once a day. What was seen stands for so long where later reads fail.
const STANDS: TimeDelta = TimeDelta::days(7);

/// Whether a stop gives its cores up, and when that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaSeen {
    pub released: bool,
    pub at: DateTime<Utc>,
}

impl QuotaSeen {
    /// Whether it is known that a stop gives its cores up. `made`: when the resource was made, as far as that is known; what
    /// was seen before that is of another one of its name.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use lamplighter_core::record::QuotaSeen;
    ///
    /// let at = "2026-11-23T19:00:00Z".parse()?;
    /// let seen = QuotaSeen { released: true, at };
    /// assert!(seen.is_released(None, at) && !QuotaSeen { released: false, at }.is_released(None, at));
    /// assert!(!seen.is_released(None, at + TimeDelta::days(7)));
    /// assert!(!seen.is_released(Some(at + TimeDelta::hours(1)), at + TimeDelta::hours(2)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_released(&self, made: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        let its_own = made.is_none_or(|made| made <= self.at);
        self.released && its_own && now < self.at + STANDS
    }
}
