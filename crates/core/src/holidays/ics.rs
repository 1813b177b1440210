//! Calendar files: the days that an iCalendar text takes away.

use std::collections::{BTreeSet, HashMap};

use crate::tz::{self, Tz};
use chrono::{Days, NaiveDate, TimeDelta};
use icalendar::parser::{Component, Property, read_components, unfold};

use super::error::{CalendarError, EventError, shortened};
use super::moment::{Moment, length};
use super::recur::{Budget, Rule};

/// A calendar of twenty years' holidays of a whole world has less.
const MOST_BYTES: usize = 8 << 20;
/// A calendar, its event, the event's alarm: three. The parser recurses, so that depth is bounded before it starts.
const DEEPEST: usize = 8;

/// The dates from `from` to `to` (both included) on which the calendar has an all-day event; sorted, each once.
///
/// An all-day event begins on a date (`DTSTART;VALUE=DATE`), or at local midnight (floating or with a
/// `TZID`) and ends at a midnight. `DTEND` is exclusive, `DURATION` counts whole days, neither is one
/// day. `RRULE` (DAILY to YEARLY with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYYEARDAY,
/// BYWEEKNO by ISO, BYSETPOS), `RDATE`, `EXDATE` and `RECURRENCE-ID` are followed; `DTSTART` is always
/// an occurrence. Cancelled events (`STATUS:CANCELLED`) count for nothing.
///
/// An event with times otherwise takes no day away, however long it is, nor does one whose midnights are
/// UTC (`Z`). `TRANSP` is ignored: public calendars call their holidays transparent. `EXRULE` and
/// `RANGE=THISANDFUTURE` are not understood and passed over.
///
/// ```
/// use lamplighter_core::holidays::read_calendar;
///
/// let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Plant closed\n\
///             DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261226\n\
///             END:VEVENT\nEND:VCALENDAR\n";
/// let days = read_calendar(text, "2026-01-01".parse()?, "2026-12-31".parse()?)?;
/// assert_eq!(days, ["2026-12-24".parse()?, "2026-12-25".parse()?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The text is no calendar, it is broken, or an all-day event cannot be understood. Work is bounded: a rule that
/// would repeat absurdly often is an error, not a wait.
pub fn read_calendar(
    text: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<NaiveDate>, CalendarError> {
    let text = text.trim_start_matches('\u{feff}');
    check_start(text)?;
    let unfolded = roots(text)?.into_iter().map(unfold).collect::<Vec<_>>();
    let mut parsed = Vec::new();
    for root in &unfolded {
        parsed.extend(read_components(root).map_err(|error| broken(root, &error))?);
    }
    let named = |c: &&Component<'_>, name: &str| c.name.as_str().eq_ignore_ascii_case(name);
    let calendars = parsed.iter().filter(|c| named(c, "VCALENDAR"));
    let events: Vec<_> = calendars
        .flat_map(|c| &c.components)
        .filter(|c| named(c, "VEVENT"))
        .collect();
    let moved = moved_days(&events);
    let mut days = BTreeSet::new();
    let mut budget = Budget::new();
    for event in events {
        add_event(event, &moved, (from, to), &mut days, &mut budget).map_err(|error| {
            let title = title(event);
            CalendarError::Event { title, error }
        })?;
    }
    Ok(days.into_iter().collect())
}

/// Refuses what is too large or does not begin as a calendar.
fn check_start(text: &str) -> Result<(), CalendarError> {
    if text.len() > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(CalendarError::TooLarge { most });
    }
    let start = text.lines().map(str::trim).find(|line| !line.is_empty());
    if !start.is_some_and(|line| line.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err(CalendarError::NoCalendar(shortened(start.unwrap_or(""))));
    }
    Ok(())
}

/// The calendars that lie one after another in the text: the parser takes one at a time.
///
/// Refuses BEGIN and END lines that do not match, before the parser sees them.
fn roots(text: &str) -> Result<Vec<&str>, CalendarError> {
    let mut roots = Vec::new();
    let mut open: Vec<(&str, usize)> = Vec::new();
    let (mut begun, mut at) = (0, 0);
    for (content, line) in text.split_inclusive('\n').zip(1..) {
        let line_at = at;
        at += content.len();
        // A continued line begins with a blank and is no BEGIN.
        let Some((property, name)) = content.split_once(':') else {
            continue;
        };
        let name = name.trim();
        if property.eq_ignore_ascii_case("BEGIN") {
            if open.is_empty() {
                begun = line_at;
            }
            open.push((name, line));
            if open.len() > DEEPEST {
                let deepest = DEEPEST;
                return Err(CalendarError::TooDeep { line, deepest });
            }
        } else if property.eq_ignore_ascii_case("END") {
            if !open
                .pop()
                .is_some_and(|(open, _)| open.eq_ignore_ascii_case(name))
            {
                let name = shortened(name);
                return Err(CalendarError::NotBegun { line, name });
            }
            if open.is_empty() {
                // Both are where a line begins or ends.
                roots.extend(text.get(begun..at));
            }
        }
    }
    match open.pop() {
        Some((name, line)) => {
            let name = shortened(name);
            Err(CalendarError::NotEnded { line, name })
        }
        None => Ok(roots),
    }
}

/// The parser's report spans several lines; what people need of it is the first line it names.
fn broken(text: &str, error: &str) -> CalendarError {
    let number = error
        .split("at line ")
        .nth(1)
        .and_then(|rest| rest.split(',').next());
    let line = number
        .and_then(|n| n.trim().parse::<usize>().ok())
        .and_then(|n| text.lines().nth(n.checked_sub(1)?));
    match line {
        Some(line) => CalendarError::BrokenLine(shortened(line)),
        None => CalendarError::Broken,
    }
}

