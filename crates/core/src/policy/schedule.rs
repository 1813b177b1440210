//! The grammar of `lamp-schedule`.

use super::cursor::Cursor;
use super::error::TagError;
use super::fault::Fault;
use super::layer::Layer;
use super::print::{self, verb};
use super::suggest::{correct, nearest};
use super::weekdays::{self, named};
use super::whole::{EXPECTED, by_name, whole};
use super::{cron, days, habits, simple, slips, time, zone};
use crate::schedule::{Days, EdgeRule, Power, Rules, Schedule, When, Window};
use crate::tz::Tz;
use std::collections::BTreeMap;

const EVERY_DAY: Days = weekdays::GROUPS[0].1;

/// Reads one schedule, as `lamp-schedule` holds it, that refers to no other by name.
///
/// ```
/// use lamplighter_core::policy::read_schedule;
/// use lamplighter_core::tz::Tz;
///
/// let schedule = read_schedule("weekdays 8:00-19:00; stop daily 23:00", Tz::UTC)?;
/// assert_eq!(schedule.to_string(), "Mon-Fri 08:00-19:00; stop daily 23:00 UTC");
///
/// let error = read_schedule("Mon-Fri 9-5", Tz::UTC).unwrap_err();
/// assert_eq!(error.column, 9);
/// assert_eq!(error.suggestion.as_deref(), Some("Mon-Fri 09:00-17:00"));
/// # Ok::<(), lamplighter_core::policy::TagError>(())
/// ```
///
/// # Errors
/// Where reading stopped, and what would read. The error's `tag` is empty and its layer `Default`.
pub fn read_schedule(text: &str, default_zone: Tz) -> Result<Schedule, TagError> {
    let none = BTreeMap::new();
    let parse = |text: &str| parse(text, default_zone, &none);
    parse(text).map_err(|fault| {
        let place = ("", Layer::Default, text);
        TagError::of(place, fault, correct(text, parse), true)
    })
}

/// Reads a whole schedule; it may be one of `schedules`, by its name.
pub(super) fn parse(
    text: &str,
    default_zone: Tz,
    schedules: &BTreeMap<String, Schedule>,
) -> Result<Schedule, Fault> {
    simple::plain(text)?;
    if let Some(fault) = habits::quoted(text) {
        return Err(fault);
    }
    let mut cursor = Cursor::new(text);
    cursor.skip_space();
    if let Some(known) = by_name(&mut cursor, schedules) {
        let zone = end(&mut cursor, known.zone)?;
        return Ok(Schedule::new(known.rules.clone(), zone));
    }
    if let Some(rules) = whole(&mut cursor, schedules)? {
        let zone = end(&mut cursor, default_zone)?;
        return Ok(Schedule::new(rules, zone));
    }
    let mut parser = Parser {
        cursor,
        windows: vec![],
        edges: vec![],
        last: Last::Nothing,
        begun: 0,
        bare: None,
    };
    let zone = parser.rules(default_zone)?;
    let rules = Rules::Timed {
        windows: parser.windows,
        edges: parser.edges,
    };
    Ok(Schedule::new(rules, zone))
}

fn end(cursor: &mut Cursor, default_zone: Tz) -> Result<Tz, Fault> {
    cursor.skip_space();
    match cursor.peek() {
        None => Ok(default_zone),
        Some(_) => zone::read(cursor),
    }
}

/// The rule before a separator: what a time after it may mean depends on it.
#[derive(Clone, Copy)]
enum Last {
    Nothing,
    Window(Days),
    Edge { power: Power, days: Days },
    Cron(Power),
}

struct Parser {
    cursor: Cursor,
    windows: Vec<Window>,
    edges: Vec<EdgeRule>,
    last: Last,
    /// Where the present rule begins.
    begun: usize,
    /// Where the last rule stands, if it is a window without days of its own.
    bare: Option<(usize, usize)>,
}

impl Parser {
    /// Reads rules to the end of the value, then the zone.
    fn rules(&mut self, default_zone: Tz) -> Result<Tz, Fault> {
        self.rule(None).map_err(|fault| {
            let begin = Cursor::beginning_at(&self.cursor, self.begun);
            match zone::first(&begin) {
                Some(first) if fault.at <= begin.at + 1 => first,
                _ => fault,
            }
        })?;
        loop {
            self.cursor.skip_space();
            let at = self.cursor.at;
            match self.cursor.peek() {
                Some(separator @ (',' | ';')) => {
                    self.cursor.at += 1;
                    self.cursor.skip_space();
                    if self.cursor.at == self.cursor.end() {
                        return Err(Fault::new(at, format!("nothing follows this {separator}"))
                            .fix(at, self.cursor.end(), ""));
                    }
                    if self.cursor.at_zone() {
                        return Err(
                            Fault::new(at, "the zone follows the last rule after a space").fix(
                                at,
                                at + 1,
                                " ",
                            ),
                        );
                    }
                    self.rule(Some((separator, at)))?;
                }
                Some(_) if self.at_rule() => return Err(self.unseparated(at)),
                _ => {
                    return end(&mut self.cursor, default_zone).map_err(|fault| {
                        self.cursor.at = at;
                        // `+01:00` is a zone of its own kind, and no list of windows.
                        if self.cursor.peek() == Some('+') && fault.fix.is_some() {
                            return fault;
                        }
                        let habit = habits::clock(&self.cursor);
                        habit.or_else(|| habits::and(&self.cursor)).unwrap_or(fault)
                    });
                }
            }
        }
    }

