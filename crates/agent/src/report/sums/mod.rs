//! What a period comes to, by resource: all that a report shows, and much smaller than its days. Those of periods that
//! follow each other add up, so that those of months that are over are kept.

pub mod document;

use super::days::Days;
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{Cause, Reason, Resource, What};
use lamplighter_core::savings::{self, Amount, ByCause, Counted};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// What a period comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// By ARM id, lower case.
    pub resources: BTreeMap<String, ResourceSums>,
    /// By UTC day.
    pub days: BTreeMap<NaiveDate, ByCause>,
    /// What is in the upper bound and not saved, by the rule that leaves it out: seconds and money.
    pub beyond: BTreeMap<Counted, (i64, Amount)>,
    /// ISO 4217; `None` where no price is known at all.
    pub currency: Option<String>,
    /// Records of kinds that this version does not know, by kind.
    pub newer: BTreeMap<String, usize>,
    /// Whether the ledger has any day of it.
    pub recorded: bool,
}

/// What a period comes to for one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceSums {
    /// As its last record up to the period's end has it.
    pub resource: Resource,
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
    pub causes: ByCause,
}

impl ResourceSums {
    fn new(resource: &Resource) -> ResourceSums {
        ResourceSums {
            resource: resource.clone(),
            accepted: BTreeMap::new(),
            unneeded_starts: 0,
            waits: 0,
            left: BTreeMap::new(),
            errors: None,
            failed: None,
            warning: None,
            causes: ByCause::new(),
        }
    }

    /// Adds what it comes to in the time after this.
    fn add(&mut self, later: ResourceSums) {
        self.resource = later.resource;
        for (cause, (stops, starts)) in later.accepted {
            let accepted = self.accepted.entry(cause).or_default();
            *accepted = (accepted.0 + stops, accepted.1 + starts);
        }
        self.unneeded_starts += later.unneeded_starts;
        self.waits += later.waits;
        for (reason, count) in later.left {
            *self.left.entry(reason).or_default() += count;
        }
        // What is wrong stands until it is mended.
        self.errors = later.errors.or(self.errors.take());
        self.failed = later.failed.or(self.failed.take());
        self.warning = later.warning.or(self.warning.take());
        for (cause, figures) in &later.causes {
            *self.causes.entry(*cause).or_default() += figures;
        }
    }
}

impl Sums {
    /// Adds up the days of `from <= t < to`, as known at `now`.
    pub fn of(days: &Days, from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Sums {
        let known = savings::known(days.opened(), days.closed());
        let account = savings::account(&known, &days.history(), from, to, now);
        let resources = days.resources().into_iter();
        let resources =
            resources.map(|(id, resource)| (id.to_owned(), ResourceSums::new(resource)));
        let mut sums = Sums {
            resources: resources.collect(),
            days: account.days,
            beyond: account.beyond,
            currency: account.currency,
            newer: newer(days),
            recorded: !days.within.is_empty(),
        };
        for (id, causes) in account.resources {
            if let Some(of) = sums.resources.get_mut(&id) {
                of.causes = causes;
            }
        }
        sums.take_days(days);
        sums
    }

    fn take_days(&mut self, days: &Days) {
        // What is wrong stands until it is mended, also where it went wrong before the period.
        let until_now = days.before.iter().chain(&days.within);
        for (id, of) in until_now.flat_map(|day| &day.resources) {
            if of.errors.is_none() && of.failed.is_none() {
                continue;
            }
            if let Some(one) = self.resources.get_mut(&**id) {
                one.errors = of.errors.clone().or(one.errors.take());
                one.failed = of.failed.clone().or(one.failed.take());
            }
        }
        for (id, of) in days.within.iter().flat_map(|day| &day.resources) {
            let Some(one) = self.resources.get_mut(&**id) else {
                continue;
            };
            for (cause, (stops, starts)) in &of.accepted {
                let accepted = one.accepted.entry(*cause).or_default();
                *accepted = (accepted.0 + stops, accepted.1 + starts);
            }
            one.unneeded_starts += of.unneeded_starts;
            one.waits += of.waits;
            for (reason, count) in &of.left {
                *one.left.entry(*reason).or_default() += count;
            }
            one.warning = of.warning.clone().or(one.warning.take());
        }
    }

    /// Adds what the time after this comes to, in the same currency.
    pub fn add(&mut self, later: Sums) {
        self.currency = later.currency.or(self.currency.take());
        for (id, of) in later.resources {
            match self.resources.entry(id) {
                Entry::Occupied(mut known) => known.get_mut().add(of),
                Entry::Vacant(new) => {
                    new.insert(of);
                }
            }
        }
        for (day, causes) in later.days {
            let known = self.days.entry(day).or_default();
            for (cause, figures) in &causes {
                *known.entry(*cause).or_default() += figures;
            }
        }
        for (counted, (seconds, money)) in later.beyond {
            let known = self.beyond.entry(counted).or_default();
            *known = (known.0 + seconds, known.1 + money);
        }
        for (kind, count) in later.newer {
            *self.newer.entry(kind).or_default() += count;
        }
        self.recorded |= later.recorded;
    }

    /// The resources, by ARM id.
    pub fn known(&self) -> HashMap<&str, &Resource> {
        let all = self.resources.iter();
        all.map(|(id, of)| (id.as_str(), &of.resource)).collect()
    }
}

fn newer(days: &Days) -> BTreeMap<String, usize> {
    let mut newer = BTreeMap::new();
    for record in days.within.iter().flat_map(|day| &day.newer) {
        if let What::Newer(what) = &record.what {
            *newer.entry(what.kind().to_owned()).or_default() += 1;
        }
    }
    newer
}
