//! What the records of one UTC day say, as far as figures need it: much smaller than the records, and enough.

use lamplighter_core::decide::{Action, Outcome, Reason};
use lamplighter_core::record::{Machine, Record, What};
use lamplighter_core::policy::TagError;
use lamplighter_core::savings::{Cause, Closed, History, Interval, PricePerHour, Sweep};
use lamplighter_core::schedule::Power;
use chrono::{NaiveDate, SubsecRound, TimeDelta};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The records of a day, or of a part of one, taken together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    pub date: NaiveDate,
    /// How many records there were.
    pub records: usize,
    /// By ARM id, lower case.
    pub machines: BTreeMap<Arc<str>, About>,
    /// With the machine's id.
    pub opened: Vec<(Arc<str>, Interval)>,
    /// With the machine's id.
    pub closed: Vec<(Arc<str>, Closed)>,
    pub prices: Vec<Price>,
    pub sweeps: Vec<Sweep>,
    pub seen: Vec<Sight>,
}

/// What became of one machine.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// As it was last spoken of.
    pub machine: Machine,
    /// Acts that Azure accepted, by cause: stops and starts.
    pub acts: BTreeMap<Cause, (usize, usize)>,
    pub unneeded_starts: usize,
    pub waits: usize,
    pub left: BTreeMap<Reason, usize>,
    /// Its unreadable tags, as its last decision named them.
    pub errors: Option<Vec<TagError>>,
    /// Why its last act failed; the inner `None`: it did not.
    pub failed: Option<Option<String>>,
    pub warning: Option<String>,
}

/// A price that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    pub size: String,
    pub region: String,
    /// Seconds since 1970.
    pub at: i64,
    pub price: PricePerHour,
}

/// A machine seen on or off; times in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    pub machine: Arc<str>,
    pub at: i64,
    pub since: i64,
    pub power: Power,
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
            if let What::Act { act } = &record.what {
                causes.insert(&act.id, Cause::of(act.reason));
            }
            day.take(record);
            let Some(machine) = &record.machine else {
                continue;
            };
            let about = day.machines.entry(machine.id.as_str().into());
            let about = about.or_insert_with(|| About::new(machine));
            about.hear(machine, record, &causes);
        }
        day
    }

    fn take(&mut self, record: &Record) {
        let at = record.at.timestamp();
        match (&record.what, &record.machine) {
            (What::Opened { interval }, Some(machine)) => self
                .opened
                .push((machine.id.as_str().into(), whole(interval))),
            (What::Closed { closed }, Some(machine)) => {
                let mut closed = closed.clone();
                closed.at = closed.at.trunc_subsecs(0);
                self.closed.push((machine.id.as_str().into(), closed));
            }
            (
                What::Price {
                    size,
                    region,
                    price,
                },
                _,
            ) => self.prices.push(Price {
                size: size.clone(),
                region: region.clone(),
                at,
                price: price.clone(),
            }),
            (What::Seen { seen }, Some(machine)) => self.seen.extend(seen.power.map(|power| {
                let since = seen.since.timestamp();
                let machine = machine.id.as_str().into();
                Sight {
                    machine,
                    at,
                    since,
                    power,
                }
            })),
            // A round in which only news was told does not show who looked at the machines that it is silent of.
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

    /// Tells a history what this day knows.
    pub fn tell(&self, history: &mut History) {
        for sweep in &self.sweeps {
            history.sweep(sweep.clone());
        }
        for price in &self.prices {
            history.price(&price.size, &price.region, price.at, price.price.clone());
        }
        for sight in &self.seen {
            history.seen(&sight.machine, sight.at, sight.since, sight.power);
        }
    }
}

/// An interval in whole seconds, none of them more than it has.
fn whole(interval: &Interval) -> Interval {
    let mut interval = interval.clone();
    let opened = interval.opened_at.trunc_subsecs(0);
    if opened < interval.opened_at {
        // No clock says a time so near the end of the calendar.
        let next = opened.checked_add_signed(TimeDelta::seconds(1));
        interval.opened_at = next.unwrap_or(opened);
    }
    interval.horizon = interval.horizon.trunc_subsecs(0);
    if let Some(off) = &mut interval.off_anyway {
        off.at = off.at.trunc_subsecs(0);
    }
    interval
}

impl About {
    pub fn new(machine: &Machine) -> About {
        About {
            machine: machine.clone(),
            acts: BTreeMap::new(),
            unneeded_starts: 0,
            waits: 0,
            left: BTreeMap::new(),
            errors: None,
            failed: None,
            warning: None,
        }
    }

    fn hear(&mut self, machine: &Machine, record: &Record, causes: &HashMap<&str, Cause>) {
        // A record of its deletion knows less of it than those before.
        if !matches!(record.what, What::Gone | What::Closed { .. }) {
            self.machine = machine.clone();
        }
        match &record.what {
            What::Answer {
                accepted: true,
                power,
                act,
                ..
            } => {
                let cause = causes.get(act.as_str()).copied().unwrap_or_default();
                let acts = self.acts.entry(cause).or_default();
                match power {
                    Power::Off => acts.0 += 1,
                    Power::On => acts.1 += 1,
                }
            }
            What::Answer {
                accepted: false,
                why,
                ..
            } => self.failed = Some(why.clone()),
            What::Settlement { ended, .. } => match ended.how {
                Outcome::Settled => self.failed = Some(None),
                Outcome::Failed => {
                    let why = ended.why.clone();
                    self.failed = Some(Some(why.unwrap_or_else(|| "failed".into())));
                }
                Outcome::Overtaken => {}
            },
            What::Gone => {
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
                match action {
                    Action::Wait => self.waits += 1,
                    Action::Leave if !reason.is_plain() => {
                        *self.left.entry(*reason).or_default() += 1;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
