//! The records of a UTC day, or of a part of one, taken one by one and in any order: what they come to is the same as if they
//! came in order of time, and nothing else of them is kept.

mod accepted;
mod finish;
pub mod place;
mod resource;
pub mod table;

use super::day::is_newer;
use super::stored::document::{
    ChangeRow, ClosedRow, GONE, ON, OpenedRow, PowerRow, SweepRow, begin,
};
use accepted::{Accepted, Marks};
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use lamplighter_core::record::{Closed, Interval, Observation, Record, Resource, UseDay, What};
use lamplighter_core::schedule::Power;
use place::Place;
use resource::OfResource;
use std::collections::HashSet;
use table::Table;

/// What is kept of the records of a day while they are read.
pub struct Fold {
    date: NaiveDate,
    begin: i64,
    marks: Marks,
    seen: HashSet<u128>,
    table: Table,
    /// By number.
    resources: Vec<OfResource>,
    accepted: Accepted,
    opened: Vec<(Place, OpenedRow)>,
    closed: Vec<(Place, ClosedRow)>,
    changes: Vec<(Place, ChangeRow)>,
    sweeps: Vec<(Place, SweepRow)>,
    powers: Vec<(Place, PowerRow)>,
    uses: Vec<(Place, (u32, UseDay))>,
    newer: Vec<(Place, Record)>,
}

impl Fold {
    pub fn new(date: NaiveDate) -> Fold {
        Fold {
            date,
            begin: begin(date),
            marks: Marks::default(),
            seen: HashSet::new(),
            table: Table::default(),
            resources: Vec::new(),
            accepted: Accepted::default(),
            opened: Vec::new(),
            closed: Vec::new(),
            changes: Vec::new(),
            sweeps: Vec::new(),
            powers: Vec::new(),
            uses: Vec::new(),
            newer: Vec::new(),
        }
    }

    /// Takes a record; one that was taken before changes nothing.
    pub fn take(&mut self, record: &Record) {
        if !self.seen.insert(self.marks.of(&(record.at, &record.id))) {
            return;
        }
        let resource = record.resource.as_ref();
        let number = resource.map(|resource| self.number(&resource.id));
        let own = number.zip(resource.map(|resource| resource.id.as_str()));
        let place = Place::of(record, own);
        if is_newer(record) {
            self.newer.push((place.clone(), record.clone()));
        }
        if let What::Action { operation } = &record.what {
            self.accepted
                .asked(self.marks.of(&operation.id), &place, operation);
        }
        match (number, resource) {
            (Some(number), Some(resource)) => {
                self.take_of((number, resource), record, &place);
            }
            _ => self.take_of_none(record, &place),
        }
    }

    fn number(&mut self, id: &str) -> u32 {
        let number = self.table.number(id);
        if self.resources.len() <= number as usize {
            self.resources.push(OfResource::default());
        }
        number
    }

    fn take_of_none(&mut self, record: &Record, place: &Place) {
        match &record.what {
            What::Price { .. } => self.price(record, place),
            What::Sweep { summary } => self.sweep(summary, record, place),
            _ => {}
        }
    }

    fn take_of(&mut self, (number, resource): (u32, &Resource), record: &Record, place: &Place) {
        let at = record.at.timestamp() - self.begin;
        match &record.what {
            What::Opened { interval } => self.opened(number, interval, place),
            What::Closed { closed } => self.closed(number, closed, place),
            What::Observed { observation } => self.observed((number, at), observation, place),
            // Nothing is paid for it any more.
            What::Deleted => {
                let row = (number, at, at, GONE, Some(0));
                self.powers.push((place.clone(), row));
            }
            What::Answer {
                accepted: true,
                power,
                operation,
                ..
            } => self
                .accepted
                .answered(number, self.marks.of(operation), place, *power),
            // That something was used, or was not, is nothing that became of it.
            What::Use { seen } => {
                self.uses.push((place.clone(), (number, seen.clone())));
                return;
            }
            _ => self.take_of_none(record, place),
        }
        if let Some(of) = self.resources.get_mut(number as usize) {
            of.take((record, resource), place, &mut self.table);
        }
    }

    fn opened(&mut self, number: u32, interval: &Interval, place: &Place) {
        let (opened_at, horizon) = whole(interval);
        let own = format!("{}:{}", interval.kind.name(), interval.operation);
        let off = interval.off_anyway.as_ref();
        let off = off.map(|off| (off.at.timestamp() - self.begin, self.table.text(&off.why)));
        let row = OpenedRow(
            number,
            interval.kind,
            interval.cause,
            shorten(&interval.operation, self.table.id(number)),
            (interval.id != own).then(|| interval.id.clone()),
            opened_at.timestamp() - self.begin,
            horizon.timestamp() - self.begin,
            off,
            interval.count,
            self.table.option(&interval.vm_size),
            self.table.option(&interval.location),
            interval
                .price
                .as_ref()
                .map_or(0, |price| self.table.price(price)),
            interval.benefit,
        );
        self.opened.push((place.clone(), row));
    }

    fn closed(&mut self, number: u32, closed: &Closed, place: &Place) {
        let own = format!("{}:{}", closed.kind.name(), self.table.id(number));
        let row = ClosedRow(
            number,
            shorten(&closed.interval, &own),
            closed.kind,
            closed.at.timestamp() - self.begin,
            self.table.text(&closed.why),
        );
        self.closed.push((place.clone(), row));
    }

    fn observed(&mut self, (number, at): (u32, i64), seen: &Observation, place: &Place) {
        let Some(power) = seen.power else { return };
        let on = if power == Power::On { ON } else { 0 };
        let since = seen.since.timestamp() - self.begin;
        self.powers
            .push((place.clone(), (number, at, since, on, seen.count)));
    }

    fn price(&mut self, record: &Record, place: &Place) {
        let What::Price {
            vm_size,
            location,
            price,
            from,
        } = &record.what
        else {
            return;
        };
        let at = record.at.timestamp();
        // It is found out by a sweep after it began.
        let at = from.map_or(at, |from| from.timestamp().min(at)) - self.begin;
        let (size, region) = (self.table.text(vm_size), self.table.text(location));
        let row = (size, region, at, self.table.price(price));
        self.changes.push((place.clone(), row));
    }

    /// A round in which only news was told proves no observation of the resources that it is silent about.
    fn sweep(&mut self, summary: &serde_json::Value, record: &Record, place: &Place) {
        if summary["dry_run"] == true || summary["only_news"] == true {
            return;
        }
        let unseen = summary["unseen"].as_array().into_iter().flatten();
        let unseen = unseen.filter_map(|id| Some(self.table.text(id.as_str()?)));
        let row = (record.at.timestamp() - self.begin, unseen.collect());
        self.sweeps.push((place.clone(), row));
    }
}

/// When an interval opened and its horizon, in whole seconds, none of them more than it has.
fn whole(interval: &Interval) -> (DateTime<Utc>, DateTime<Utc>) {
    let opened = interval.opened_at.trunc_subsecs(0);
    let opened = match opened < interval.opened_at {
        // No clock shows a time so near the end of the calendar.
        true => opened
            .checked_add_signed(TimeDelta::seconds(1))
            .unwrap_or(opened),
        false => opened,
    };
    (opened, interval.horizon.trunc_subsecs(0))
}

/// What follows `own` in `id`, with 1; or the whole with 0.
fn shorten(id: &str, own: &str) -> (u8, String) {
    match id.strip_prefix(own) {
        Some(rest) => (1, rest.to_string()),
        None => (0, id.to_string()),
    }
}

#[cfg(test)]
mod tests;
