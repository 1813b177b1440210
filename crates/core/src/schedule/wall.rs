//! From wall time to an instant, also where the wall clock skips or repeats.

use crate::tz::Tz;
use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike,
    Utc,
};

/// Which instant a wall time means where the clock repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// A start takes the first occurrence,
    First,
    /// and a stop the second, so that the time on is never shorter than written.
    Second,
}

/// The instant at which the wall clock in `zone` shows `minutes` after midnight of `date` (1440 is the next
/// midnight). In a gap, the first instant after it. `None` only at the ends of the calendar.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use lamplighter_core::schedule::wall::{Repeat, instant};
/// use lamplighter_core::tz;
///
/// let berlin = tz::named("Europe/Berlin").ok_or("no such zone")?;
/// let autumn = "2026-10-25".parse()?;
/// let half_past_two = |repeat| instant(berlin, autumn, 2 * 60 + 30, repeat);
/// let first: DateTime<Utc> = "2026-10-25T00:30:00Z".parse()?;
/// let second: DateTime<Utc> = "2026-10-25T01:30:00Z".parse()?;
/// assert_eq!(half_past_two(Repeat::First), Some(first));
/// assert_eq!(half_past_two(Repeat::Second), Some(second));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn instant(zone: Tz, date: NaiveDate, minutes: u16, repeat: Repeat) -> Option<DateTime<Utc>> {
    let date = date.checked_add_days(Days::new(u64::from(minutes / 1440)))?;
    let minutes = u32::from(minutes % 1440);
    let wall = date.and_time(NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)?);
    let found = zone.from_local_datetime(&wall);
    let one = match repeat {
        Repeat::First => found.earliest(),
        Repeat::Second => found.latest(),
    };
    one.map(|at| at.to_utc()).or_else(|| after_gap(zone, wall))
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// An instant as the wall in `zone` shows it: `Mon 23 Nov 19:00 WET`. By hand, since every decision has one
/// and chrono reads its format anew each time.
///
/// ```
/// use lamplighter_core::schedule::wall;
/// use lamplighter_core::tz;
///
/// let lisbon = tz::named("Europe/Lisbon").ok_or("no such zone")?;
/// let at = "2026-07-13T18:00:00Z".parse()?;
/// assert_eq!(wall::shown(at, lisbon), "Mon 13 Jul 19:00 WEST");
/// assert_eq!(wall::dated(at, lisbon), "Mon 13 Jul 2026 19:00 WEST");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let mut out = String::with_capacity(24);
    let two = |out: &mut String, number: u32| {
        out.push(char::from(b'0' + (number / 10 % 10) as u8));
        out.push(char::from(b'0' + (number % 10) as u8));
    };
    out.push_str(WEEKDAYS[local.weekday().num_days_from_monday() as usize % 7]);
    out.push(' ');
    two(&mut out, local.day());
    out.push(' ');
    out.push_str(MONTHS[local.month0() as usize % 12]);
    out.push(' ');
    two(&mut out, local.hour());
    out.push(':');
    two(&mut out, local.minute());
    out.push(' ');
    // Places without an abbreviation of their own have their offset for a name, such as `-03`.
    local.offset().write_abbreviation(&mut out);
    out
}

/// The same with its year, for what may lie far away: `Sat 20 Dec 2025 00:00 WET`.
pub fn dated(at: DateTime<Utc>, zone: Tz) -> String {
    let shown = shown(at, zone);
    let year = at.with_timezone(&zone).year();
    // Day, date and month are of fixed length.
    let (date, time) = shown.split_at(10.min(shown.len()));
    format!("{date} {year}{time}")
}

/// The first instant whose wall time is not before `wall`, which falls in a gap. No zone is, or ever was, more
/// than 26 hours from UTC, so the wall time lies well within the bounds, and runs forward between them.
fn after_gap(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    let shown = |second: i64| {
        let at = DateTime::from_timestamp(second, 0)?;
        Some(at.with_timezone(&zone).naive_local())
    };
    let bounds = TimeDelta::hours(26).num_seconds();
    let (mut before, mut after) = (
        wall.and_utc().timestamp() - bounds,
        wall.and_utc().timestamp() + bounds,
    );
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if shown(middle)? < wall {
            before = middle
        } else {
            after = middle
        }
    }
    DateTime::from_timestamp(after, 0)
}
