//! Calendar files: the days that an iCalendar text takes away.

use std::collections::{BTreeSet, HashMap};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use icalendar::parser::{Component, Property, read_components, unfold};

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
/// UTC (`Z`). `TRANSP` is not looked at: public calendars call their holidays transparent. `EXRULE` and
/// `RANGE=THISANDFUTURE` are not understood and passed over.
///
/// # Errors
///
/// One line that names what is wrong: the text is no calendar, it is broken (with the line's number where
/// that helps), or an all-day event cannot be understood. Work is bounded: a rule that would repeat
/// absurdly often is an error, not a wait.
pub fn read_calendar(text: &str, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>, String> {
    let text = text.trim_start_matches('\u{feff}');
    check_start(text)?;
    let unfolded = roots(text)?.into_iter().map(unfold).collect::<Vec<_>>();
    let mut parsed = Vec::new();
    for root in &unfolded {
        parsed.extend(read_components(root).map_err(|error| broken(root, &error))?);
    }
    let named = |c: &&Component, name: &str| c.name.as_str().eq_ignore_ascii_case(name);
    let calendars = parsed.iter().filter(|c| named(c, "VCALENDAR"));
    let events: Vec<_> = calendars
        .flat_map(|c| &c.components)
        .filter(|c| named(c, "VEVENT"))
        .collect();
    let moved = moved_days(&events);
    let mut days = BTreeSet::new();
    let mut budget = Budget::new();
    for event in events {
        add_event(event, &moved, (from, to), &mut days, &mut budget)
            .map_err(|error| format!("the event {} cannot be read: {error}", title(event)))?;
    }
    Ok(days.into_iter().collect())
}

/// Refuses what is too large or does not begin as a calendar.
fn check_start(text: &str) -> Result<(), String> {
    if text.len() > MOST_BYTES {
        return Err(format!(
            "the calendar is larger than {} MiB",
            MOST_BYTES >> 20
        ));
    }
    let start = text.lines().map(str::trim).find(|line| !line.is_empty());
    if !start.is_some_and(|line| line.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        let start = cut(start.unwrap_or(""));
        return Err(format!(
            "this is no iCalendar text: it begins with {start:?}, not BEGIN:VCALENDAR"
        ));
    }
    Ok(())
}

/// The calendars that lie one after another in the text: the parser takes one at a time.
///
/// Refuses BEGIN and END lines that do not match, before the parser sees them.
fn roots(text: &str) -> Result<Vec<&str>, String> {
    let mut roots = Vec::new();
    let mut open: Vec<(&str, usize)> = Vec::new();
    let (mut begun, mut at) = (0, 0);
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let line_at = at;
        at += line.len();
        // A continued line begins with a blank and is no BEGIN.
        let Some((word, name)) = line.split_once(':') else {
            continue;
        };
        let name = name.trim();
        if word.eq_ignore_ascii_case("BEGIN") {
            if open.is_empty() {
                begun = line_at;
            }
            open.push((name, number));
            if open.len() > DEEPEST {
                return Err(format!(
                    "line {number}: components lie more than {DEEPEST} deep"
                ));
            }
        } else if word.eq_ignore_ascii_case("END") {
            if !open
                .pop()
                .is_some_and(|(open, _)| open.eq_ignore_ascii_case(name))
            {
                return Err(format!(
                    "line {number}: END:{} without its BEGIN",
                    cut(name)
                ));
            }
            if open.is_empty() {
                // Both are where a line begins or ends.
                roots.extend(text.get(begun..at));
            }
        }
    }
    match open.pop() {
        Some((name, number)) => Err(format!(
            "line {number}: BEGIN:{} without its END",
            cut(name)
        )),
        None => Ok(roots),
    }
}

/// The parser's report spans several lines; what people need of it is the first line it names.
fn broken(text: &str, error: &str) -> String {
    let number = error
        .split("at line ")
        .nth(1)
        .and_then(|rest| rest.split(',').next());
    let line = number
        .and_then(|n| n.trim().parse::<usize>().ok())
        .and_then(|n| text.lines().nth(n.checked_sub(1)?));
    match line {
        Some(line) => format!("the calendar is broken at the line {:?}", cut(line)),
        None => "the calendar is broken".to_owned(),
    }
}

/// Text of the file as a message may show it.
fn cut(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect()
}

/// What the event is called in a message.
fn title(event: &Component) -> String {
    let known = ["SUMMARY", "UID", "DTSTART"]
        .iter()
        .find_map(|name| value(event, name));
    format!("{:?}", cut(known.unwrap_or("without a name")))
}

fn properties<'a>(event: &'a Component, name: &'a str) -> impl Iterator<Item = &'a Property<'a>> {
    event
        .properties
        .iter()
        .filter(move |p| p.name.as_str().eq_ignore_ascii_case(name))
}

fn value<'a>(event: &'a Component, name: &'a str) -> Option<&'a str> {
    properties(event, name)
        .next()
        .map(|p| p.val.as_str().trim())
}

/// A date, or a date and time.
#[derive(Clone, Copy)]
struct Moment {
    date: NaiveDate,
    /// `None`: the whole day.
    time: Option<NaiveTime>,
    utc: bool,
}

