//! What the records of one UTC day come to, as far as figures need it: much smaller than the records, and enough.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{
    Action, Cause, Closed, Ended, Interval, OperationOutcome, PricePerHour, Reason, Record,
    Resource, SCHEMA, UseDay, What,
};
use lamplighter_core::savings::{History, Seen, Sweep};
use lamplighter_core::schedule::Power;
use std::collections::{BTreeMap, HashMap};
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
    /// Takes records together; they must be in order of time, and each id there once.
    pub fn of<'a>(date: NaiveDate, records: impl IntoIterator<Item = &'a Record>) -> Day {
        let mut day = Day {
            date,
            ..Day::default()
        };
        let mut causes: HashMap<&str, Cause> = HashMap::new();
        for record in records {
            day.records += 1;
            if is_newer(record) {
                day.newer.push(record.clone());
            }
            if let What::Action { operation } = &record.what {
                causes.insert(&operation.id, Cause::of(operation.reason));
            }
            day.take(record);
            // That something was used, or was not, is nothing that became of it.
            let is_use = matches!(record.what, What::Use { .. });
            let Some(resource) = record.resource.as_ref().filter(|_| !is_use) else {
                continue;
            };
            let of = day.resources.entry(resource.id.as_str().into());
            let of = of.or_insert_with(|| Activity::new(Arc::new(resource.clone())));
            of.take(resource, record, &causes);
        }
        day
    }

    fn take(&mut self, record: &Record) {
        let at = record.at.timestamp();
        match (&record.what, &record.resource) {
            (What::Opened { interval }, Some(resource)) => self
                .opened
                .push((resource.id.as_str().into(), whole(interval))),
            (What::Closed { closed }, Some(resource)) => {
                let mut closed = closed.clone();
                closed.at = closed.at.trunc_subsecs(0);
                self.closed.push((resource.id.as_str().into(), closed));
            }
            (
                What::Price {
                    vm_size,
                    location,
                    price,
                    from,
                },
                _,
            ) => self.prices.push(PriceChange {
                size: vm_size.clone(),
                region: location.clone(),
                // It is found out by a sweep after it began.
                at: from.map_or(at, |from| from.timestamp().min(at)),
                price: price.clone(),
            }),
            (What::Observed { observation }, Some(resource)) => {
                let power = observation.power;
                self.powers.extend(power.map(|power| PowerObservation {
                    resource: resource.id.as_str().into(),
                    at,
                    since: observation.since.timestamp(),
                    power,
                    count: observation.count,
                    gone: false,
                }));
            }
            // Nothing is paid for it any more.
            (What::Deleted, Some(resource)) => self.powers.push(PowerObservation {
                resource: resource.id.as_str().into(),
                at,
                since: at,
                power: Power::Off,
                count: Some(0),
                gone: true,
            }),
            (What::Use { seen }, Some(resource)) => {
                self.uses.push((resource.id.as_str().into(), seen.clone()));
            }
            // A round in which only news was told proves no observation of the resources that it is silent about.
            (What::Sweep { summary }, _)
                if summary["dry_run"] != true && summary["only_news"] != true =>
            {
                let unseen = summary["unseen"].as_array().into_iter().flatten();
                let unseen = unseen.filter_map(|id| id.as_str().map(str::to_string));
                let unseen = unseen.collect();
                self.sweeps.push(Sweep { at, unseen });
            }
            _ => {}
        }
    }

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

/// An interval in whole seconds, none of them more than it has.
fn whole(interval: &Interval) -> Interval {
    let mut interval = interval.clone();
    let opened = interval.opened_at.trunc_subsecs(0);
    if opened < interval.opened_at {
        // No clock shows a time so near the end of the calendar.
        let next = opened.checked_add_signed(TimeDelta::seconds(1));
        interval.opened_at = next.unwrap_or(opened);
    }
    interval.horizon = interval.horizon.trunc_subsecs(0);
    if let Some(off) = &mut interval.off_anyway {
        off.at = off.at.trunc_subsecs(0);
    }
    interval
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

    fn take(&mut self, resource: &Resource, record: &Record, causes: &HashMap<&str, Cause>) {
        // A record of its deletion knows less of it than those before.
        let knows = !matches!(record.what, What::Deleted | What::Closed { .. });
        if knows && *self.resource != *resource {
            self.resource = Arc::new(resource.clone());
        }
        match &record.what {
            What::Answer {
                accepted: true,
                power,
                operation,
                ..
            } => {
                let cause = causes.get(operation.as_str()).copied().unwrap_or_default();
                let accepted = self.accepted.entry(cause).or_default();
                match power {
                    Power::Off => accepted.0 += 1,
                    Power::On => accepted.1 += 1,
                }
            }
            What::Answer {
                accepted: false,
                passing: false,
                why,
                ..
            } => self.failed = Some(why.clone()),
            What::Settlement { ended, .. } => self.settle(ended),
            What::Deleted => {
                (self.errors, self.failed) = (Some(Vec::new()), Some(None));
            }
            What::Unneeded { .. } => self.unneeded_starts += 1,
            What::Warning { text } => self.warning = Some(text.clone()),
            What::Decision {
                action,
                reason,
                errors,
                ..
            } => {
                self.errors = Some(errors.clone());
                self.decide(*action, *reason);
            }
            _ => {}
        }
    }

    fn settle(&mut self, ended: &Ended) {
        match ended.how {
            OperationOutcome::Settled => self.failed = Some(None),
            OperationOutcome::Failed => {
                let why = ended.why.clone();
                self.failed = Some(Some(why.unwrap_or_else(|| "failed".into())));
            }
            OperationOutcome::Overtaken => {}
        }
    }

    fn decide(&mut self, action: Action, reason: Reason) {
        match action {
            Action::Wait => self.waits += 1,
            Action::Leave if !reason.is_plain() => {
                *self.left.entry(reason).or_default() += 1;
            }
            _ => {}
        }
    }
}
