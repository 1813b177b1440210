//! The zones of a calendar file: where its instants in UTC are a local day.

use super::component::Component;
use super::moment::Moment;
use super::recur::{Budget, Rule};
use crate::tz::{self, Tz};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use std::borrow::Cow;

/// A zone, known by its name or described in the file.
#[derive(Clone)]
pub(super) enum Zone {
    Known(Tz),
    /// The instants (in UTC) from which each time ahead of UTC holds, sorted, and what holds before the first.
    Described {
        before: TimeDelta,
        changes: Vec<(NaiveDateTime, TimeDelta)>,
    },
}

impl Zone {
    const UTC: Zone = Zone::Described {
        before: TimeDelta::zero(),
        changes: Vec::new(),
    };

    fn local(&self, utc: NaiveDateTime) -> NaiveDateTime {
        match self {
            Zone::Known(zone) => {
                let instant: DateTime<Utc> = utc.and_utc();
                instant.with_timezone(zone).naive_local()
            }
            Zone::Described { before, changes } => {
                let now = changes.iter().rev().find(|(from, _)| *from <= utc);
                let ahead = now.map_or(*before, |(_, ahead)| *ahead);
                utc.checked_add_signed(ahead).unwrap_or(utc)
            }
        }
    }

    fn is_midnight(&self, utc: NaiveDateTime) -> bool {
        self.local(utc).time() == NaiveTime::MIN
    }
}

/// The zones that one calendar names.
pub(super) struct Zones {
    /// Of its `VTIMEZONE`s, by `TZID`.
    own: Vec<(String, Zone)>,
    /// `X-WR-TIMEZONE`.
    whole: Option<Zone>,
    /// Of the platform, for a file that names none.
    default: Zone,
}

impl Zones {
    /// `first_year`: of the days that are asked for.
    pub fn of(calendar: &Component, default: Tz, first_year: i32, budget: &mut Budget) -> Zones {
        let mut own = Vec::new();
        for described in calendar.children("VTIMEZONE") {
            let id = described.value("TZID").unwrap_or_default();
            let place = described.value("X-LIC-LOCATION");
            // Names are kept up to date; what a file says of its zone may be as old as the file.
            let zone = known(id).or_else(|| place.and_then(known));
            let zone = zone.or_else(|| describe(described, first_year, budget));
            own.extend(zone.map(|zone| (id.to_owned(), zone)));
        }
        let mut zones = Zones {
            own,
            whole: None,
            default: Zone::Known(default),
        };
        let whole = calendar.value("X-WR-TIMEZONE");
        zones.whole = whole.and_then(|id| zones.find(id)).map(Cow::into_owned);
        zones
    }

    fn find(&self, id: &str) -> Option<Cow<'_, Zone>> {
        let own = self.own.iter().find(|(own, _)| own == id);
        let own = own.map(|(_, zone)| Cow::Borrowed(zone));
        own.or_else(|| known(id).or_else(|| by_offset(id)).map(Cow::Owned))
    }

    /// Where an event's instants in UTC may be meant, the likeliest first.
    pub fn of_event(&self, event: &Component) -> EventZones<'_> {
        let named = |name: &str| {
            let id = event.first(name)?.param("TZID")?;
            self.find(id)
        };
        if let Some(zone) = named("DTSTART") {
            return EventZones {
                zones: vec![zone],
                exact: true,
            };
        }
        let others = ["DTEND", "EXDATE", "RECURRENCE-ID", "RDATE"];
        let mut zones: Vec<_> = others.into_iter().filter_map(named).collect();
        zones.extend(self.whole.as_ref().map(Cow::Borrowed));
        zones.extend(self.own.iter().map(|(_, zone)| Cow::Borrowed(zone)));
        if zones.is_empty() {
            zones.push(Cow::Borrowed(&self.default));
        }
        zones.push(Cow::Owned(Zone::UTC));
        EventZones {
            zones,
            exact: false,
        }
    }
}

/// Where the instants of one event may be meant.
#[derive(Clone)]
pub(super) struct EventZones<'a> {
    zones: Vec<Cow<'a, Zone>>,
    /// The event names its zone.
    exact: bool,
}

impl<'a> EventZones<'a> {
    /// The day a moment falls on where the event is: UNTIL and EXDATE are often UTC where DTSTART is a date.
    pub fn day(&self, moment: Moment) -> NaiveDate {
        let Some(utc) = moment.utc() else {
            return moment.date;
        };
        let last_second = utc.time() == NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
        if last_second && !self.exact {
            // Written by hand or without a zone in mind: the end of the day that stands there.
            return moment.date;
        }
        let midnight = self.zones.iter().find(|zone| zone.is_midnight(utc));
        let zone = midnight.or(self.zones.first());
        zone.map_or(moment.date, |zone| zone.local(utc).date())
    }

