//! Dates on which windows and `start` edges do not begin.

use super::clock::{self, Day};
use chrono::NaiveDate;
use std::sync::Arc;

/// Holidays, as local dates. Cheap to clone: a fleet shares a few calendars.
///
/// ```
/// use chrono::{DateTime, NaiveDate, Utc};
/// use lamplighter_core::policy::read_schedule;
/// use lamplighter_core::schedule::Power;
///
/// let mut office = read_schedule("Mon-Fri 08:00-19:00", lamplighter_core::tz::Tz::UTC)?;
/// let friday: NaiveDate = "2026-12-25".parse()?;
/// office.days_off = [friday].into_iter().collect();
/// let noon: DateTime<Utc> = "2026-12-25T12:00:00Z".parse()?;
/// assert_eq!(office.at(noon).power, Some(Power::Off));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaysOff(Option<Arc<[Day]>>);

impl DaysOff {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether this date is one of them.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.has(date.to_epoch_days())
    }

    /// All dates, in order.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        let days = self.0.as_deref().unwrap_or_default();
        days.iter().filter_map(|day| clock::date(*day))
    }

    pub(super) fn has(&self, day: Day) -> bool {
        self.0
            .as_deref()
            .is_some_and(|days| days.binary_search(&day).is_ok())
    }
}

impl FromIterator<NaiveDate> for DaysOff {
    fn from_iter<I: IntoIterator<Item = NaiveDate>>(dates: I) -> DaysOff {
        let mut days: Vec<Day> = dates.into_iter().map(|date| date.to_epoch_days()).collect();
        days.sort_unstable();
        days.dedup();
        DaysOff((!days.is_empty()).then(|| days.into()))
    }
}
