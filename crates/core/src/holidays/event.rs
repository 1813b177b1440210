//! One event of a calendar: the days that it takes away.

use super::component::{Component, Property};
use super::error::{EventError, shortened};
use super::moment::{Moment, length};
use super::recur::{Budget, Rule};
use super::zones::EventZones;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use std::collections::BTreeSet;

/// The programs' own marks of an event that lasts all day: Microsoft's two, Funambol's and Atlassian's.
const ALL_DAY_MARKS: [&str; 4] = [
    "X-MICROSOFT-CDO-ALLDAYEVENT",
    "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT",
    "X-FUNAMBOL-ALLDAY",
    "EVENT-ALLDAY",
];

/// Whole days from a first one.
struct Extent<'a> {
    first: NaiveDate,
    length: u64,
    zones: EventZones<'a>,
}

/// The days of one event from `from` to `to`, without the occurrences that were `moved`; `None`: it is not about whole
/// days.
pub(super) fn days(
    event: &Component,
    zones: EventZones<'_>,
    moved: Option<&BTreeSet<NaiveDate>>,
    (from, to): (NaiveDate, NaiveDate),
    budget: &mut Budget,
) -> Result<Option<BTreeSet<NaiveDate>>, EventError> {
    if !event.whole {
        return Err(EventError::NotEnded);
    }
    let Some(extent) = extent(event, zones)? else {
        return Ok(None);
    };
    let mut skipped = listed(event, "EXDATE", &extent.zones)?;
    skipped.extend(moved.into_iter().flatten());
    let mut days = BTreeSet::new();
    for first in begins(event, &extent, to, budget)? {
        if skipped.contains(&first) {
            continue;
        }
        let end = first.checked_add_days(Days::new(extent.length));
        let end = end.unwrap_or(NaiveDate::MAX);
        let within = first.max(from).iter_days();
        for day in within.take_while(|day| *day < end && *day <= to) {
            budget.spend()?;
            days.insert(day);
        }
    }
    Ok(Some(days))
}

/// The day of the occurrence that this event replaces.
pub(super) fn replaced(event: &Component, zones: &EventZones<'_>) -> Option<NaiveDate> {
    let moment = Moment::parse(event.value("RECURRENCE-ID")?)?;
    Some(zones.day(moment))
}

/// The days of the occurrences that the event leaves out, as far as they can be read.
pub(super) fn left_out(event: &Component, zones: &EventZones<'_>) -> BTreeSet<NaiveDate> {
    listed(event, "EXDATE", zones).unwrap_or_default()
}

/// The days on which the event begins, up to `to`.
fn begins(
    event: &Component,
    extent: &Extent<'_>,
    to: NaiveDate,
    budget: &mut Budget,
) -> Result<BTreeSet<NaiveDate>, EventError> {
    // One occurrence is one, though some programs repeat the rule of the series with it.
    if event.value("RECURRENCE-ID").is_some() {
        return Ok(BTreeSet::from([extent.first]));
    }
    let mut begins = listed(event, "RDATE", &extent.zones)?;
    let (mut rules, mut never) = (0, 0);
    for property in event.all("RRULE") {
        let day_of = |text: &str| Some(extent.zones.day(Moment::parse(text)?));
        let rule = Rule::parse(&property.value, day_of).map_err(|error| {
            let line = property.line;
            EventError::Rule { line, error }
        })?;
        let Some(rule) = rule else {
            continue;
        };
        rules += 1;
        match rule.never_happens(extent.first) {
            true => never += 1,
            false => begins.extend(rule.days(extent.first, to, budget)?),
        }
    }
    if rules == 0 || never < rules {
        begins.insert(extent.first);
    }
    Ok(begins)
}

/// The date, or the date and time, that a property has for its value.
fn moment(name: &'static str, property: &Property) -> Result<Moment, EventError> {
    let moment = Moment::parse(&property.value).ok_or_else(|| EventError::NoDate {
        property: name,
        line: property.line,
        value: shortened(&property.value),
    })?;
    // Some programs write a midnight behind what they call a date.
    let is_date = property
        .param("VALUE")
        .is_some_and(|value| value.eq_ignore_ascii_case("DATE"));
    Ok(match is_date && moment.time == Some(NaiveTime::MIN) {
        true => moment.day(),
        false => moment,
    })
}

