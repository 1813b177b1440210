//! What reading a calendar comes to.

use super::error::Oddity;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The days that a calendar takes away, and what was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDays {
    /// Each day with the names of what is on it.
    pub days: BTreeMap<NaiveDate, String>,
    /// Lines and events that cannot be understood, in their order.
    pub oddities: Vec<Oddity>,
    pub(super) tally: Tally,
    span: (NaiveDate, NaiveDate),
}

/// How many events came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub events: usize,
    pub cancelled: usize,
    pub superseded: usize,
    pub with_times: usize,
    pub not_chosen: usize,
    pub elsewhen: usize,
    pub unreadable: usize,
}

/// Oddities of one calendar that are told; the others are only counted.
const MOST_TOLD: usize = 4;
/// A day's names, in characters, beyond which no other is added.
const LONGEST: usize = 120;

impl CalendarDays {
    pub(super) fn of(from: NaiveDate, to: NaiveDate, oddities: Vec<Oddity>) -> CalendarDays {
        CalendarDays {
            days: BTreeMap::new(),
            oddities,
            tally: Tally::default(),
            span: (from, to),
        }
    }

    pub(super) fn add(&mut self, day: NaiveDate, name: &str) {
        let names = self.days.entry(day).or_default();
        let known = name.is_empty() || names.split("; ").any(|known| known == name);
        if known || names.chars().count() > LONGEST {
            return;
        }
        if !names.is_empty() {
            names.push_str("; ");
        }
        names.push_str(name);
    }

    /// What its keeper should know, one sentence each: what was passed over, and whether any day counts.
    ///
    /// ```
    /// use lamplighter_core::holidays::{Wanted, read_calendar};
    ///
    /// let text = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224T120000Z\nEND:VEVENT\nEND:VCALENDAR\n";
    /// let read = read_calendar(text, &Wanted::all("2026-01-01".parse()?, "2026-12-31".parse()?))?;
    /// assert_eq!(read.told(), ["it holds no day that counts (1 event passed over: 1 with times of day)"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn told(&self) -> Vec<String> {
        let mut told: Vec<String> = Vec::new();
        if self.days.is_empty() {
            told.push(self.no_day());
        }
        let shown = self.oddities.iter().take(MOST_TOLD);
        told.extend(shown.map(Oddity::to_string));
        match self.oddities.get(MOST_TOLD..) {
            None | Some([]) => {}
            Some(rest) => {
                let lines: Vec<String> = rest.iter().take(20).map(|o| o.line.to_string()).collect();
                let more = if rest.len() > lines.len() {
                    ", …"
                } else {
                    ""
                };
                let lines = lines.join(", ");
                told.push(format!("{} more such lines: {lines}{more}", rest.len()));
            }
        }
        told
    }

    fn no_day(&self) -> String {
        let tally = self.tally;
        let (from, to) = self.span;
        let elsewhen = format!("with no day from {from} to {to}");
        let why = [
            (tally.with_times, "with times of day"),
            (tally.cancelled, "cancelled"),
            (tally.superseded, "replaced by a later version"),
            (tally.not_chosen, "not chosen by CALENDAR_EVENTS"),
            (tally.elsewhen, elsewhen.as_str()),
            (tally.unreadable, "that cannot be read"),
        ];
        let why = why.iter().filter(|(count, _)| *count > 0);
        let why: Vec<String> = why.map(|(count, why)| format!("{count} {why}")).collect();
        let events = match tally.events {
            0 => return "it holds no day that counts: there is no event in it".into(),
            1 => "event",
            _ => "events",
        };
        let count = tally.events;
        let why = why.join(", ");
        format!("it holds no day that counts ({count} {events} passed over: {why})")
    }
}
