//! A day from its document, or what of it is of some resources.

use super::document::{
    ChangeRow, ClosedRow, Document, GONE, KIND, ON, OpenedRow, PowerRow, ResourceDayRow,
    ResourceRow, SCHEMA, SweepRow, begin,
};
use super::resource::{option, resource};
use crate::report::day::{Activity, Day, PowerObservation, PriceChange, is_newer};
use chrono::{DateTime, Utc};
use lamplighter_core::record::{Closed, Interval, OffAnyway, PricePerHour, Resource, UseDay};
use lamplighter_core::savings::Sweep;
use lamplighter_core::schedule::Power;
use std::collections::HashSet;
use std::sync::Arc;

/// Resources that are wanted, by their ids.
pub type Wanted<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// A resource of a document: its id, and what else is known.
type Known = (Arc<str>, Arc<Resource>);

struct Reader<'a> {
    document: &'a Document,
    /// `None`: it is not wanted.
    resources: Vec<Option<Known>>,
    begin: i64,
}

/// What becomes of a row: `None` where it is damaged; the inner `None`: it is of a resource that is not wanted.
type Read<T> = Option<Option<T>>;

impl Reader<'_> {
    fn option(&self, place: u32) -> Option<Option<String>> {
        option(&self.document.texts, place)
    }

    fn text(&self, place: u32) -> Option<String> {
        self.option(place)?
    }

    fn known(&self, number: u32) -> Read<&Known> {
        let known = self.resources.get(number as usize);
        known.map(Option::as_ref)
    }

    fn id(&self, number: u32) -> Read<&Arc<str>> {
        let known = self.known(number)?;
        Some(known.map(|(id, _)| id))
    }

    fn time(&self, seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.begin.checked_add(seconds)?, 0)
    }

    fn price(&self, place: u32) -> Option<Option<PricePerHour>> {
        match place.checked_sub(1) {
            None => Some(None),
            Some(index) => self.document.prices.get(index as usize).cloned().map(Some),
        }
    }

    fn resource(&self, row: &ResourceRow, wanted: Option<Wanted<'_>>) -> Read<Known> {
        let resource = resource(&self.document.texts, row)?;
        let known = wanted.is_none_or(|wanted| wanted(&resource.id));
        Some(known.then(|| (resource.id.as_str().into(), Arc::new(resource))))
    }

    fn resource_day(&self, row: &ResourceDayRow) -> Read<(Arc<str>, Activity)> {
        let failed = match row.6 {
            Some((why,)) => Some(self.option(why)?),
            None => None,
        };
        let warning = self.option(row.7)?;
        let Some((id, resource)) = self.known(row.0)? else {
            return Some(None);
        };
        let accepted = row.1.iter();
        let accepted = accepted.map(|(cause, stops, starts)| (*cause, (*stops, *starts)));
        let of = Activity {
            resource: resource.clone(),
            accepted: accepted.collect(),
            unneeded_starts: row.2,
            waits: row.3,
            left: row.4.iter().copied().collect(),
            errors: row.5.clone(),
            failed,
            warning,
        };
        Some(Some((id.clone(), of)))
    }

    fn opened(&self, row: &OpenedRow) -> Read<(Arc<str>, Interval)> {
        let (opened_at, horizon) = (self.time(row.5)?, self.time(row.6)?);
        let off_anyway = match row.7 {
            Some((at, why)) => Some(OffAnyway {
                at: self.time(at)?,
                why: self.text(why)?,
            }),
            None => None,
        };
        let (vm_size, location) = (self.option(row.9)?, self.option(row.10)?);
        let price = self.price(row.11)?;
        let Some(resource) = self.id(row.0)? else {
            return Some(None);
        };
        let operation = match &row.3 {
            (1, rest) => format!("{resource}{rest}"),
            (_, whole) => whole.clone(),
        };
        let own = || format!("{}:{operation}", row.1.name());
        let interval = Interval {
            id: row.4.clone().unwrap_or_else(own),
            kind: row.1,
            cause: row.2,
            operation,
            opened_at,
            horizon,
            off_anyway,
            count: row.8,
            vm_size,
            location,
            price,
            benefit: row.12,
        };
        Some(Some((resource.clone(), interval)))
    }

    fn closed(&self, row: &ClosedRow) -> Read<(Arc<str>, Closed)> {
        let (at, why) = (self.time(row.3)?, self.text(row.4)?);
        let Some(resource) = self.id(row.0)? else {
            return Some(None);
        };
        let interval = match &row.1 {
            (1, rest) => format!("{}:{resource}{rest}", row.2.name()),
            (_, whole) => whole.clone(),
        };
        let closed = Closed {
            interval,
            kind: row.2,
            at,
            why,
        };
        Some(Some((resource.clone(), closed)))
    }

    fn change(&self, (size, region, at, price): &ChangeRow) -> Read<PriceChange> {
        Some(Some(PriceChange {
            size: self.option(*size)?.unwrap_or_default(),
            region: self.option(*region)?.unwrap_or_default(),
            at: self.begin.checked_add(*at)?,
            price: self.price(*price)??,
        }))
    }

    fn sweep(&self, (at, unseen): &SweepRow) -> Read<Sweep> {
        let unseen = unseen.iter().map(|place| self.text(*place));
        Some(Some(Sweep {
            at: self.begin.checked_add(*at)?,
            unseen: unseen.collect::<Option<_>>()?,
        }))
    }

    fn power(&self, (resource, at, since, on, count): &PowerRow) -> Read<PowerObservation> {
        let (at, since) = (
            self.begin.checked_add(*at)?,
            self.begin.checked_add(*since)?,
        );
        let Some(resource) = self.id(*resource)? else {
            return Some(None);
        };
        Some(Some(PowerObservation {
            resource: resource.clone(),
            at,
            since,
            power: if *on == ON { Power::On } else { Power::Off },
            count: *count,
            gone: *on == GONE,
        }))
    }

    fn seen(&self, (resource, seen): &(u32, UseDay)) -> Read<(Arc<str>, UseDay)> {
        let resource = self.id(*resource)?;
        Some(resource.map(|resource| (resource.clone(), seen.clone())))
    }
}

