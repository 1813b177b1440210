//! An interval that our act opened, and the rules by which it closes.

use super::native::{NextStop, next_stop};
use super::{Benefit, Cause, PricePerHour};
use crate::observe::Compute;
use crate::decide::{Act, MachineMemory, Reason, TimerAnswer};
use crate::policy::Policy;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// No avoided interval earns for longer than this: what a machine would have done after it, nobody knows.
pub const MAX_HORIZON: TimeDelta = TimeDelta::hours(72);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Our stop took effect: earns.
    Avoided,
    /// Our start of a machine that would have been off: costs, until the first sign of use.
    Unused,
    /// A stop that a dry run only named: what it would have saved, kept apart from all that was.
    Projected,
}

/// What is known when an interval opens. Its end is written on its own, see [`Closed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Made of what it is: kind and the act's id. Two records of one interval have the same.
    pub id: String,
    pub kind: Kind,
    /// The record of the act that opened it.
    pub act: String,
    #[serde(default)]
    pub cause: Cause,
    pub opened_at: DateTime<Utc>,
    /// The headline counts no second from here on: the schedule's next start, at most 72 h after opening.
    pub horizon: DateTime<Utc>,
    /// When the machine could have been off without us, and by what; the headline ends there at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_anyway: Option<OffAnyway>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// `None`: unknown; then hours are counted, and no money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<PricePerHour>,
    /// What its subscription has bought ahead.
    #[serde(default, skip_serializing_if = "Benefit::is_none")]
    pub benefit: Benefit,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffAnyway {
    pub at: DateTime<Utc>,
    pub why: String,
}

/// The end of an interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub interval: String,
    pub kind: Kind,
    pub at: DateTime<Utc>,
    pub why: String,
}

impl Interval {
    /// Where the headline stops counting, if nothing closes the interval before.
    pub fn headline_end(&self) -> DateTime<Utc> {
        let limit = self.horizon.min(self.opened_at + MAX_HORIZON);
        self.off_anyway
            .as_ref()
            .map_or(limit, |off| off.at.min(limit))
    }

    /// The money that the headline counts at the price of the opening, if the interval ends at `end`: what an
    /// avoided interval earned, or what an unused start cost (below zero). For the log of a sweep; the report
    /// knows of price changes too.
    pub fn headline(&self, end: DateTime<Utc>) -> Decimal {
        let end = match self.kind {
            Kind::Avoided => end.min(self.headline_end()),
            Kind::Unused => end,
            Kind::Projected => return Decimal::ZERO,
        };
        let seconds = (end - self.opened_at).num_seconds().max(0);
        let price = self.price.as_ref().filter(|_| self.benefit.is_none());
        let money = price.map_or(Decimal::ZERO, |price| price.of_seconds(seconds));
        if self.kind == Kind::Avoided {
            money
        } else {
            -money
        }
    }

    /// Whether the headline still counts at `at`.
    pub fn earns_at(&self, at: DateTime<Utc>) -> bool {
        self.kind == Kind::Avoided && at <= self.headline_end()
    }
}

fn interval(
    kind: Kind,
    (act, cause): (&str, Cause),
    opened_at: DateTime<Utc>,
    compute: &Compute,
) -> Interval {
    let name = match kind {
        Kind::Avoided => "avoided",
        Kind::Unused => "unused",
        Kind::Projected => "projected",
    };
    Interval {
        id: format!("{name}:{act}"),
        kind,
        act: act.to_string(),
        cause,
        opened_at,
        horizon: opened_at + MAX_HORIZON,
        off_anyway: None,
        vm_size: compute.vm_size.clone(),
        location: compute.location.clone(),
        price: None,
        benefit: Benefit::None,
    }
}

/// The interval that opens when our stop took effect: the machine ran, Azure accepted, and Stopped was seen now.
pub fn open_avoided(
    act: &Act,
    compute: &Compute,
    policy: &Policy,
    memory: &MachineMemory,
    now: DateTime<Utc>,
) -> Interval {
    let by = (act.id.as_str(), Cause::of(act.reason));
    let opened = interval(Kind::Avoided, by, now, compute);
    bounded(opened, compute, policy, memory)
}

