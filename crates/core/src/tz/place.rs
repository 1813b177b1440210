//! A zone, and how chrono asks it for offsets.

use chrono::{
    Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone as Clock};
use std::fmt;
use std::hash::{Hash, Hasher};

/// A zone whose data has been read. Each exists once, for as long as the process does.
#[derive(Debug)]
pub(super) struct Known {
    pub name: &'static str,
    pub clock: Clock,
}

/// A time zone of the tz database: as small as a pointer, since its data is read once.
#[derive(Clone, Copy)]
pub struct Tz(&'static Known);

static UTC: Known = Known {
    name: "UTC",
    clock: Clock::UTC,
};

impl Tz {
    pub const UTC: Tz = Tz(&UTC);

    pub(super) fn of(known: &'static Known) -> Tz {
        // However it was found, there is one UTC.
        if known.name == Tz::UTC.name() {
            Tz::UTC
        } else {
            Tz(known)
        }
    }

    /// As the tz database writes it: `Europe/Lisbon`.
    pub fn name(self) -> &'static str {
        self.0.name
    }
}

impl PartialEq for Tz {
    fn eq(&self, other: &Tz) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Tz {}

impl Hash for Tz {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl fmt::Debug for Tz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Tz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a zone's clocks show at an instant, against UTC.
#[derive(Clone, Copy, Debug)]
pub struct TzOffset {
    zone: Tz,
    at: Timestamp,
    ahead: FixedOffset,
}

impl chrono::Offset for TzOffset {
    fn fix(&self) -> FixedOffset {
        self.ahead
    }
}

impl TzOffset {
    /// Adds the abbreviation to a text, without the ways of `fmt`: every decision has an instant.
    pub(crate) fn write_abbreviation(&self, out: &mut String) {
        out.push_str(self.zone.0.clock.to_offset_info(self.at).abbreviation());
    }
}

/// `WET`; zones that have no abbreviation are given their offset for one by the tz database, such as `-03`.
impl fmt::Display for TzOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.zone.0.clock.to_offset_info(self.at).abbreviation())
    }
}

impl TimeZone for Tz {
    type Offset = TzOffset;

    fn from_offset(offset: &TzOffset) -> Tz {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<TzOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<TzOffset> {
        let at = |offset: Offset| {
            let seconds = local.and_utc().timestamp() - i64::from(offset.seconds());
            self.ahead(instant(seconds), offset)
        };
        match self.0.clock.to_ambiguous_timestamp(civil(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } => MappedLocalTime::Single(at(offset)),
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => {
                MappedLocalTime::Ambiguous(at(before), at(after))
            }
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> TzOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> TzOffset {
        let at = instant(utc.and_utc().timestamp());
        self.ahead(at, self.0.clock.to_offset(at))
    }
}

impl Tz {
    fn ahead(self, at: Timestamp, offset: Offset) -> TzOffset {
        // chrono refuses a whole day or more, which no place has ever been ahead.
        let ahead = FixedOffset::east_opt(offset.seconds());
        TzOffset {
            zone: self,
            at,
            ahead: ahead.unwrap_or(chrono::Offset::fix(&chrono::Utc)),
        }
    }
}

/// chrono's calendar goes further than jiff's ten thousand years; beyond, offsets are those of its ends.
fn instant(seconds: i64) -> Timestamp {
    let within = seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(within).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn civil(local: &NaiveDateTime) -> DateTime {
    let small = |number: u32| i8::try_from(number).unwrap_or(0);
    let end = if local.year() < 0 {
        DateTime::MIN
    } else {
        DateTime::MAX
    };
    let year = i16::try_from(local.year());
    let date = |year| {
        let (month, day) = (small(local.month()), small(local.day()));
        let (hour, minute) = (small(local.hour()), small(local.minute()));
        DateTime::new(year, month, day, hour, minute, small(local.second()), 0)
    };
    year.ok().and_then(|year| date(year).ok()).unwrap_or(end)
}
