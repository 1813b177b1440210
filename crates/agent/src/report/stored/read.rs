//! A day from its document.

use super::document::{
    ClosedRow, Document, GONE, KIND, MIDDLE, ON, OpenedRow, ResourceDayRow, ResourceRow, SCHEMA,
    begin,
};
use crate::report::day::{Activity, Day, PowerObservation, PriceChange, is_newer};
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::{Closed, Interval, OffAnyway, PricePerHour, Resource};
use lamplighter_core::savings::Sweep;
use lamplighter_core::schedule::Power;
use std::collections::BTreeMap;
use std::sync::Arc;

struct Reader {
    texts: Vec<String>,
    prices: Vec<PricePerHour>,
    /// Ids, and what else is known.
    resources: Vec<(Arc<str>, Arc<Resource>)>,
    begin: i64,
}

impl Reader {
    fn option(&self, place: u32) -> Option<Option<String>> {
        match place.checked_sub(1) {
            None => Some(None),
            Some(index) => self
                .texts
                .get(index as usize)
                .map(|text| Some(text.clone())),
        }
    }

    fn text(&self, place: u32) -> Option<String> {
        self.option(place)?
    }

    fn id(&self, number: u32) -> Option<&Arc<str>> {
        self.resources.get(number as usize).map(|(id, _)| id)
    }

    fn time(&self, seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.begin.checked_add(seconds)?, 0)
    }

    fn price(&self, place: u32) -> Option<Option<PricePerHour>> {
        match place.checked_sub(1) {
            None => Some(None),
            Some(index) => self.prices.get(index as usize).cloned().map(Some),
        }
    }

    fn resource(&self, row: &ResourceRow) -> Option<(Arc<str>, Arc<Resource>)> {
        let (first, second) = (self.text(row.0)?, self.option(row.1)?);
        let id = match second {
            Some(second) => format!("{first}{MIDDLE}{second}"),
            None => first,
        };
        let text = |place| Some(self.option(place)?.unwrap_or_default());
        let tags = row.10.iter();
        let tags = tags.map(|(name, value)| Some((self.text(*name)?, self.text(*value)?)));
        let resource = Resource {
            id: id.clone(),
            kind: Kind::from(text(row.2)?),
            name: text(row.3)?,
            workspace: text(row.4)?,
            owner: self.option(row.5)?,
            vm_size: self.option(row.6)?,
            location: self.option(row.7)?,
            decided_in: self.option(row.8)?,
            billed_in: self.option(row.9)?,
            tags: tags.collect::<Option<_>>()?,
        };
        Some((id.into(), Arc::new(resource)))
    }

    fn resource_day(&self, row: ResourceDayRow) -> Option<(Arc<str>, Activity)> {
        let (id, resource) = self.resources.get(row.0 as usize)?;
        let mut of = Activity::new(resource.clone());
        let accepted = row.1.into_iter();
        of.accepted = accepted
            .map(|(cause, stops, starts)| (cause, (stops, starts)))
            .collect();
        (of.unneeded_starts, of.waits) = (row.2, row.3);
        of.left = row.4.into_iter().collect::<BTreeMap<_, _>>();
        of.errors = row.5;
        of.failed = match row.6 {
            Some((why,)) => Some(self.option(why)?),
            None => None,
        };
        of.warning = self.option(row.7)?;
        Some((id.clone(), of))
    }

    fn opened(&self, row: OpenedRow) -> Option<(Arc<str>, Interval)> {
        let resource = self.id(row.0)?;
        let operation = match row.3 {
            (1, rest) => format!("{resource}{rest}"),
            (_, whole) => whole,
        };
        let off_anyway = match row.7 {
            Some((at, why)) => Some(OffAnyway {
                at: self.time(at)?,
                why: self.text(why)?,
            }),
            None => None,
        };
        let own = || format!("{}:{operation}", row.1.name());
        let interval = Interval {
            id: row.4.unwrap_or_else(own),
            kind: row.1,
            cause: row.2,
            operation,
            opened_at: self.time(row.5)?,
            horizon: self.time(row.6)?,
            off_anyway,
            count: row.8,
            vm_size: self.option(row.9)?,
            location: self.option(row.10)?,
            price: self.price(row.11)?,
            benefit: row.12,
        };
        Some((resource.clone(), interval))
    }

    fn closed(&self, row: ClosedRow) -> Option<(Arc<str>, Closed)> {
        let resource = self.id(row.0)?;
        let interval = match row.1 {
            (1, rest) => format!("{}:{resource}{rest}", row.2.name()),
            (_, whole) => whole,
        };
        let closed = Closed {
            interval,
            kind: row.2,
            at: self.time(row.3)?,
            why: self.text(row.4)?,
        };
        Some((resource.clone(), closed))
    }

    fn change(&self, (size, region, at, price): (u32, u32, i64, u32)) -> Option<PriceChange> {
        Some(PriceChange {
            size: self.option(size)?.unwrap_or_default(),
            region: self.option(region)?.unwrap_or_default(),
            at: self.begin.checked_add(at)?,
            price: self.price(price)??,
        })
    }

    fn sweep(&self, (at, unseen): (i64, Vec<u32>)) -> Option<Sweep> {
        let unseen = unseen.into_iter().map(|place| self.text(place));
        Some(Sweep {
            at: self.begin.checked_add(at)?,
            unseen: unseen.collect::<Option<_>>()?,
        })
    }

    fn power(
        &self,
        (resource, at, since, on, count): (u32, i64, i64, u8, Option<u32>),
    ) -> Option<PowerObservation> {
        Some(PowerObservation {
            resource: self.id(resource)?.clone(),
            at: self.begin.checked_add(at)?,
            since: self.begin.checked_add(since)?,
            power: if on == ON { Power::On } else { Power::Off },
            count,
            gone: on == GONE,
        })
    }
}

/// A day from its document; `None` for one that is damaged, of another schema, or from a version that knew less of its
/// records than this one does: those are made anew.
pub fn read(bytes: &[u8]) -> Option<Day> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let known = document.schema == SCHEMA && document.kind == KIND;
    let document = known.then_some(document)?;
    if !document.newer.iter().all(is_newer) {
        return None;
    }
    let mut reader = Reader {
        texts: document.texts,
        prices: document.prices,
        resources: Vec::new(),
        begin: begin(document.date),
    };
    let resources = document.resources.iter().map(|row| reader.resource(row));
    reader.resources = resources.collect::<Option<_>>()?;
    let days = document.days.into_iter();
    let opened = document.opened.into_iter();
    let closed = document.closed.into_iter();
    let prices = document.changes.into_iter();
    let sweeps = document.sweeps.into_iter();
    let powers = document.powers.into_iter();
    let uses = document.uses.into_iter();
    Some(Day {
        date: document.date,
        records: document.records,
        resources: days
            .map(|row| reader.resource_day(row))
            .collect::<Option<_>>()?,
        opened: opened
            .map(|row| reader.opened(row))
            .collect::<Option<_>>()?,
        closed: closed
            .map(|row| reader.closed(row))
            .collect::<Option<_>>()?,
        prices: prices
            .map(|row| reader.change(row))
            .collect::<Option<_>>()?,
        sweeps: sweeps.map(|row| reader.sweep(row)).collect::<Option<_>>()?,
        powers: powers.map(|row| reader.power(row)).collect::<Option<_>>()?,
        other_prices: Vec::new(),
        uses: uses
            .map(|(resource, seen)| Some((reader.id(resource)?.clone(), seen)))
            .collect::<Option<_>>()?,
        newer: document.newer,
    })
}