impl Moment {
    /// `20260404`, `20260404T000000`, `20260404T000000Z`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let utc = text.ends_with(['Z', 'z']);
        let plain = text.trim_end_matches(['Z', 'z']);
        if !plain
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'T' || b == b't')
        {
            return None;
        }
        let (date, time) = plain.split_at_checked(8)?;
        let date = NaiveDate::parse_from_str(date, "%Y%m%d").ok()?;
        let time = match time.strip_prefix(['T', 't']) {
            Some(time) if time.len() == 6 => Some(NaiveTime::parse_from_str(time, "%H%M%S").ok()?),
            None if time.is_empty() => None,
            _ => return None,
        };
        Some(Self { date, time, utc })
    }

    /// The day it falls on where the event is: UNTIL and EXDATE are often UTC where DTSTART is local.
    fn day(self, zone: Option<Tz>) -> NaiveDate {
        match (self.time, zone) {
            (Some(time), Some(zone)) if self.utc => {
                let utc = NaiveDateTime::new(self.date, time).and_utc();
                utc.with_timezone(&zone).date_naive()
            }
            _ => self.date,
        }
    }

    fn is_local_midnight(self) -> bool {
        self.time == Some(NaiveTime::MIN) && !self.utc
    }
}

/// The zone of the event's times, if it is one that is known.
fn zone(event: &Component) -> Option<Tz> {
    let start = properties(event, "DTSTART").next()?;
    let tzid = start
        .params
        .iter()
        .find(|p| p.key.as_str().eq_ignore_ascii_case("TZID"))?;
    tzid.val.as_ref()?.as_str().trim_matches('"').parse().ok()
}

/// The occurrences that another event replaces (RECURRENCE-ID), by UID.
fn moved_days<'a>(events: &[&'a Component]) -> HashMap<&'a str, BTreeSet<NaiveDate>> {
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
    event: &Component,
    moved: &HashMap<&str, BTreeSet<NaiveDate>>,
    (from, to): (NaiveDate, NaiveDate),
    days: &mut BTreeSet<NaiveDate>,
    budget: &mut Budget,
) -> Result<(), String> {
    if value(event, "STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(());
    }
    let start = value(event, "DTSTART").ok_or("it has no DTSTART")?;
    let start =
        Moment::parse(start).ok_or_else(|| format!("DTSTART is {:?}, no date", cut(start)))?;
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
        let seen = first
            .max(from)
            .iter_days()
            .take_while(|day| *day < end && *day <= to);
        for day in seen {
            budget.spend()?;
            days.insert(day);
        }
    }
    Ok(())
}

/// The days on which the event begins, up to `to`.
fn begins(
    event: &Component,
    start: NaiveDate,
    to: NaiveDate,
    budget: &mut Budget,
) -> Result<BTreeSet<NaiveDate>, String> {
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

/// The days of every EXDATE or RDATE; of a period, the day it begins.
fn listed(event: &Component, name: &str) -> Result<BTreeSet<NaiveDate>, String> {
    let zone = zone(event);
    let values = properties(event, name).flat_map(|p| p.val.as_str().split(','));
    let values = values.filter(|text| !text.trim().is_empty());
    let day = |text: &str| {
        let begin = text.split('/').next().and_then(Moment::parse);
        begin
            .map(|m| m.day(zone))
            .ok_or_else(|| format!("{name} has {:?}, no date", cut(text)))
    };
    values.map(day).collect()
}

/// How many whole days each occurrence lasts; `None`: it is no all-day event.
fn whole_days(event: &Component, start: Moment) -> Result<Option<u64>, String> {
    let all_day = start.time.is_none();
    if !all_day && !start.is_local_midnight() {
        return Ok(None);
    }
    let length = if let Some(end) = value(event, "DTEND") {
        let end = Moment::parse(end).ok_or_else(|| format!("DTEND is {:?}, no date", cut(end)))?;
        if !all_day && !end.is_local_midnight() {
            return Ok(None);
        }
        end.date.signed_duration_since(start.date)
    } else if let Some(text) = value(event, "DURATION") {
        duration(text).ok_or_else(|| format!("DURATION is {:?}, no length of time", cut(text)))?
    } else {
        TimeDelta::days(i64::from(all_day))
    };
    if length < TimeDelta::zero() {
        return Err("it ends before it begins".to_owned());
    }
    if !all_day && (length.is_zero() || length != TimeDelta::days(length.num_days())) {
        return Ok(None);
    }
    // Some programs end a one-day event on its own day, which the standard does not allow.
    Ok(Some(length.num_days().max(1).unsigned_abs()))
}

/// `P1D`, `P2W`, `P1DT12H`, `-PT5M`.
fn duration(text: &str) -> Option<TimeDelta> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut seconds: i64 = 0;
    let mut number: Option<i64> = None;
    for c in text.strip_prefix(['P', 'p'])?.chars() {
        let unit = match c.to_ascii_uppercase() {
            'T' if number.is_none() => continue,
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => {
                let digit = i64::from(c.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    match number {
        Some(_) => None,
        None => TimeDelta::try_seconds(seconds.checked_mul(sign)?),
    }
}
