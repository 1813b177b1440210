//! What the events of one UID do to each other: a later version replaces an earlier one, and an event with RECURRENCE-ID
//! one occurrence of the series.

use super::component::Component;
use super::event;
use super::zones::Zones;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// The UID, and the day of the occurrence that is replaced; `None`: the series itself.
type Key<'a> = (&'a str, Option<NaiveDate>);

/// All series of a file.
#[derive(Default)]
pub(super) struct Series<'a> {
    /// The latest SEQUENCE.
    latest: HashMap<Key<'a>, u64>,
    /// The occurrences that the latest version of a series leaves out, with its SEQUENCE.
    left_out: HashMap<&'a str, (u64, BTreeSet<NaiveDate>)>,
    /// The occurrences that another event replaces.
    moved: HashMap<&'a str, BTreeSet<NaiveDate>>,
}

impl<'a> Series<'a> {
    pub fn of(events: &[(&'a Component, &Zones)]) -> Series<'a> {
        let mut series = Series::default();
        for &(event, zones) in events {
            let Some(key) = key(event, zones) else {
                continue;
            };
            let latest = series.latest.entry(key).or_default();
            *latest = sequence(event).max(*latest);
            if let (uid, Some(day)) = key {
                series.moved.entry(uid).or_default().insert(day);
            }
        }
        for &(event, zones) in events {
            if let Some((uid, None)) = key(event, zones) {
                let sequence = sequence(event);
                let left_out = event::left_out(event, &zones.of_event(event));
                if series.latest.get(&(uid, None)) == Some(&sequence) {
                    let known = series.left_out.entry(uid).or_default();
                    known.0 = sequence;
                    known.1.extend(left_out);
                }
            }
        }
        series
    }

    /// Whether a later version of the event, or of the series that it belongs to, says otherwise.
    ///
    /// Only one that says so by its SEQUENCE: there are programs that give all events the same UID.
    pub fn is_superseded(&self, event: &Component, zones: &Zones) -> bool {
        let Some(key) = key(event, zones) else {
            return false;
        };
        let own = sequence(event);
        let later = self.latest.get(&key).is_some_and(|latest| *latest > own);
        let left_out = match (key.1, self.left_out.get(key.0)) {
            (Some(day), Some((sequence, days))) => *sequence > own && days.contains(&day),
            _ => false,
        };
        later || left_out
    }

    /// The occurrences of this event that others replace.
    pub fn moved(&self, event: &Component) -> Option<&BTreeSet<NaiveDate>> {
        match event.value("RECURRENCE-ID") {
            Some(_) => None,
            None => self.moved.get(event.value("UID")?),
        }
    }
}

fn key<'a>(event: &'a Component, zones: &Zones) -> Option<Key<'a>> {
    let uid = event.value("UID")?;
    match event.value("RECURRENCE-ID") {
        None => Some((uid, None)),
        Some(_) => Some((uid, Some(event::replaced(event, &zones.of_event(event))?))),
    }
}

fn sequence(event: &Component) -> u64 {
    let written = event.value("SEQUENCE");
    written.and_then(|text| text.parse().ok()).unwrap_or(0)
}