    /// The first zone in which something lasts from one midnight to another, and the two days.
    pub fn whole_days(
        &self,
        start: NaiveDateTime,
        end: NaiveDateTime,
    ) -> Option<(EventZones<'a>, NaiveDate, NaiveDate)> {
        let fits = |zone: &&Cow<'_, Zone>| zone.is_midnight(start) && zone.is_midnight(end);
        let zone = self.zones.iter().find(fits)?;
        let only = EventZones {
            zones: vec![zone.clone()],
            exact: true,
        };
        Some((only, zone.local(start).date(), zone.local(end).date()))
    }
}

/// A zone by its name: IANA's, Windows', or either behind the prefix of a program (`/mozilla.org/20050126_1/`).
fn known(id: &str) -> Option<Zone> {
    let id = id.trim().trim_matches('"');
    let tails = id.match_indices('/').filter_map(|(at, _)| id.get(at + 1..));
    let mut names = std::iter::once(id).chain(tails);
    names.find_map(by_name).map(Zone::Known)
}

fn by_name(name: &str) -> Option<Tz> {
    // `CET` and its like too, which no owner may write in a tag.
    tz::named(&name.replace(' ', "_")).or_else(|| tz::windows(name))
}

/// `(UTC+01:00) Amsterdam, Berlin`, `GMT+0100`, `UTC-5`.
fn by_offset(id: &str) -> Option<Zone> {
    let text = id.trim_start_matches(['(', '"', ' ']);
    let text = text
        .strip_prefix("UTC")
        .or_else(|| text.strip_prefix("GMT"))?;
    let of_offset = |c: &char| c.is_ascii_digit() || matches!(c, '+' | '-' | ':');
    let text: String = text
        .chars()
        .take_while(of_offset)
        .filter(|c| *c != ':')
        .collect();
    let digits = match text.len() {
        2 => format!("{}0{}00", text.get(..1)?, text.get(1..)?),
        3 => format!("{text}00"),
        _ => text,
    };
    Some(Zone::Described {
        before: offset(&digits)?,
        changes: Vec::new(),
    })
}

/// `+0100`, `-0330`, `+013015`.
fn offset(text: &str) -> Option<TimeDelta> {
    let (sign, digits) = match text.trim().split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| {
        digits
            .get(at..at + 2)
            .map_or(0, |two| two.parse().unwrap_or(0))
    };
    TimeDelta::try_seconds(sign * (part(0) * 3_600 + part(2) * 60 + part(4)))
}

/// A zone as its `STANDARD` and `DAYLIGHT` describe it, from some years before the days that are asked for.
fn describe(zone: &Component, first_year: i32, budget: &mut Budget) -> Option<Zone> {
    let mut changes = Vec::new();
    let mut before = None;
    for part in zone.children("STANDARD").chain(zone.children("DAYLIGHT")) {
        let from = offset(part.value("TZOFFSETFROM")?)?;
        let to = offset(part.value("TZOFFSETTO")?)?;
        let start = Moment::parse(part.value("DTSTART")?)?;
        before = before.or(Some(from));
        for day in onsets(part, start.date, first_year, budget)? {
            let local = NaiveDateTime::new(day, start.time.unwrap_or_default());
            changes.push((local.checked_sub_signed(from)?, to));
        }
    }
    changes.sort_by_key(|(from, _)| *from);
    Some(Zone::Described {
        before: before?,
        changes,
    })
}

/// Years of a zone that are worked out before and after the first day that is asked for.
const YEARS: (i32, i32) = (2, 12);

/// The days on which one part of a zone begins to hold.
fn onsets(
    part: &Component,
    start: NaiveDate,
    first_year: i32,
    budget: &mut Budget,
) -> Option<Vec<NaiveDate>> {
    let day_of = |text: &str| Moment::parse(text).map(|moment| moment.date);
    let mut days = vec![start];
    let listed = part.all("RDATE").flat_map(|listed| listed.value.split(','));
    days.extend(listed.filter_map(day_of));
    for rule in part.all("RRULE") {
        let Some(rule) = Rule::parse(&rule.value, day_of).ok()? else {
            continue;
        };
        // Outlook's zones begin in 1601: not every year of them need be walked.
        let near = match rule.is_yearly() {
            true => start.year().max(first_year - YEARS.0),
            false => start.year(),
        };
        let near = NaiveDate::from_ymd_opt(near, start.month(), start.day().min(28))?;
        let last = NaiveDate::from_ymd_opt(first_year + YEARS.1, 12, 31)?;
        if !rule.never_happens(near) {
            // The first is where the walk begins, and no change of the clocks.
            days.extend(rule.days(near, last, budget).ok()?.into_iter().skip(1));
        }
    }
    Some(days)
}
