//! The promises, checked against the simulator's own record of what truly happened.
//!
//! Written apart from `decide`: it knows the record, the tags and the calendar of edges, and none of the rules'
//! code. What it finds is printed by the demo and must be nothing.

use super::lives::{Governed, governed};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::policy::{Defaults, Idle, Policy};
use lamplighter_core::schedule::{Edge, EdgeKind, Power, Rules, Schedule};
use lamplighter_simulator::Fleet;
use lamplighter_simulator::fleet::InstanceState;
use lamplighter_simulator::world::{Action, By, Event, What};
use rust_decimal::Decimal;
use serde::Serialize;

/// What the record says of the promises; empty lists and zeros are a clean bill of health.
#[derive(Debug, Default, Serialize)]
pub struct Check {
    /// How many resources' lives were gone through.
    pub watched: usize,
    /// Jobs that were running when Lamplighter stopped their resource: resource and job.
    pub jobs_killed: Vec<String>,
    /// Pods of others that ran, and had been seen, when Lamplighter stopped their cluster.
    pub pods_killed: Vec<String>,
    /// People's starts that Lamplighter undid before the next edge or the end of the lease.
    pub starts_undone: Vec<String>,
    /// Resources that were due off and still on more than two sweeps later.
    pub left_on: Vec<String>,
    /// Actions that a second sweep at the same instant wanted as well, in `second_sweeps` such sweeps.
    pub repeated_actions: usize,
    pub second_sweeps: usize,
    /// Resources that saved more than their bill really fell: id, saved, true difference.
    pub overstated: Vec<(String, Decimal, Decimal)>,
    pub problems: Vec<String>,
}

/// One resource's life, as the record tells it.
struct Life<'a> {
    name: String,
    policy: Policy,
    readable: bool,
    events: Vec<&'a Event>,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
    floor: Option<u32>,
    /// Whether it was on at the beginning; `None`: the record tells.
    found_on: Option<bool>,
    ahead: TimeDelta,
    /// Azure's own autoscale sees to it, and Lamplighter leaves it.
    autoscaled: bool,
}

/// `LEASE` as the demo leaves it.
const LEASE: TimeDelta = TimeDelta::hours(4);
/// Two of the demo's sweeps, and the time a stop takes.
const TWO_SWEEPS: TimeDelta = TimeDelta::seconds(2 * 600 + 90);
/// Metrics are three minutes late, and of five minutes each: of what began since, nobody could know.
const UNSEEN: TimeDelta = TimeDelta::minutes(8);
/// How closely the fortnight is sampled.
const SAMPLE: TimeDelta = TimeDelta::minutes(5);

impl Check {
    /// Goes through the record of `begin..end`.
    pub fn record(
        &mut self,
        fleet: &Fleet,
        defaults: &Defaults,
        events: &[Event],
        span: (DateTime<Utc>, DateTime<Utc>),
    ) {
        for resource in governed(fleet, defaults) {
            self.watched += 1;
            let life = Life::of(resource, events, span);
            self.jobs_killed.extend(life.jobs_killed());
            self.pods_killed.extend(life.pods_killed());
            self.starts_undone.extend(life.starts_undone());
            self.left_on.extend(life.left_on());
        }
    }

    pub fn is_clean(&self) -> bool {
        self.jobs_killed.is_empty()
            && self.pods_killed.is_empty()
            && self.starts_undone.is_empty()
            && self.left_on.is_empty()
            && self.repeated_actions == 0
            && self.overstated.is_empty()
            && self.problems.is_empty()
    }
}

impl<'a> Life<'a> {
    fn of(resource: Governed, events: &'a [Event], span: (DateTime<Utc>, DateTime<Utc>)) -> Self {
        let (name, reading) = (resource.name, resource.reading);
        let own = events.iter();
        let own = own.filter(|event| event.instance.eq_ignore_ascii_case(&name));
        Life {
            readable: !reading.errors.iter().any(|error| error.blocks),
            policy: reading.policy,
            events: own.collect(),
            begin: span.0,
            end: span.1,
            floor: resource.floor,
            found_on: resource.found_on,
            ahead: resource.ahead,
            autoscaled: resource.autoscaled,
            name,
        }
    }

