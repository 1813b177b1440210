//! What a period comes to, by resource: all that a report shows, and much smaller than its days. Those of periods that
//! follow each other add up, so that those of months that are over are kept.

pub mod document;

use super::day::Activity;
use super::days::Days;
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::record::{Resource, What};
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
    /// What is wrong with it stands also where it went wrong before the period; the rest is the period's.
    pub activity: Activity,
    pub causes: ByCause,
}

impl ResourceSums {
    fn of(activity: Activity) -> ResourceSums {
        ResourceSums {
            activity,
            causes: ByCause::new(),
        }
    }
}

impl Sums {
    /// Adds up the days of `from <= t < to`, as known at `now`.
    pub fn of(days: &Days, from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Sums {
        let known = savings::known(days.opened(), days.closed());
        let account = savings::account(&known, &days.history(), from, to, now);
        let mut sums = Sums {
            resources: BTreeMap::new(),
            days: account.days,
            beyond: account.beyond,
            currency: account.currency,
            newer: newer(days),
            recorded: !days.within.is_empty(),
        };
        for (id, of) in days.before.iter().flat_map(|day| &day.resources) {
            sums.of_resource(id, of).activity.stand(of);
        }
        for (id, of) in days.within.iter().flat_map(|day| &day.resources) {
            sums.of_resource(id, of).activity.add(of);
        }
        for (id, causes) in account.resources {
            if let Some(of) = sums.resources.get_mut(&id) {
                of.causes = causes;
            }
        }
        sums
    }

    fn of_resource(&mut self, id: &str, known: &Activity) -> &mut ResourceSums {
        let new = || ResourceSums::of(Activity::new(known.resource.clone()));
        self.resources.entry(id.to_owned()).or_insert_with(new)
    }

    /// Adds what the time after this comes to, in the same currency.
    pub fn add(&mut self, later: Sums) {
        self.currency = later.currency.or(self.currency.take());
        for (id, of) in later.resources {
            match self.resources.entry(id) {
                Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    known.activity.add(&of.activity);
                    add(&mut known.causes, &of.causes);
                }
                Entry::Vacant(new) => {
                    new.insert(of);
                }
            }
        }
        for (day, causes) in later.days {
            add(self.days.entry(day).or_default(), &causes);
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
        all.map(|(id, of)| (id.as_str(), &*of.activity.resource))
            .collect()
    }
}

fn add(known: &mut ByCause, more: &ByCause) {
    for (cause, figures) in more {
        *known.entry(*cause).or_default() += figures;
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
