//! Calendar files: the days that an iCalendar text takes away.

use super::component::{Component, Tree};
use super::days::CalendarDays;
use super::error::{CalendarError, LineError, Oddity, shortened};
use super::event;
use super::filter::{EventFilter, unescaped};
use super::recur::Budget;
use super::series::Series;
use super::text;
use super::zones::Zones;
use crate::tz::Tz;
use chrono::{Datelike, NaiveDate};

/// A calendar of twenty years' holidays of a whole world has less.
const MOST_BYTES: usize = 8 << 20;

/// What is wanted of a calendar.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The first day and the last.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Which events count.
    pub events: &'a EventFilter,
    /// Where an instant in UTC is meant, in a file that names no zone.
    pub zone: Tz,
}

impl Wanted<'_> {
    /// Every event, with instants read as they stand.
    pub fn all(from: NaiveDate, to: NaiveDate) -> Wanted<'static> {
        static ALL: EventFilter = EventFilter::ALL;
        Wanted {
            from,
            to,
            events: &ALL,
            zone: Tz::UTC,
        }
    }
}

/// The days on which the calendar has an all-day event that counts, with names, and what was passed over.
///
/// An all-day event begins on a date (`DTSTART;VALUE=DATE`), or at local midnight (floating or with a
/// `TZID`) and ends at a midnight. `DTEND` is exclusive, `DURATION` counts whole days, neither is one
/// day. `RRULE` (DAILY to YEARLY with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYYEARDAY,
/// BYWEEKNO by ISO, BYSETPOS), `RDATE`, `EXDATE` and `RECURRENCE-ID` are followed; `DTSTART` is always
/// an occurrence, unless UNTIL lies before it. Of several versions of one event (UID) the one with the highest SEQUENCE
/// counts. Cancelled events (`STATUS:CANCELLED`) count for nothing.
///
/// An event with times otherwise takes no day away, however long it is. One whose midnights are UTC (`Z`) does only if
/// its program marked it as one that lasts all day, and they are midnights in the zone of the file. `TRANSP` is ignored:
/// public calendars call their holidays transparent. `EXRULE` and `RANGE=THISANDFUTURE` are not understood and passed
/// over.
///
/// What cannot be understood costs the event that it stands in, and is told with its line.
///
/// ```
/// use lamplighter_core::holidays::{Wanted, read_calendar};
///
/// let text = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Plant closed\n\
///              DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261226\n\
///              END:VEVENT\nEND:VCALENDAR\n";
/// let read = read_calendar(text, &Wanted::all("2026-01-01".parse()?, "2026-12-31".parse()?))?;
/// let days: Vec<String> = read.days.keys().map(ToString::to_string).collect();
/// assert_eq!(days, ["2026-12-24", "2026-12-25"]);
/// assert!(read.days.values().all(|name| name == "Plant closed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The text is no calendar, or was cut off. Work is bounded: events that would repeat absurdly often are an error, not a
/// wait.
pub fn read_calendar(content: &[u8], wanted: &Wanted<'_>) -> Result<CalendarDays, CalendarError> {
    if content.len() > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(CalendarError::TooLarge { most });
    }
    let content = text::without_marks(content);
    let start = text::lines(&content).next();
    let start = start.map_or(String::new(), |line| line.text);
    if !start.trim().eq_ignore_ascii_case("BEGIN:VCALENDAR") {
        return Err(CalendarError::NoCalendar(shortened(&start)));
    }
    let tree = Tree::read(text::lines(&content)).map_err(CalendarError::Broken)?;
    let mut budget = Budget::new();
    let calendars = tree.roots.iter().filter(|root| root.name == "VCALENDAR");
    let calendars: Vec<_> = calendars
        .map(|root| {
            (
                root,
                Zones::of(root, wanted.zone, wanted.from.year(), &mut budget),
            )
        })
        .collect();
    let mut events = Vec::new();
    for (root, zones) in &calendars {
        events.extend(root.children("VEVENT").map(|event| (event, zones)));
    }
    let series = Series::of(&events);
    let mut found = CalendarDays::of(wanted.from, wanted.to, tree.oddities);
    for (event, zones) in events {
        budget.next_event();
        add(&mut found, event, zones, &series, wanted, &mut budget);
        if budget.used_up() {
            return Err(CalendarError::RepeatsTooOften);
        }
    }
    found.oddities.sort_by_key(|oddity| oddity.line);
    Ok(found)
}

/// Adds the days of one event, or what became of it.
fn add(
    found: &mut CalendarDays,
    event: &Component,
    zones: &Zones,
    series: &Series<'_>,
    wanted: &Wanted<'_>,
    budget: &mut Budget,
) {
    found.tally.events += 1;
    let status = event.value("STATUS").unwrap_or_default();
    if status.eq_ignore_ascii_case("CANCELLED") {
        found.tally.cancelled += 1;
        return;
    }
    if series.is_superseded(event, zones) {
        found.tally.superseded += 1;
        return;
    }
    let (span, moved) = ((wanted.from, wanted.to), series.moved(event));
    match event::days(event, zones.of_event(event), moved, span, budget) {
        Ok(None) => found.tally.with_times += 1,
        Ok(Some(_)) if !wanted.events.takes(event) => found.tally.not_chosen += 1,
        Ok(Some(days)) if days.is_empty() => found.tally.elsewhen += 1,
        Ok(Some(days)) => {
            let name = shortened(&unescaped(event.value("SUMMARY").unwrap_or_default()));
            days.into_iter().for_each(|day| found.add(day, &name));
        }
        // Work that is used up is no fault of this event.
        Err(_) if budget.used_up() => {}
        // What would not count anyway need not be understood.
        Err(_) if !wanted.events.takes(event) => found.tally.not_chosen += 1,
        Err(error) => {
            found.tally.unreadable += 1;
            let known = ["SUMMARY", "UID", "DTSTART"]
                .iter()
                .find_map(|name| event.value(name));
            let title = shortened(&unescaped(known.unwrap_or("without a name")));
            let why = LineError::Event { title, error };
            let line = event.line;
            found.oddities.push(Oddity { line, why });
        }
    }
}
