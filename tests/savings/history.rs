//! Histories of one instance, generated: people, our own stops and starts, saved state that is lost, sweeps that do not
//! happen, prices that change. What truly happened is kept to the second beside the records.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::{
    Benefit, By, Cause, Closed, Ended, Interval, IntervalKind, Observation, OffAnyway,
    OperationOutcome, OwnOperation, PricePerHour, Reason, Record, Resource, What,
};
use lamplighter_core::schedule::Power;
use lamplighter_core::tz;
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A week before the clocks of Lisbon go back.
pub const BEGIN: &str = "2026-10-19T00:00:00Z";
pub const DAYS: i64 = 14;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time in a test")
}

pub fn begin() -> DateTime<Utc> {
    at(BEGIN)
}

pub fn end() -> DateTime<Utc> {
    begin() + TimeDelta::days(DAYS)
}

#[derive(Clone, Debug)]
pub enum Event {
    /// Our stop, for one of these reasons; where given, so many minutes later it would have been off anyway.
    OurStop(u8, Option<i64>),
    OurStart,
    PersonStart,
    PersonStop,
    /// The saved state is lost: what is open will never be closed by a record.
    Forget,
    /// No sweep for so many minutes.
    NoSweeps(i64),
    /// In cents.
    Price(i64),
    /// A dry run would stop it.
    DryRun,
    /// It is left on by somebody who started it again after our stop.
    StartedAgain,
}

pub fn events() -> impl Strategy<Value = Vec<(i64, Event)>> {
    let event = prop_oneof![
        6 => (0u8..6, proptest::option::of(0i64..3000)).prop_map(|(reason, off)| Event::OurStop(reason, off)),
        3 => Just(Event::OurStart),
        3 => Just(Event::PersonStart),
        2 => Just(Event::PersonStop),
        1 => Just(Event::Forget),
        2 => (10i64..2000).prop_map(Event::NoSweeps),
        2 => (1i64..500).prop_map(Event::Price),
        1 => Just(Event::DryRun),
        1 => Just(Event::StartedAgain),
    ];
    // Seconds from one event to the next: a sweep, every five minutes, lies in between.
    proptest::collection::vec((400i64..90_000, event), 0..40)
}

/// The records of a history, and what truly was.
#[derive(Debug)]
pub struct Story {
    pub records: Vec<Record>,
    /// How many seconds it truly was off since a stop of ours.
    pub seconds_off_by_lamplighter: i64,
    pub highest_price: Decimal,
}

struct Teller {
    records: Vec<Record>,
    /// Whether it is off since a stop of ours, from each of these seconds on.
    off_by_lamplighter: Vec<(i64, bool)>,
    on: bool,
    started_by_us: bool,
    since: DateTime<Utc>,
    /// The interval that is open: a stop's, a start's or a dry run's.
    open: Vec<Interval>,
    price: PricePerHour,
    /// No sweep until then.
    blind_until: DateTime<Utc>,
    /// The last change is observed then.
    observed_at: DateTime<Utc>,
    highest: Decimal,
}

pub fn tell(events: &[(i64, Event)]) -> Story {
    let mut teller = Teller {
        records: Vec::new(),
        off_by_lamplighter: Vec::new(),
        on: true,
        started_by_us: false,
        since: begin(),
        open: Vec::new(),
        price: price(100, begin()),
        blind_until: begin(),
        observed_at: begin(),
        highest: Decimal::ONE,
    };
    teller.observe(begin(), Some(By::Others));
    let (mut now, mut swept) = (begin(), begin());
    for (seconds, event) in events {
        now += TimeDelta::seconds(*seconds);
        if now >= end() - TimeDelta::hours(1) {
            break;
        }
        teller.sweeps(&mut swept, now);
        teller.happen(now, event);
    }
    teller.sweeps(&mut swept, end());
    Story {
        seconds_off_by_lamplighter: teller.seconds_off(),
        records: teller.records,
        highest_price: teller.highest,
    }
}

pub fn price(cents: i64, now: DateTime<Utc>) -> PricePerHour {
    PricePerHour {
        amount: Decimal::new(cents, 2),
        currency: "USD".into(),
        source: "retail-prices".into(),
        fetched_at: now,
        parts: Vec::new(),
    }
}

