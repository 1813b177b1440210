//! A day as its document.

use super::document::{
    ClosedRow, Document, GONE, KIND, MIDDLE, ON, OpenedRow, ResourceDayRow, ResourceRow, SCHEMA,
    begin,
};
use crate::report::day::{Activity, Day, PowerObservation, PriceChange};
use lamplighter_core::record::{Closed, Interval, PricePerHour, Resource};
use lamplighter_core::savings::Sweep;
use lamplighter_core::schedule::Power;
use std::collections::HashMap;

#[derive(Default)]
struct Writer<'a> {
    texts: Vec<String>,
    places: HashMap<String, u32>,
    prices: Vec<PricePerHour>,
    resources: Vec<ResourceRow>,
    numbers: HashMap<&'a str, u32>,
    begin: i64,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.texts.push(text.to_string());
        // A day has far fewer texts than 2^32.
        let place = self.texts.len() as u32;
        self.places.insert(text.to_string(), place);
        place
    }

    fn option(&mut self, text: &Option<String>) -> u32 {
        text.as_deref().map_or(0, |text| self.text(text))
    }

    fn price(&mut self, price: &PricePerHour) -> u32 {
        let known = self.prices.iter().position(|known| known == price);
        let place = known.unwrap_or_else(|| {
            self.prices.push(price.clone());
            self.prices.len() - 1
        });
        place as u32 + 1
    }

    fn resource(&mut self, id: &'a str, known: Option<&Resource>) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let (first, second) = match id.split_once(MIDDLE) {
            Some((first, second)) => (self.text(first), self.text(second)),
            None => (self.text(id), 0),
        };
        let tags = known.iter().flat_map(|resource| &resource.tags);
        let tags = tags.map(|(name, value)| (self.text(name), self.text(value)));
        let tags = tags.collect();
        let row = match known {
            Some(resource) => ResourceRow(
                first,
                second,
                self.text(resource.kind.name()),
                self.text(&resource.name),
                self.text(&resource.workspace),
                self.option(&resource.owner),
                self.option(&resource.vm_size),
                self.option(&resource.location),
                self.option(&resource.decided_in),
                self.option(&resource.billed_in),
                tags,
            ),
            None => ResourceRow(first, second, 0, 0, 0, 0, 0, 0, 0, 0, tags),
        };
        self.resources.push(row);
        let number = self.resources.len() as u32 - 1;
        self.numbers.insert(id, number);
        number
    }

    fn resource_day(&mut self, id: &'a str, of: &Activity) -> ResourceDayRow {
        let accepted = of.accepted.iter();
        let left = of.left.iter();
        ResourceDayRow(
            self.resource(id, Some(&of.resource)),
            accepted
                .map(|(cause, (stops, starts))| (*cause, *stops, *starts))
                .collect(),
            of.unneeded_starts,
            of.waits,
            left.map(|(reason, count)| (*reason, *count)).collect(),
            of.errors.clone(),
            of.failed.as_ref().map(|why| (self.option(why),)),
            self.option(&of.warning),
        )
    }

    fn opened(&mut self, resource: &'a str, one: &Interval) -> OpenedRow {
        let own = format!("{}:{}", one.kind.name(), one.operation);
        let off = one.off_anyway.as_ref();
        OpenedRow(
            self.resource(resource, None),
            one.kind,
            one.cause,
            shorten(&one.operation, resource),
            (one.id != own).then(|| one.id.clone()),
            one.opened_at.timestamp() - self.begin,
            one.horizon.timestamp() - self.begin,
            off.map(|off| (off.at.timestamp() - self.begin, self.text(&off.why))),
            one.count,
            self.option(&one.vm_size),
            self.option(&one.location),
            one.price.as_ref().map_or(0, |price| self.price(price)),
            one.benefit,
        )
    }

    fn closed(&mut self, resource: &'a str, one: &Closed) -> ClosedRow {
        let own = format!("{}:{resource}", one.kind.name());
        ClosedRow(
            self.resource(resource, None),
            shorten(&one.interval, &own),
            one.kind,
            one.at.timestamp() - self.begin,
            self.text(&one.why),
        )
    }

    fn change(&mut self, one: &PriceChange) -> (u32, u32, i64, u32) {
        let (size, region) = (self.text(&one.size), self.text(&one.region));
        (size, region, one.at - self.begin, self.price(&one.price))
    }

    fn sweep(&mut self, one: &Sweep) -> (i64, Vec<u32>) {
        let unseen = one.unseen.iter().map(|id| self.text(id)).collect();
        (one.at - self.begin, unseen)
    }

    fn power(&mut self, one: &'a PowerObservation) -> (u32, i64, i64, u8, Option<u32>) {
        let resource = self.resource(&one.resource, None);
        let on = match (one.power, one.gone) {
            (Power::On, _) => ON,
            (Power::Off, true) => GONE,
            (Power::Off, false) => 0,
        };
        let (at, since) = (one.at - self.begin, one.since - self.begin);
        (resource, at, since, on, one.count)
    }
}

/// What follows `own` in `id`, with 1; or the whole with 0.
fn shorten(id: &str, own: &str) -> (u8, String) {
    match id.strip_prefix(own) {
        Some(rest) => (1, rest.to_string()),
        None => (0, id.to_string()),
    }
}

/// A day as its document.
///
/// # Errors
/// It cannot be written as JSON, which does not happen to what was read from JSON.
pub fn write(day: &Day) -> serde_json::Result<Vec<u8>> {
    let mut writer = Writer {
        begin: begin(day.date),
        ..Writer::default()
    };
    let days = day.resources.iter();
    let days = days.map(|(id, of)| writer.resource_day(id, of)).collect();
    let opened = day.opened.iter();
    let opened = opened.map(|(id, one)| writer.opened(id, one)).collect();
    let closed = day.closed.iter();
    let closed = closed.map(|(id, one)| writer.closed(id, one)).collect();
    let changes = day.prices.iter();
    let changes = changes.map(|one| writer.change(one)).collect();
    let sweeps = day.sweeps.iter();
    let sweeps = sweeps.map(|one| writer.sweep(one)).collect();
    let powers = day.powers.iter();
    let powers = powers.map(|one| writer.power(one)).collect();
    let uses = day.uses.iter();
    let uses = uses.map(|(id, seen)| (writer.resource(id, None), seen.clone()));
    let uses = uses.collect();
    serde_json::to_vec(&Document {
        schema: SCHEMA,
        kind: KIND.into(),
        date: day.date,
        records: day.records,
        days,
        opened,
        closed,
        changes,
        sweeps,
        powers,
        uses,
        newer: day.newer.clone(),
        texts: writer.texts,
        prices: writer.prices,
        resources: writer.resources,
    })
}
