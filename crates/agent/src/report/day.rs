//! What the records of one UTC day come to, as far as figures need it: much smaller than the records, and enough.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{
    Cause, Closed, Interval, PricePerHour, Reason, Record, Resource, SCHEMA, UseDay, What,
};
use lamplighter_core::savings::{History, Seen, Sweep};
use lamplighter_core::schedule::Power;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The records of a day, or of a part of one, taken together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    pub date: NaiveDate,
    /// How many records there were.
    pub records: usize,
    /// By ARM id, lower case.
    pub resources: BTreeMap<Arc<str>, Activity>,
    /// With the resource's id.
    pub opened: Vec<(Arc<str>, Interval)>,
    /// With the resource's id.
    pub closed: Vec<(Arc<str>, Closed)>,
    pub prices: Vec<PriceChange>,
    /// Prices at which intervals opened that were dropped: others of their size and region have them, too.
    pub other_prices: Vec<PriceChange>,
    pub sweeps: Vec<Sweep>,
    pub powers: Vec<PowerObservation>,
    /// What was seen of the use of resources, with their ids.
    pub uses: Vec<(Arc<str>, UseDay)>,
    /// Records that a later version wrote, whole: what they mean is not known here, and not for this version to drop.
    pub newer: Vec<Record>,
}

/// What became of one resource, on a day or in a longer time.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// As its last record has it.
    pub resource: Arc<Resource>,
    /// Actions that Azure accepted, by cause: stops and starts.
    pub accepted: BTreeMap<Cause, (usize, usize)>,
    pub unneeded_starts: usize,
    pub waits: usize,
    pub left: BTreeMap<Reason, usize>,
    /// Its unreadable tags, as its last decision named them.
    pub errors: Option<Vec<TagError>>,
    /// Why its last action failed; the inner `None`: it did not.
    pub failed: Option<Option<String>>,
    pub warning: Option<String>,
}

/// A price that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceChange {
    pub size: String,
    pub region: String,
    /// Seconds since 1970.
    pub at: i64,
    pub price: PricePerHour,
}

impl PriceChange {
    /// At which an interval opened.
    fn at_opening(interval: &Interval) -> Option<PriceChange> {
        Some(PriceChange {
            size: interval.vm_size.clone()?,
            region: interval.location.clone()?,
            at: interval.opened_at.timestamp(),
            price: interval.price.clone()?,
        })
    }
}

/// A resource observed on or off; times in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerObservation {
    pub resource: Arc<str>,
    pub at: i64,
    pub since: i64,
    pub power: Power,
    /// Of what is made of many: how many there were.
    pub count: Option<u32>,
    /// It had been deleted.
    pub gone: bool,
}

impl PowerObservation {
    /// The same for computing when it was on.
    pub fn seen(&self) -> Seen {
        let on = self.power == Power::On;
        Seen {
            at: self.at,
            since: self.since,
            on,
            units: self.count.map_or(i64::from(on), i64::from),
            gone: self.gone,
        }
    }
}

impl Day {
    /// When the last sweep was.
    pub fn last_sweep(&self) -> Option<DateTime<Utc>> {
        let last = self.sweeps.iter().map(|sweep| sweep.at).max();
        last.and_then(|at| DateTime::from_timestamp(at, 0))
    }

    /// Keeps what is of resources with these ids.
    pub fn only(&mut self, wanted: &(dyn Fn(&str) -> bool + Sync)) {
        self.resources.retain(|id, _| wanted(id));
        for (_, dropped) in self.opened.extract_if(.., |(id, _)| !wanted(id)) {
            let prices = &mut self.other_prices;
            prices.extend(PriceChange::at_opening(&dropped).filter(|one| !prices.contains(one)));
        }
        self.closed.retain(|(id, _)| wanted(id));
        self.powers.retain(|of| wanted(&of.resource));
        self.uses.retain(|(id, _)| wanted(id));
    }

    /// Tells a history what this day knows.
    pub fn tell(&self, history: &mut History) {
        for sweep in &self.sweeps {
            history.sweep(sweep.clone());
        }
        for price in &self.prices {
            history.price(&price.size, &price.region, price.at, price.price.clone());
        }
        let begin = self.date.and_time(NaiveTime::MIN).and_utc().timestamp();
        for (id, of) in &self.resources {
            if let Some(workspace) = &of.resource.decided_in {
                history.decided_in(id, begin, workspace);
            }
        }
        for one in &self.powers {
            history.observed(&one.resource, one.at, one.since, one.power);
        }
    }
}

/// Whether a later version may read more in it than this one does.
pub(super) fn is_newer(record: &Record) -> bool {
    record.schema > SCHEMA || matches!(record.what, What::Newer(_))
}

impl Activity {
    pub fn new(resource: Arc<Resource>) -> Activity {
        Activity {
            resource,
            accepted: BTreeMap::new(),
            unneeded_starts: 0,
            waits: 0,
            left: BTreeMap::new(),
            errors: None,
            failed: None,
            warning: None,
        }
    }

    /// Adds what became of it in the time after this.
    pub fn add(&mut self, later: &Activity) {
        self.stand(later);
        for (cause, (stops, starts)) in &later.accepted {
            let accepted = self.accepted.entry(*cause).or_default();
            *accepted = (accepted.0 + stops, accepted.1 + starts);
        }
        self.unneeded_starts += later.unneeded_starts;
        self.waits += later.waits;
        for (reason, count) in &later.left {
            *self.left.entry(*reason).or_default() += count;
        }
        self.warning = later.warning.clone().or(self.warning.take());
    }

    /// Takes over how it stood later: what is wrong stands until it is mended.
    pub fn stand(&mut self, later: &Activity) {
        self.resource = later.resource.clone();
        self.errors = later.errors.clone().or(self.errors.take());
        self.failed = later.failed.clone().or(self.failed.take());
    }
}