    /// The next rule without a separator before it, or the days of the last one behind its times.
    fn unseparated(&self, at: usize) -> Fault {
        let message = "expected a semicolon before the next rule";
        let fault = Fault::new(at, message).fix(at, at, "; ");
        let Some((from, to)) = self.bare else {
            return fault;
        };
        let mut ahead = Cursor::beginning_at(&self.cursor, at);
        if days::read(&mut ahead).is_err() {
            return fault;
        }
        let days = self.cursor.slice(at, ahead.at);
        ahead.skip_space();
        if ahead.peek().is_some_and(|c| c.is_ascii_digit()) {
            return fault;
        }
        let again = format!("{} {} ", days.trim(), self.cursor.slice(from, to).trim());
        Fault::new(at, "days stand before their times").fix(from, ahead.at, again)
    }

    fn at_rule(&self) -> bool {
        let word = self.cursor.word();
        let digit = self.cursor.peek().is_some_and(|c| c.is_ascii_digit());
        digit
            || (!self.cursor.at_zone()
                && (matches!(word.as_str(), "start" | "stop") || named(&word).is_some()))
    }

    fn rule(&mut self, after: Option<(char, usize)>) -> Result<(), Fault> {
        self.begun = self.cursor.at;
        let word = self.cursor.word();
        if let Some(power) = power(&word) {
            return self.edge(power, &word);
        }
        if let Some(fault) = self.other_edge(&word) {
            return Err(fault);
        }
        let from = self.cursor.at;
        let bare = self.cursor.peek().is_some_and(|c| c.is_ascii_digit());
        let days = match self.cursor.peek() {
            Some(_) if bare => {
                if let Some(fault) = slips::day_numbers(&self.cursor) {
                    return Err(fault);
                }
                let days = self.same_days(after)?;
                if let Some(fault) = cron::without_verb(&self.cursor) {
                    return Err(fault);
                }
                days
            }
            Some('*') => {
                let fault = cron::without_verb(&self.cursor);
                return Err(fault.unwrap_or_else(|| Fault::new(from, EXPECTED)));
            }
            Some(c) if c.is_alphabetic() => days::read(&mut self.cursor)?,
            _ => return Err(Fault::new(self.cursor.at, EXPECTED)),
        };
        self.window(days)?;
        self.bare = (bare && after.is_none()).then_some((from, self.cursor.at));
        Ok(())
    }

    /// The days of a window that has only times.
    fn same_days(&self, after: Option<(char, usize)>) -> Result<Days, Fault> {
        match (after, self.last) {
            (Some((',', _)), Last::Window(days)) => Ok(days),
            // Daily before and daily after: both meanings are one.
            (Some(_), Last::Window(days)) if days != EVERY_DAY => {
                let (_, at) = after.unwrap_or((';', self.cursor.at));
                let message = "expected a day after a semicolon; one more window of the same days comes after a comma";
                Err(Fault::new(self.cursor.at, message).fix(at, at + 1, ","))
            }
            (Some((',', at)), Last::Edge { power, days }) => {
                let message = "expected start, stop or a day: every edge says which it is";
                let again = format!("; {} {}", verb(power), print::Named(days));
                Err(Fault::new(self.cursor.at, message).fix(at, at + 1, again))
            }
            (Some((',', at)), Last::Cron(power)) => {
                let message = "expected start, stop or a day: every edge says which it is";
                let again = format!("; {} ", verb(power));
                Err(Fault::new(self.cursor.at, message).fix(at, at + 1, again))
            }
            _ => Ok(EVERY_DAY),
        }
    }

