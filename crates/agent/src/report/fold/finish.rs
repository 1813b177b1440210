//! From what is kept while records are read to the document of their day: everything in the order of time, whatever order
//! they came in.

use super::place::Place;
use super::resource::OfResource;
use super::table::Table;
use super::{Fold, accepted};
use crate::report::stored::document::{
    ChangeRow, ClosedRow, Document, KIND, OpenedRow, PowerRow, ResourceDayRow, ResourceRow, SCHEMA,
    SweepRow,
};
use lamplighter_core::record::PricePerHour;
use std::sync::Arc;

/// Numbers what a table has anew, in the order in which it is asked for.
struct Anew<'a> {
    table: &'a mut Table,
    texts: (Vec<u32>, Vec<String>),
    prices: (Vec<u32>, Vec<PricePerHour>),
    numbers: (Vec<u32>, Vec<ResourceRow>),
}

/// The new place, from 1 on, of what stands at a place of before.
fn place<T>(
    (places, all): &mut (Vec<u32>, Vec<T>),
    old: u32,
    what: impl FnOnce(usize) -> T,
) -> u32 {
    let Some(index) = (old as usize).checked_sub(1) else {
        return 0;
    };
    if places.len() <= index {
        places.resize(index + 1, 0);
    }
    if places[index] == 0 {
        all.push(what(index));
        places[index] = all.len() as u32;
    }
    places[index]
}

impl Anew<'_> {
    fn new(table: &mut Table) -> Anew<'_> {
        Anew {
            table,
            texts: Default::default(),
            prices: Default::default(),
            numbers: Default::default(),
        }
    }

    fn text(&mut self, old: u32) -> u32 {
        let known = &self.table.texts;
        place(&mut self.texts, old, |index| known[index].to_string())
    }

    fn price(&mut self, old: u32) -> u32 {
        let known = &self.table.prices;
        place(&mut self.prices, old, |index| known[index].clone())
    }

    /// `known`: its row, where it has one.
    fn resource(&mut self, old: u32, known: Option<ResourceRow>) -> u32 {
        if let Some(number) = self.numbers.0.get(old as usize).filter(|new| **new > 0) {
            return number - 1;
        }
        let row = known.unwrap_or_else(|| {
            let id = self.table.ids[old as usize].clone();
            self.table.bare(&id)
        });
        let row = row.with_texts(|old| self.text(old));
        place(&mut self.numbers, old + 1, |_| row) - 1
    }

    fn day(
        &mut self,
        old: u32,
        of: OfResource,
        accepted: accepted::ByCause,
    ) -> Option<ResourceDayRow> {
        let row = of.stands?.row;
        let accepted = accepted.into_iter();
        Some(ResourceDayRow(
            self.resource(old, Some(row)),
            accepted
                .map(|(cause, (stops, starts))| (cause, stops, starts))
                .collect(),
            of.unneeded_starts,
            of.waits,
            of.left.into_iter().collect(),
            of.errors.map(|(_, errors)| errors),
            of.failed
                .map(|(_, why)| (why.map_or(0, |why| self.text(why)),)),
            of.warning.map_or(0, |(_, text)| self.text(text)),
        ))
    }

    fn opened(&mut self, row: OpenedRow) -> OpenedRow {
        OpenedRow(
            self.resource(row.0, None),
            row.1,
            row.2,
            row.3,
            row.4,
            row.5,
            row.6,
            row.7.map(|(at, why)| (at, self.text(why))),
            row.8,
            self.text(row.9),
            self.text(row.10),
            self.price(row.11),
            row.12,
        )
    }

    fn closed(&mut self, row: ClosedRow) -> ClosedRow {
        let resource = self.resource(row.0, None);
        ClosedRow(resource, row.1, row.2, row.3, self.text(row.4))
    }

    fn change(&mut self, (size, region, at, price): ChangeRow) -> ChangeRow {
        (self.text(size), self.text(region), at, self.price(price))
    }

    fn sweep(&mut self, (at, unseen): SweepRow) -> SweepRow {
        let unseen = unseen.into_iter().map(|place| self.text(place));
        (at, unseen.collect())
    }

    fn power(&mut self, (of, at, since, on, count): PowerRow) -> PowerRow {
        (self.resource(of, None), at, since, on, count)
    }
}

/// Rows in the order of their records, each made anew.
fn in_order<T>(
    mut rows: Vec<(Place, T)>,
    ids: &[Arc<str>],
    mut made: impl FnMut(T) -> T,
) -> Vec<T> {
    rows.sort_by(|a, b| a.0.order(&b.0, ids));
    rows.into_iter().map(|(_, row)| made(row)).collect()
}

impl Fold {
    /// What the records come to, as it is stored.
    pub fn finish(self) -> Document {
        let Fold {
            mut table,
            accepted,
            resources,
            ..
        } = self;
        let ids = table.ids.clone();
        let mut accepted = accepted.by_resource(&ids);
        let mut resources: Vec<(u32, OfResource)> = (0..).zip(resources).collect();
        resources.sort_by(|(a, _), (b, _)| ids[*a as usize].cmp(&ids[*b as usize]));
        let mut anew = Anew::new(&mut table);
        let days = resources.into_iter().filter_map(|(number, of)| {
            let accepted = accepted.remove(&number).unwrap_or_default();
            anew.day(number, of, accepted)
        });
        let document = Document {
            schema: SCHEMA,
            kind: KIND.into(),
            date: self.date,
            records: self.seen.len(),
            days: days.collect(),
            opened: in_order(self.opened, &ids, |row| anew.opened(row)),
            closed: in_order(self.closed, &ids, |row| anew.closed(row)),
            changes: in_order(self.changes, &ids, |row| anew.change(row)),
            sweeps: in_order(self.sweeps, &ids, |row| anew.sweep(row)),
            powers: in_order(self.powers, &ids, |row| anew.power(row)),
            uses: in_order(self.uses, &ids, |(of, seen)| {
                (anew.resource(of, None), seen)
            }),
            newer: in_order(self.newer, &ids, |record| record),
            texts: Vec::new(),
            prices: Vec::new(),
            resources: Vec::new(),
        };
        Document {
            texts: anew.texts.1,
            prices: anew.prices.1,
            resources: anew.numbers.1,
            ..document
        }
    }
}