/// What the event is called in a message.
fn title(event: &Component<'_>) -> String {
    let known = ["SUMMARY", "UID", "DTSTART"]
        .iter()
        .find_map(|name| value(event, name));
    shortened(known.unwrap_or("without a name"))
}

fn properties<'a>(
    event: &'a Component<'a>,
    name: &'a str,
) -> impl Iterator<Item = &'a Property<'a>> {
    event
        .properties
        .iter()
        .filter(move |p| p.name.as_str().eq_ignore_ascii_case(name))
}

fn value<'a>(event: &'a Component<'a>, name: &'a str) -> Option<&'a str> {
    properties(event, name)
        .next()
        .map(|p| p.val.as_str().trim())
}

/// The zone of the event's times, if it is one that is known.
fn zone(event: &Component<'_>) -> Option<Tz> {
    let start = properties(event, "DTSTART").next()?;
    let tzid = start
        .params
        .iter()
        .find(|p| p.key.as_str().eq_ignore_ascii_case("TZID"))?;
    tz::named(tzid.val.as_ref()?.as_str().trim_matches('"'))
}

/// The occurrences that another event replaces (RECURRENCE-ID), by UID.
fn moved_days<'a>(events: &[&'a Component<'a>]) -> HashMap<&'a str, BTreeSet<NaiveDate>> {
    let mut moved: HashMap<_, BTreeSet<_>> = HashMap::new();
    for event in events {
        let day = value(event, "RECURRENCE-ID")
            .and_then(Moment::parse)
            .map(|m| m.day(zone(event)));
        if let (Some(uid), Some(day)) = (value(event, "UID"), day) {
            moved.entry(uid).or_default().insert(day);
        }
    }
    moved
}

/// Adds the days of one event that lie in the span.
fn add_event(
    event: &Component<'_>,
    moved: &HashMap<&str, BTreeSet<NaiveDate>>,
    (from, to): (NaiveDate, NaiveDate),
    days: &mut BTreeSet<NaiveDate>,
    budget: &mut Budget,
) -> Result<(), EventError> {
    if value(event, "STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(());
    }
    let start = value(event, "DTSTART").ok_or(EventError::NoStart)?;
    let start = moment("DTSTART", start)?;
    let Some(length) = whole_days(event, start)? else {
        return Ok(());
    };
    let mut skipped = listed(event, "EXDATE")?;
    if value(event, "RECURRENCE-ID").is_none() {
        skipped.extend(
            value(event, "UID")
                .and_then(|uid| moved.get(uid))
                .into_iter()
                .flatten(),
        );
    }
    for first in begins(event, start.date, to, budget)? {
        if skipped.contains(&first) {
            continue;
        }
        let end = first
            .checked_add_days(Days::new(length))
            .unwrap_or(NaiveDate::MAX);
        let within = first
            .max(from)
            .iter_days()
            .take_while(|day| *day < end && *day <= to);
        for day in within {
            budget.spend()?;
            days.insert(day);
        }
    }
    Ok(())
}

/// The days on which the event begins, up to `to`.
fn begins(
    event: &Component<'_>,
    start: NaiveDate,
    to: NaiveDate,
    budget: &mut Budget,
) -> Result<BTreeSet<NaiveDate>, EventError> {
    let mut begins = listed(event, "RDATE")?;
    begins.insert(start);
    for rule in properties(event, "RRULE") {
        let rule = Rule::parse(rule.val.as_str(), |text| {
            Some(Moment::parse(text)?.day(zone(event)))
        })?;
        begins.extend(rule.days(start, to, budget)?);
    }
    Ok(begins)
}

/// The date, or the date and time, that a property has for its value.
fn moment(property: &'static str, text: &str) -> Result<Moment, EventError> {
    Moment::parse(text).ok_or_else(|| {
        let value = shortened(text);
        EventError::NoDate { property, value }
    })
}

/// The days of every EXDATE or RDATE; of a period, the day it begins.
fn listed(
    event: &Component<'_>,
    property: &'static str,
) -> Result<BTreeSet<NaiveDate>, EventError> {
    let zone = zone(event);
    let values = properties(event, property).flat_map(|p| p.val.as_str().split(','));
    let values = values.filter(|text| !text.trim().is_empty());
    let day = |text: &str| {
        let begin = text.split('/').next().and_then(Moment::parse);
        begin.map(|m| m.day(zone)).ok_or_else(|| {
            let value = shortened(text);
            EventError::NoDateInList { property, value }
        })
    };
    values.map(day).collect()
}

/// How many whole days each occurrence lasts; `None`: it is no all-day event.
fn whole_days(event: &Component<'_>, start: Moment) -> Result<Option<u64>, EventError> {
    let all_day = start.time.is_none();
    if !all_day && !start.is_local_midnight() {
        return Ok(None);
    }
    let length = if let Some(end) = value(event, "DTEND") {
        let end = moment("DTEND", end)?;
        if !all_day && !end.is_local_midnight() {
            return Ok(None);
        }
        end.date.signed_duration_since(start.date)
    } else if let Some(text) = value(event, "DURATION") {
        length(text).ok_or_else(|| EventError::NoLength(shortened(text)))?
    } else {
        TimeDelta::days(i64::from(all_day))
    };
    if length < TimeDelta::zero() {
        return Err(EventError::EndsBeforeItBegins);
    }
    if !all_day && (length.is_zero() || length != TimeDelta::days(length.num_days())) {
        return Ok(None);
    }
    // Some programs end a one-day event on its own day, which the standard does not allow.
    Ok(Some(length.num_days().max(1).unsigned_abs()))
}