    fn window(&mut self, days: Days) -> Result<(), Fault> {
        self.cursor.skip_space();
        let at = self.cursor.at;
        if let Some(fault) = slips::all_day(&self.cursor) {
            return Err(fault);
        }
        if !self.cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(no_time(
                &self.cursor,
                "expected a window such as 08:00-19:00 after the days",
            ));
        }
        let start = time::read(&mut self.cursor, false)
            .map_err(|fault| time::same_day(fault, days == EVERY_DAY))?;
        if !self.cursor.dash()? {
            let message =
                "expected a hyphen and the end of the window; an edge begins with start or stop";
            let fault = Fault::new(self.cursor.at, message);
            return Err(match self.last {
                // One more edge of the same kind, most likely.
                Last::Edge { power, .. } | Last::Cron(power) => {
                    let verb = verb(power);
                    fault.fix(self.begun, self.begun, format!("{verb} "))
                }
                _ => slips::no_hyphen(&self.cursor).unwrap_or(fault),
            });
        }
        if !self.cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(Fault::new(
                self.cursor.at,
                "expected the end of the window, such as 19:00",
            ));
        }
        let end_at = self.cursor.at;
        let end = time::read(&mut self.cursor, true)
            .map_err(|fault| time::overnight(time::half_past(fault, start, end_at), start))?;
        if start == end {
            let message = "a window of no length; the whole day is 00:00-24:00";
            return Err(Fault::new(at, message).fix(at, self.cursor.at, "00:00-24:00"));
        }
        self.windows.push(Window { days, start, end });
        self.last = Last::Window(days);
        Ok(())
    }

    fn edge(&mut self, power: Power, word: &str) -> Result<(), Fault> {
        let verb_at = self.cursor.at;
        self.cursor.at += word.chars().count();
        self.cursor.skip_space();
        let slip = slips::quoted(&self.cursor).or_else(|| slips::day_numbers(&self.cursor));
        if let Some(fault) = slip {
            return Err(fault);
        }
        if let Some(cron) = cron::read(&mut self.cursor)? {
            self.edges.push(EdgeRule {
                power,
                when: When::Cron(cron),
            });
            self.last = Last::Cron(power);
            return Ok(());
        }
        self.bare = None;
        self.weekly(power, (verb_at, verb_at + word.chars().count()))
    }

    /// The days and the time of an edge, whose verb stands at `from..to`.
    fn weekly(&mut self, power: Power, (verb_at, verb_to): (usize, usize)) -> Result<(), Fault> {
        let written = self.cursor.peek().is_some_and(char::is_alphabetic);
        let days = match written {
            true => days::read(&mut self.cursor)?,
            false => EVERY_DAY,
        };
        self.cursor.skip_space();
        let at = self.cursor.at;
        if !self.cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(no_time(
                &self.cursor,
                "expected the edge's time, such as 19:00",
            ));
        }
        let minutes = time::read(&mut self.cursor, true)
            .map_err(|fault| time::same_day(fault, days == EVERY_DAY))?;
        if minutes == 1440 {
            let message =
                "24:00 can only end a window; an edge at midnight is at 00:00 of the next day";
            let again = next_midnight(power, days);
            return Err(Fault::new(at, message).fix(verb_at, self.cursor.at, again));
        }
        let to = self.cursor.at;
        let behind = match written {
            true => None,
            false => slips::days_behind(&self.cursor, (at, to)),
        };
        if let Some(fault) = behind {
            return Err(fault);
        }
        if self.cursor.dash()? {
            let message = "an edge has one time; a window has two, and neither start nor stop";
            let fault = Fault::new(to, message);
            return Err(if power == Power::On {
                fault.fix(verb_at, verb_to, "")
            } else {
                fault
            });
        }
        self.edges.push(EdgeRule::weekly(power, days, minutes));
        self.last = Last::Edge { power, days };
        Ok(())
    }

    /// Words that people use for `start` and `stop`, and slips in those.
    fn other_edge(&self, word: &str) -> Option<Fault> {
        if word.is_empty() || named(word).is_some() || weekdays::meant(word).is_some() {
            return None;
        }
        let meant = match word {
            "on" => "start",
            "off" | "shutdown" | "halt" => "stop",
            _ => nearest(word, ["start", "stop"])?,
        };
        let at = self.cursor.at;
        let fault = Fault::new(
            at,
            format!(
                "{:?} is not expected here: expected a day, start or stop",
                self.cursor.token()
            ),
        );
        Some(fault.fix(at, at + word.chars().count(), meant))
    }
}

/// The edge at 24:00 of some days, as it reads.
fn next_midnight(power: Power, days: Days) -> String {
    let next = Days((days.0 << 1 | days.0 >> 6) & EVERY_DAY.0);
    let (verb, days) = (verb(power), print::Named(next));
    format!("{verb} {days} 00:00")
}

fn power(word: &str) -> Option<Power> {
    match word {
        "start" => Some(Power::On),
        "stop" => Some(Power::Off),
        _ => None,
    }
}

/// No time where one must be, and perhaps a word or a mark too many before it.
fn no_time(cursor: &Cursor, message: &str) -> Fault {
    let habit = habits::filler(cursor).or_else(|| habits::between_days_and_time(cursor));
    habit.unwrap_or_else(|| Fault::new(cursor.at, message))
}