pub fn resource() -> Resource {
    Resource {
        id: "/subscriptions/s/resourcegroups/r/providers/microsoft.machinelearningservices/workspaces/w/computes/ana".into(),
        kind: Kind::Instance,
        name: "ana".into(),
        workspace: "w".into(),
        owner: Some("=ana@example.org".into()),
        vm_size: Some("Standard_D4s_v3".into()),
        location: Some("westeurope".into()),
        decided_in: None,
        billed_in: None,
        tags: BTreeMap::from([("cost-center".into(), "=4711".into())]),
    }
}

impl Teller {
    fn write(&mut self, id: String, at: DateTime<Utc>, what: What) {
        let resource = match what {
            What::Sweep { .. } | What::Price { .. } => None,
            _ => Some(resource()),
        };
        self.records.push(Record::new(id, at, resource, what));
    }

    /// When the next sweep is: what happens while there is none is observed when they are back.
    fn next_sweep(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        (now + TimeDelta::minutes(5)).max(self.blind_until)
    }

    fn sweeps(&mut self, swept: &mut DateTime<Utc>, until: DateTime<Utc>) {
        while *swept < until {
            if *swept >= self.blind_until {
                let summary = serde_json::json!({"dry_run": false, "unseen": []});
                self.write(format!("sweep:{swept}"), *swept, What::Sweep { summary });
            }
            *swept += TimeDelta::minutes(60);
        }
    }

    fn observe(&mut self, at: DateTime<Utc>, by: Option<By>) {
        let power = if self.on { Power::On } else { Power::Off };
        let observation = Observation {
            state: if self.on { "Running" } else { "Stopped" }.into(),
            power: Some(power),
            count: None,
            since: self.since,
            by,
            trigger: None,
            job: false,
            hold: None,
            schedule: None,
            holidays: None,
        };
        self.write(format!("observed:{at}"), at, What::Observed { observation });
    }

    fn happen(&mut self, now: DateTime<Utc>, event: &Event) {
        // What comes and goes unobserved, nobody can count.
        let observed = now >= self.observed_at;
        let swept = observed && now >= self.blind_until;
        match event {
            Event::OurStop(reason, off) if self.on && swept => self.our_stop(now, *reason, *off),
            Event::OurStart if !self.on && swept => {
                self.turn(now, true, By::Lamplighter);
                self.open(IntervalKind::Unused, now, Reason::ScheduleOn, None);
            }
            Event::PersonStart if !self.on && observed => self.turn(now, true, By::Others),
            Event::PersonStop if self.on && observed => self.turn(now, false, By::Others),
            Event::Forget => self.open.clear(),
            Event::NoSweeps(minutes) => self.blind_until = now + TimeDelta::minutes(*minutes),
            Event::Price(cents) if swept => {
                self.price = price(*cents, now);
                self.highest = self.highest.max(self.price.amount);
                let what = What::Price {
                    vm_size: "Standard_D4s_v3".into(),
                    location: "westeurope".into(),
                    price: self.price.clone(),
                    from: None,
                };
                self.write(format!("price:{now}"), now, what);
            }
            Event::DryRun if self.on && swept => {
                self.open(IntervalKind::Projected, now, Reason::ScheduleOff, None)
            }
            // What Lamplighter started itself, nobody started again, whether that is still known or not.
            Event::StartedAgain if self.on && swept && !self.started_by_us => {
                self.open(IntervalKind::StartedAgain, now, Reason::ScheduleOff, None)
            }
            _ => {}
        }
    }

    fn is_open(&self, kind: IntervalKind) -> bool {
        self.open.iter().any(|open| open.kind == kind)
    }

