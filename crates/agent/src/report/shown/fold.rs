//! The records that the page shows, taken one by one and in any order, to their document.

use super::document::{DecidedRow, Document, Head, KIND, ObservedRow, SCHEMA};
use crate::report::day::is_newer;
use crate::report::fold::place::Place;
use crate::report::fold::table::Table;
use crate::report::stored::document::ResourceRow;
use chrono::NaiveDate;
use lamplighter_core::record::{Observation, Record, What};
use std::cmp::Ordering;
use std::collections::HashMap;

/// A record's place, and that of its resource.
type Of = (Place, u32);

pub struct Fold {
    date: NaiveDate,
    table: Table,
    resources: Vec<ResourceRow>,
    /// Their places, from 1 on.
    places: HashMap<ResourceRow, u32>,
    observed: Vec<(Of, ObservedRow)>,
    decided: Vec<(Of, DecidedRow)>,
    newer: Vec<(Of, Record)>,
}

impl Fold {
    pub fn new(date: NaiveDate) -> Fold {
        Fold {
            date,
            table: Table::default(),
            resources: Vec::new(),
            places: HashMap::new(),
            observed: Vec::new(),
            decided: Vec::new(),
            newer: Vec::new(),
        }
    }

    pub fn take(&mut self, record: &Record) {
        match &record.what {
            What::Observed { .. } | What::Decision { .. } if is_newer(record) => {
                let of = self.of(record);
                self.newer.push((of, record.clone()));
            }
            What::Observed { observation } => {
                let row = self.observed(observation);
                let of = self.of(record);
                self.observed.push((of, row));
            }
            What::Decision {
                action,
                reason,
                text,
                zone,
                dry_run,
                evidence,
                errors,
            } => {
                let (text, zone) = (self.table.text(text), self.table.option(zone));
                let evidence = evidence.iter().map(|one| self.table.text(one)).collect();
                let errors = errors.clone();
                let row = DecidedRow(*action, *reason, text, zone, *dry_run, evidence, errors);
                let of = self.of(record);
                self.decided.push((of, row));
            }
            _ => {}
        }
    }

    fn of(&mut self, record: &Record) -> Of {
        let Some(resource) = &record.resource else {
            return (Place::of(record, None), 0);
        };
        let number = self.table.number(&resource.id);
        let row = self.table.row(resource);
        let next = self.resources.len() as u32 + 1;
        let place = *self.places.entry(row.clone()).or_insert(next);
        if place == next {
            self.resources.push(row);
        }
        (Place::of(record, Some((number, &resource.id))), place)
    }

    fn observed(&mut self, seen: &Observation) -> ObservedRow {
        ObservedRow(
            self.table.text(&seen.state),
            seen.power,
            seen.count,
            seen.since,
            seen.by,
            self.table.option(&seen.trigger),
            seen.job,
            seen.hold,
            self.table.option(&seen.schedule),
            self.table.option(&seen.holidays),
        )
    }

    /// Everything in the order of time, and each record once.
    pub fn finish(self) -> Document {
        let mut anew = Anew {
            table: self.table,
            resources: self.resources,
            texts: Table::default(),
            places: Vec::new(),
            rows: Vec::new(),
        };
        let document = Document {
            schema: SCHEMA,
            kind: KIND.into(),
            date: self.date,
            observed: anew.in_order(self.observed, Anew::observed),
            decided: anew.in_order(self.decided, Anew::decided),
            newer: anew.in_order(self.newer, |_, _, record| record),
            texts: Vec::new(),
            resources: Vec::new(),
        };
        let texts = anew.texts.texts.iter();
        Document {
            texts: texts.map(|text| text.to_string()).collect(),
            resources: anew.rows,
            ..document
        }
    }
}

/// Numbers texts and resources anew, in the order in which rows name them.
struct Anew {
    table: Table,
    resources: Vec<ResourceRow>,
    texts: Table,
    /// By the place of before.
    places: Vec<u32>,
    rows: Vec<ResourceRow>,
}

impl Anew {
    fn in_order<T, R>(
        &mut self,
        mut rows: Vec<(Of, T)>,
        mut made: impl FnMut(&mut Anew, Of, T) -> R,
    ) -> Vec<R> {
        let order = |a: &Of, b: &Of| a.0.order(&b.0, &self.table.ids);
        rows.sort_by(|(a, _), (b, _)| order(a, b));
        rows.dedup_by(|(a, _), (b, _)| order(a, b) == Ordering::Equal);
        let rows = rows.into_iter();
        rows.map(|(of, row)| made(self, of, row)).collect()
    }

    fn text(&mut self, old: u32) -> u32 {
        match old.checked_sub(1) {
            Some(index) => self.texts.text(&self.table.texts[index as usize]),
            None => 0,
        }
    }

    fn head(&mut self, (place, resource): Of) -> Head {
        let cut = place.cut.map(|(_, begin)| begin);
        Head(place.at, place.id, cut, self.resource(resource))
    }

    fn resource(&mut self, old: u32) -> u32 {
        let Some(index) = (old as usize).checked_sub(1) else {
            return 0;
        };
        self.places.resize(self.resources.len(), 0);
        if self.places[index] == 0 {
            let row = self.resources[index].clone();
            let row = row.with_texts(|old| self.text(old));
            self.rows.push(row);
            self.places[index] = self.rows.len() as u32;
        }
        self.places[index]
    }

    fn observed(&mut self, of: Of, row: ObservedRow) -> (Head, ObservedRow) {
        let row = ObservedRow(
            self.text(row.0),
            row.1,
            row.2,
            row.3,
            row.4,
            self.text(row.5),
            row.6,
            row.7,
            self.text(row.8),
            self.text(row.9),
        );
        (self.head(of), row)
    }

    fn decided(&mut self, of: Of, row: DecidedRow) -> (Head, DecidedRow) {
        let (text, zone) = (self.text(row.2), self.text(row.3));
        let evidence = row.5.into_iter().map(|one| self.text(one)).collect();
        let row = DecidedRow(row.0, row.1, text, zone, row.4, evidence, row.6);
        (self.head(of), row)
    }
}