/// The interval that opens with our start of a machine that would have been off without us.
pub fn open_unused(act: &Act, compute: &Compute) -> Interval {
    let by = (act.id.as_str(), Cause::of(act.reason));
    interval(Kind::Unused, by, act.requested_at, compute)
}

/// The interval that opens when a dry run would have stopped a machine for `reason`.
pub fn open_projected(
    reason: Reason,
    compute: &Compute,
    policy: &Policy,
    memory: &MachineMemory,
    now: DateTime<Utc>,
) -> Interval {
    let id = compute.id.to_lowercase();
    let act = format!("{id}:dry-run:{}", now.format("%Y%m%dT%H%M%S%3fZ"));
    let by = (act.as_str(), Cause::of(reason));
    let opened = interval(Kind::Projected, by, now, compute);
    bounded(opened, compute, policy, memory)
}

/// An interval with what ends its headline.
fn bounded(
    mut opened: Interval,
    compute: &Compute,
    policy: &Policy,
    memory: &MachineMemory,
) -> Interval {
    let now = opened.opened_at;
    if let Some(schedule) = &policy.schedule {
        let edges = schedule.value.edges(now, now + MAX_HORIZON);
        if let Some(start) = edges.iter().find(|edge| edge.power == Power::On) {
            opened.horizon = start.at;
        }
    }
    opened.off_anyway = off_anyway(compute, memory, now);
    opened
}

/// The first moment at which the machine could have been off without us. Where that cannot be known, now:
/// anything unknown earns nothing.
fn off_anyway(compute: &Compute, memory: &MachineMemory, now: DateTime<Utc>) -> Option<OffAnyway> {
    let mut first: Option<OffAnyway> = None;
    let mut consider = |at: DateTime<Utc>, why: String| {
        if first.as_ref().is_none_or(|off| at < off.at) {
            first = Some(OffAnyway { at, why });
        }
    };
    if memory.unused.is_some() {
        consider(
            now,
            "our own start had lit it, and nobody is known to have used it since".into(),
        );
    }
    if let Some(length) = timer_without_us(compute, memory) {
        // The idle clock began at the earliest when the machine was last started.
        let started = memory
            .word
            .iter()
            .filter(|word| word.power == Power::On)
            .map(|word| word.at);
        let ours = memory
            .acts
            .iter()
            .filter(|act| act.power == Power::On)
            .map(|act| act.requested_at);
        let since = started.chain(ours).max();
        let length = TimeDelta::from_std(length).unwrap_or(MAX_HORIZON);
        // One that ends after all calendars never fires.
        let fires = since.map_or(Some(now), |since| since.checked_add_signed(length));
        let at = fires.map_or(now + MAX_HORIZON, |fires| now.max(fires));
        consider(
            at,
            format!("Azure's idle timer of {} min", length.num_minutes()),
        );
    }
    for schedule in &compute.schedules {
        match next_stop(schedule, now, now + MAX_HORIZON) {
            NextStop::At(at) => consider(at, "Azure's own schedule".into()),
            NextStop::Never => {}
            NextStop::Unknown => {
                consider(now, "Azure's own schedule, which could not be read".into())
            }
        }
    }
    first
}

/// Azure's idle timer as it would be without us: where we have set it, as somebody had set it before.
fn timer_without_us(compute: &Compute, memory: &MachineMemory) -> Option<Duration> {
    let shown = compute.idle_time_before_shutdown;
    let ours = memory.timer.as_ref();
    let ours = ours.filter(|set| set.answer != Some(TimerAnswer::Refused));
    match ours.filter(|set| shown == Some(Duration::from_secs(set.to))) {
        Some(set) => set.before.map(Duration::from_secs),
        None => shown,
    }
}