    fn our_stop(&mut self, now: DateTime<Utc>, reason: u8, off: Option<i64>) {
        let reasons = [
            Reason::ScheduleOff,
            Reason::LeaseEnded,
            Reason::HoldOff,
            Reason::Idle,
            Reason::MaxUptime,
            Reason::Enforced,
        ];
        let reason = reasons[usize::from(reason)];
        let sweep = self.next_sweep(now);
        self.turn(now, false, By::Lamplighter);
        self.since = sweep;
        let operation = operation(now, reason, sweep);
        let ended = operation.ended.clone().expect("our operations end");
        let (id, power) = (operation.id.clone(), Power::Off);
        self.write(format!("action:{id}"), now, What::Action { operation });
        let what = What::Answer {
            operation: id.clone(),
            power,
            accepted: true,
            passing: false,
            why: None,
        };
        self.write(format!("answer:{id}"), now, what);
        let what = What::Settlement {
            operation: id.clone(),
            power,
            reason,
            ended,
        };
        self.write(format!("settlement:{id}"), sweep, what);
        let off = off.map(|minutes| sweep + TimeDelta::minutes(minutes));
        self.open(IntervalKind::Avoided, sweep, reason, off);
        self.note_off(sweep, true);
    }

    fn note_off(&mut self, at: DateTime<Utc>, off: bool) {
        let second = (at - begin()).num_seconds();
        self.off_by_lamplighter.retain(|(from, _)| *from < second);
        self.off_by_lamplighter.push((second, off));
    }

    fn seconds_off(&self) -> i64 {
        let last = DAYS * 86_400;
        let ends = self.off_by_lamplighter.iter().map(|(from, _)| *from);
        let ends = ends.skip(1).chain([last]);
        let spans = self.off_by_lamplighter.iter().zip(ends);
        spans
            .filter(|((_, off), _)| *off)
            .map(|((from, _), to)| (to.min(last) - from).max(0))
            .sum()
    }

    fn open(
        &mut self,
        kind: IntervalKind,
        now: DateTime<Utc>,
        reason: Reason,
        off: Option<DateTime<Utc>>,
    ) {
        if self.is_open(kind) {
            return;
        }
        let operation = format!("{}:stop:{now}", resource().id);
        let interval = Interval {
            id: format!("{kind:?}:{operation}"),
            kind,
            operation,
            cause: Cause::of(reason),
            opened_at: now,
            horizon: morning(now),
            off_anyway: off.map(|at| OffAnyway {
                at,
                why: "its own schedule".into(),
            }),
            count: 1,
            vm_size: resource().vm_size,
            location: resource().location,
            price: Some(self.price.clone()),
            benefit: Benefit::None,
        };
        let (id, opened) = (format!("opened:{}", interval.id), interval.clone());
        self.write(id, now, What::Opened { interval: opened });
        self.open.push(interval);
    }

    /// Somebody starts or stops it, or Lamplighter does; the next sweep observes it.
    fn turn(&mut self, now: DateTime<Utc>, on: bool, by: By) {
        (self.on, self.since) = (on, now);
        self.started_by_us = on && by == By::Lamplighter;
        let sweep = self.next_sweep(now);
        self.note_off(now, false);
        for interval in std::mem::take(&mut self.open) {
            let closed = Closed {
                interval: interval.id.clone(),
                kind: interval.kind,
                at: now.max(interval.opened_at),
                why: "turned".into(),
            };
            self.write(
                format!("closed:{}", interval.id),
                sweep,
                What::Closed { closed },
            );
        }
        self.observe(sweep, Some(by));
        self.observed_at = sweep;
    }
}

fn operation(now: DateTime<Utc>, reason: Reason, sweep: DateTime<Utc>) -> OwnOperation {
    OwnOperation {
        id: format!("{}:stop:{sweep}", resource().id),
        power: Power::Off,
        reason,
        cause: now,
        requested_at: now,
        claimed_until: now,
        extra: false,
        value: None,
        from: None,
        settles_within: None,
        unneeded_start: None,
        text: None,
        accepted_at: Some(now),
        ended: Some(Ended {
            at: sweep,
            how: OperationOutcome::Settled,
            why: None,
        }),
    }
}

/// The next 08:00 in Lisbon, at most three days away as horizons are.
fn morning(now: DateTime<Utc>) -> DateTime<Utc> {
    let eight = NaiveTime::from_hms_opt(8, 0, 0).expect("a time of day");
    let lisbon = tz::named("Europe/Lisbon").expect("a zone");
    let today = now.with_timezone(&lisbon).date_naive();
    let days = (0..3).map(|days| today + Days::new(days));
    let eights = days.filter_map(|day| lisbon.from_local_datetime(&day.and_time(eight)).earliest());
    let next = eights.map(|at| at.to_utc()).find(|at| *at > now);
    next.expect("there is a morning within three days")
}