/// The days of every EXDATE or RDATE; of a period, the day it begins.
fn listed(
    event: &Component,
    name: &'static str,
    zones: &EventZones<'_>,
) -> Result<BTreeSet<NaiveDate>, EventError> {
    let mut days = BTreeSet::new();
    for property in event.all(name) {
        let texts = property
            .value
            .split(',')
            .filter(|text| !text.trim().is_empty());
        for text in texts {
            let begin = text.split('/').next().and_then(Moment::parse);
            let begin = begin.ok_or_else(|| EventError::NoDateInList {
                property: name,
                line: property.line,
                value: shortened(text),
            })?;
            days.insert(zones.day(begin));
        }
    }
    Ok(days)
}

/// Which whole days the first occurrence lasts; `None`: it is no all-day event.
fn extent<'a>(event: &Component, zones: EventZones<'a>) -> Result<Option<Extent<'a>>, EventError> {
    let start = event.first("DTSTART").ok_or(EventError::NoStart)?;
    let start = moment("DTSTART", start)?;
    let end = event
        .first("DTEND")
        .map(|end| moment("DTEND", end))
        .transpose()?;
    let lasts = match (end, event.first("DURATION")) {
        (None, Some(property)) => {
            let lasts = length(&property.value).ok_or_else(|| EventError::NoLength {
                line: property.line,
                value: shortened(&property.value),
            })?;
            Some(lasts)
        }
        _ => None,
    };
    let marked = is_marked(event);
    if let Some(utc) = start.utc() {
        let end = end.map(|end| end.utc().unwrap_or(NaiveDateTime::from(end.date)));
        let end = end.or_else(|| utc.checked_add_signed(lasts?));
        return match marked {
            true => in_utc(utc, end, zones),
            false => Ok(None),
        };
    }
    let all_day = start.time.is_none();
    if !all_day && !start.is_local_midnight() {
        return Ok(None);
    }
    let lasts = match (end, lasts) {
        (Some(end), _) => match whole_end(end, all_day, marked) {
            Some(end) => end.signed_duration_since(start.date),
            None => return Ok(None),
        },
        (None, Some(lasts)) => lasts,
        (None, None) => TimeDelta::days(i64::from(all_day || marked)),
    };
    if lasts < TimeDelta::zero() {
        return Err(EventError::EndsBeforeItBegins);
    }
    let whole = lasts == TimeDelta::days(lasts.num_days());
    if !all_day && (!whole || (lasts.is_zero() && !marked)) {
        return Ok(None);
    }
    Ok(Some(Extent {
        first: start.date,
        // Some programs end a one-day event on its own day, which the standard does not allow.
        length: lasts.num_days().max(1).unsigned_abs(),
        zones,
    }))
}

/// The day before which an event ends that begins with a day; `None`: it ends within one.
fn whole_end(end: Moment, all_day: bool, marked: bool) -> Option<NaiveDate> {
    let last_minute = end.time.filter(|_| marked).is_some_and(is_last_minute);
    match last_minute {
        true => end.date.succ_opt(),
        false => (all_day || end.is_local_midnight()).then_some(end.date),
    }
}

fn is_last_minute(time: NaiveTime) -> bool {
    time.format("%H:%M").to_string() == "23:59"
}

/// Microsoft and others write an all-day event as two instants, which are midnights where it was written.
fn in_utc(
    start: NaiveDateTime,
    end: Option<NaiveDateTime>,
    zones: EventZones<'_>,
) -> Result<Option<Extent<'_>>, EventError> {
    let end = end.filter(|end| *end != start);
    let Some(end) = end.or_else(|| start.checked_add_signed(TimeDelta::days(1))) else {
        return Ok(None);
    };
    if end < start {
        return Err(EventError::EndsBeforeItBegins);
    }
    // One that ends with the last minute or second of a day.
    let minute = TimeDelta::minutes(1);
    let up = end
        .checked_add_signed(minute)
        .map(|end| end - TimeDelta::seconds(end.and_utc().timestamp() % 60));
    let ends = [Some(end), up].into_iter().flatten();
    let mut found = ends.filter_map(|end| zones.whole_days(start, end));
    Ok(found.next().map(|(zones, first, end)| Extent {
        first,
        length: end
            .signed_duration_since(first)
            .num_days()
            .max(1)
            .unsigned_abs(),
        zones,
    }))
}

/// Whether the program that wrote the event marked it as one that lasts all day.
fn is_marked(event: &Component) -> bool {
    let set = |value: &str| {
        ["TRUE", "1", "YES"]
            .iter()
            .any(|yes| yes.eq_ignore_ascii_case(value))
    };
    ALL_DAY_MARKS
        .iter()
        .any(|mark| event.value(mark).is_some_and(set))
}