    fn pods_killed(&self) -> Vec<String> {
        let killed = self.events.iter().filter_map(|event| match &event.what {
            What::PodKilled {
                pod,
                by: By::Api { .. },
            } => Some((event.at, pod)),
            _ => None,
        });
        let known = killed.filter(|(at, pod)| {
            let is_its = |what: &What| matches!(what, What::PodStarted { pod: own } if own == *pod);
            let mut before = self.events.iter().rev().filter(|event| event.at <= *at);
            let began = before.find(|event| is_its(&event.what));
            began.is_some_and(|began| *at - began.at > UNSEEN)
        });
        let told = known.map(|(at, pod)| format!("{} {pod} at {at}", self.name));
        told.collect()
    }

    fn jobs_killed(&self) -> Vec<String> {
        let killed = self.events.iter().filter_map(|event| match &event.what {
            What::JobKilled {
                job,
                by: By::Api { .. },
            } => Some(format!("{} {job} at {}", self.name, event.at)),
            _ => None,
        });
        killed.collect()
    }

    fn schedule(&self) -> Option<&Schedule> {
        self.policy
            .schedule
            .as_ref()
            .map(|schedule| &schedule.value)
    }

    /// Accepted starts and stops, and whether they were Lamplighter's.
    fn operations(&self) -> impl Iterator<Item = (DateTime<Utc>, Power, bool)> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Requested { action, by, .. } => {
                let power = if *action == Action::Stop {
                    Power::Off
                } else {
                    Power::On
                };
                Some((event.at, power, matches!(by, By::Api { .. })))
            }
            What::PowerRequested { call, by, .. } => {
                let power = match call.as_str() {
                    "start" => Power::On,
                    _ => Power::Off,
                };
                Some((event.at, power, matches!(by, By::Api { .. })))
            }
            What::Changed { to, by, .. } => {
                let power = match *to > self.floor.unwrap_or_default() {
                    true => Power::On,
                    false => Power::Off,
                };
                Some((event.at, power, matches!(by, By::Api { .. })))
            }
            _ => None,
        })
    }

    /// The last start or stop by anyone else, at or before an instant.
    fn external(&self, at: DateTime<Utc>) -> Option<(DateTime<Utc>, Power)> {
        let others = self
            .operations()
            .filter(|(when, _, ours)| !ours && *when <= at);
        let last = others.last().map(|(when, power, _)| (when, power));
        // That one is on of which Azure names no operation is somebody's doing, as of the first sweep.
        let unnamed = self.found_on.filter(|on| *on && at >= self.begin);
        last.or(unnamed.map(|_| (self.begin, Power::On)))
    }

    fn starts_undone(&self) -> Vec<String> {
        let mode = self
            .policy
            .mode
            .as_ref()
            .map(|mode| mode.value)
            .unwrap_or_default();
        let mut undone = Vec::new();
        for (at, power, ours) in self.operations() {
            let Some((started, Power::On)) = self
                .external(at)
                .filter(|_| ours && power == Power::Off && !mode.enforce)
            else {
                continue;
            };
            let Some(schedule) = self.schedule() else {
                undone.push(format!("{} at {at}, without a schedule", self.name));
                continue;
            };
            let edge_between = !schedule
                .edges(started, at + TimeDelta::seconds(1))
                .is_empty();
            let held_off = self
                .policy
                .hold
                .as_ref()
                .is_some_and(|hold| hold.value.power == Power::Off);
            let leased = schedule
                .at(at)
                .since
                .is_none_or(|edge| edge.kind == EdgeKind::Window);
            let lease_over = leased && at >= started + LEASE;
            // Whoever has asked for that wants it stopped for want of work, whoever has started it.
            let idle = self.policy.idle.as_ref().map(|idle| &idle.value);
            let idle_over = match idle {
                Some(Idle::After { length, .. }) => {
                    TimeDelta::from_std(*length).is_ok_and(|length| at >= started + length)
                }
                _ => false,
            };
            if !(edge_between || held_off || lease_over || idle_over) {
                undone.push(format!(
                    "{} at {at}, started by hand at {started}",
                    self.name
                ));
            }
        }
        undone
    }

    fn left_on(&self) -> Vec<String> {
        let mode = self
            .policy
            .mode
            .as_ref()
            .map(|mode| mode.value)
            .unwrap_or_default();
        let ours = self.readable && self.policy.governed && !mode.ignore && !mode.dry_run;
        let ours = ours && !self.autoscaled;
        let Some(schedule) = self.schedule().filter(|_| ours) else {
            return Vec::new();
        };
        let mut late = Vec::new();
        let mut at = self.begin + TWO_SWEEPS;
        while at < self.end {
            if self.is_on(at)
                && self
                    .due_since(schedule, at)
                    .is_some_and(|due| at > due + TWO_SWEEPS)
            {
                late.push(format!("{} at {at}", self.name));
            }
            at += SAMPLE;
        }
        late
    }

    fn is_on(&self, at: DateTime<Utc>) -> bool {
        let states = self.events.iter().filter(|event| event.at <= at).rev();
        let on = states.into_iter().find_map(|event| match &event.what {
            What::State { to, .. } => Some(matches!(
                to,
                InstanceState::Running | InstanceState::JobRunning
            )),
            What::Power { to, .. } => Some(to.eq_ignore_ascii_case("running")),
            What::Changed { to, .. } => Some(*to > self.floor.unwrap_or_default()),
            _ => None,
        });
        on.or(self.found_on).unwrap_or(false)
    }

    /// Since when the resource has had to be off at an instant, if it has: the latest of all that demands it.
    fn due_since(&self, schedule: &Schedule, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let desired = schedule.at(at);
        if desired.power != Some(Power::Off) || schedule.rules == Rules::Always {
            return None;
        }
        if self.is_ahead(desired.next, at) {
            return None;
        }
        let mut due = desired
            .since
            .map_or(self.begin, |edge| edge.at)
            .max(self.begin);
        if let Some((started, Power::On)) = self
            .external(at)
            .filter(|(started, _)| desired.since.is_none_or(|edge| *started >= edge.at))
        {
            if desired
                .since
                .is_some_and(|edge| edge.kind == EdgeKind::Edge)
            {
                return None;
            }
            due = due.max(started + LEASE);
        }
        if let Some(hold) = self
            .policy
            .hold
            .as_ref()
            .filter(|hold| hold.value.power == Power::On)
        {
            due = due.max(hold.value.held(self.begin).until);
        }
        Some(due.max(self.last_job(at)?))
    }

    /// Whether it is on by our own start, ahead of the edge that demands it.
    fn is_ahead(&self, next: Option<Edge>, at: DateTime<Utc>) -> bool {
        let edge = next.filter(|edge| edge.power == Power::On);
        let ours = self.operations().filter(|(when, _, _)| *when <= at).last();
        match (edge, ours) {
            (Some(edge), Some((started, Power::On, true))) => {
                let begin = edge.at - self.ahead;
                begin <= started && begin <= at
            }
            _ => false,
        }
    }

    /// The end of the last job before an instant; `None` while one runs.
    fn last_job(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (mut running, mut ended) = (0, self.begin);
        for event in self.events.iter().filter(|event| event.at <= at) {
            match &event.what {
                What::JobSubmitted { .. } | What::PodStarted { .. } => running += 1,
                What::JobEnded { .. }
                | What::JobKilled { .. }
                | What::PodEnded { .. }
                | What::PodKilled { .. } => {
                    running -= 1;
                    ended = event.at;
                }
                _ => {}
            }
        }
        (running <= 0).then_some(ended)
    }
}
