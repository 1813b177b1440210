//! The days that a report is made from.

use super::day::{Day, PowerObservation, PriceChange};
use super::folded::{Folding, Part};
use chrono::{DateTime, Utc};
use lamplighter_core::record::{Closed, Interval, Record, Resource, UseDay};
use lamplighter_core::savings::History;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a report is made from: days in order of time, those before the period, in it and after it. Days after it
/// tell what was found out later: whether any sweep came at its end, and what had ended by then.
#[derive(Clone, Debug, Default)]
pub struct Days {
    pub before: Vec<Day>,
    pub within: Vec<Day>,
    pub after: Vec<Day>,
}

impl Days {
    /// Sorts records into days; given twice, or in any order, they come to the same.
    pub fn of(records: &[Record], from: DateTime<Utc>, to: DateTime<Utc>) -> Days {
        let mut folding = Folding::new(from, to);
        records.iter().for_each(|record| folding.take(record));
        let mut days = Days::default();
        for (part, day) in folding.finish().days() {
            days.put(part, day);
        }
        days
    }

    /// Adds a day, where it belongs.
    pub(super) fn put(&mut self, part: Part, day: Day) {
        let days = match part {
            Part::Before => &mut self.before,
            Part::Within => &mut self.within,
            Part::After => &mut self.after,
        };
        days.push(day);
    }

    /// Drops what is of these resources.
    pub fn without(&mut self, other: &HashSet<String>) {
        let days = self.before.iter_mut().chain(&mut self.within);
        for day in days.chain(&mut self.after) {
            day.only(&|id| !other.contains(id));
        }
    }

    /// Puts days into the order of time.
    pub(super) fn sort(&mut self) {
        for days in [&mut self.before, &mut self.within, &mut self.after] {
            days.sort_by_key(|day| day.date);
        }
    }

    fn all(&self) -> impl Iterator<Item = &Day> {
        self.before.iter().chain(&self.within).chain(&self.after)
    }

    pub fn opened(&self) -> impl Iterator<Item = (&str, &Interval)> {
        let opened = self.all().flat_map(|day| &day.opened);
        opened.map(|(resource, interval)| (&**resource, interval))
    }

    pub fn powers(&self) -> impl Iterator<Item = &PowerObservation> {
        self.all().flat_map(|day| &day.powers)
    }

    pub fn uses(&self) -> impl Iterator<Item = (&str, &UseDay)> {
        let uses = self.all().flat_map(|day| &day.uses);
        uses.map(|(resource, seen)| (&**resource, seen))
    }

    pub fn price_changes(&self) -> impl Iterator<Item = &PriceChange> {
        self.all().flat_map(|day| &day.prices)
    }

    /// Of intervals that were dropped.
    pub fn other_prices(&self) -> impl Iterator<Item = &PriceChange> {
        self.all().flat_map(|day| &day.other_prices)
    }

    pub fn closed(&self) -> impl Iterator<Item = &Closed> {
        let closed = self.all().flat_map(|day| &day.closed);
        closed.map(|(_, closed)| closed)
    }

    /// By interval: of two ends that disagree the earlier.
    pub fn ends(&self) -> BTreeMap<&str, &Closed> {
        let mut ends: BTreeMap<&str, &Closed> = BTreeMap::new();
        for end in self.closed() {
            let known = ends.entry(&end.interval).or_insert(end);
            if end.at < known.at {
                *known = end;
            }
        }
        ends
    }

    pub fn history(&self) -> History {
        let mut history = History::default();
        self.all().for_each(|day| day.tell(&mut history));
        history.settle();
        history
    }

    /// The resources of the days up to the period's end, as their last records have them.
    pub fn resources(&self) -> HashMap<&str, &Resource> {
        let days = self.before.iter().chain(&self.within);
        let all = days.flat_map(|day| &day.resources);
        all.map(|(id, of)| (&**id, &*of.resource)).collect()
    }
}