/// What is wanted of rows; `None` where one of them is damaged.
fn all<'a, R: 'a, T, C: FromIterator<T>>(
    rows: &'a [R],
    read: impl Fn(&'a R) -> Read<T>,
) -> Option<C> {
    let read = rows.iter().map(|row| read(row).ok_or(()));
    read.filter_map(Result::transpose)
        .collect::<Result<_, ()>>()
        .ok()
}

/// A document as it is stored; `None` for one that is damaged, of another schema, or from a version that knew less of its
/// records than this one does: those are made anew.
pub fn read(bytes: &[u8]) -> Option<Document> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let known = document.schema == SCHEMA && document.kind == KIND;
    let document = known.then_some(document)?;
    let newer = document.newer.iter().all(is_newer);
    // Whatever is wrong with it is found whichever resources are wanted: then or later.
    (newer && document.day(Some(&|_: &str| false)).is_some()).then_some(document)
}

impl Document {
    /// How many rows it has: how much memory it takes, and more so its day.
    pub fn rows(&self) -> usize {
        let of_resources = self.resources.len() + self.days.len() + self.powers.len();
        of_resources + self.opened.len() + self.closed.len() + self.uses.len()
    }

    fn reader(&self, wanted: Option<Wanted<'_>>) -> Option<Reader<'_>> {
        let mut reader = Reader {
            document: self,
            resources: Vec::new(),
            begin: begin(self.date),
        };
        let resources = self.resources.iter();
        let resources = resources.map(|row| reader.resource(row, wanted));
        reader.resources = resources.collect::<Option<_>>()?;
        Some(reader)
    }

    /// The day, with what is of resources that are wanted; `None` where the document is damaged.
    pub fn day(&self, wanted: Option<Wanted<'_>>) -> Option<Day> {
        let reader = self.reader(wanted)?;
        Some(Day {
            date: self.date,
            records: self.records,
            resources: all(&self.days, |row| reader.resource_day(row))?,
            opened: all(&self.opened, |row| reader.opened(row))?,
            closed: all(&self.closed, |row| reader.closed(row))?,
            prices: all(&self.changes, |row| reader.change(row))?,
            sweeps: all(&self.sweeps, |row| reader.sweep(row))?,
            powers: all(&self.powers, |row| reader.power(row))?,
            other_prices: Vec::new(),
            uses: all(&self.uses, |row| reader.seen(row))?,
            newer: self.newer.clone(),
        })
    }

    /// The same with the prices at which intervals of the others opened.
    pub fn day_with_prices(&self, wanted: Wanted<'_>) -> Option<Day> {
        let reader = self.reader(Some(wanted))?;
        let mut known: HashSet<ChangeRow> = HashSet::new();
        let mut others = Vec::new();
        for row in &self.opened {
            let price = (row.9, row.10, row.5, row.11);
            let whole = row.9 > 0 && row.10 > 0 && row.11 > 0;
            if whole && reader.id(row.0)?.is_none() && known.insert(price) {
                others.extend(reader.change(&price)?);
            }
        }
        let mut day = self.day(Some(wanted))?;
        day.other_prices = others;
        Some(day)
    }
}
