//! From wall time to instants.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The instant of a wall time: the first of two where the clock repeats, the first after a gap.
pub(crate) fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // The longest gap of any zone is a whole day (Samoa skipped one).
    for minute in 0..=1_500 {
        if let Some(found) = zone
            .from_local_datetime(&(local + TimeDelta::minutes(minute)))
            .earliest()
        {
            return found.with_timezone(&Utc);
        }
    }
    local.and_utc()
}

/// The instant of a date's local midnight plus so many minutes on the wall.
pub(crate) fn at_minute(zone: Tz, date: NaiveDate, minutes: u32) -> DateTime<Utc> {
    instant(
        zone,
        date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minutes)),
    )
}
