//! Days of the week.

use super::clock;
use chrono::Weekday;

/// A set of weekdays; bit 0 is Monday.
///
/// ```
/// use chrono::Weekday;
/// use lamplighter_core::schedule::Days;
///
/// let workdays = Days(0b001_1111);
/// assert!(workdays.contains(Weekday::Fri));
/// assert!(!workdays.contains(Weekday::Sat));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(pub u8);

impl Days {
    /// Whether this weekday is one of them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// 1970-01-01, day 0, was a Thursday.
    pub(super) fn falls_on(self, day: clock::Day) -> bool {
        self.0 >> (day + 3).rem_euclid(7) & 1 == 1
    }
}
