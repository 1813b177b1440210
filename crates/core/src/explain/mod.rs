//! Why a machine is, was or will be left, stopped or started: one case in, one answer out. Pure.

mod batch;
mod defaults;
mod input;
mod object;

pub use batch::{Ask, Done, batch};
pub use input::Input;

use crate::decide::{self, Action, Case, Decision, Reason};
use crate::policy::{Layer, Policy, Reading, Sourced, TagError};
use crate::schedule::{Desired, Power};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::fmt::Display;

/// What is said of one machine at one instant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<'a> {
    /// As given; null where none was.
    pub id: Option<&'a str>,
    /// What the schedule wants: `on`, `off` or `none`.
    pub desired: &'static str,
    /// The edge that made it so.
    #[serde(serialize_with = "instant")]
    pub since: Option<DateTime<Utc>>,
    /// The schedule's next edge.
    pub next: Option<Change>,
    pub decision: Action,
    pub reason: Reason,
    /// One sentence for the owner.
    pub text: &'a str,
    /// What changes the decision by itself: a lease, a hold or a notice that ends, or the next edge.
    pub change: Option<Change>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub evidence: &'a [String],
    /// Said only: the mode is dry-run.
    pub dry_run: bool,
    pub errors: &'a [TagError],
    pub policy: Parts<'a>,
}

/// A coming change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    #[serde(serialize_with = "seconds")]
    pub at: DateTime<Utc>,
    /// Null: the schedule is to say then.
    pub desired: Option<Power>,
}

/// Instants as RFC 3339 in whole seconds.
fn seconds<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    use chrono::{Datelike, Timelike};
    let (date, time) = (at.date_naive(), at.time());
    // Within the years that people mean; chrono's own way allocates and is slower.
    to.collect_str(&format_args!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    ))
}

fn instant<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => seconds(at, to),
        None => to.serialize_none(),
    }
}

/// Decides as a sweep would, but for a machine whose state nobody told: then only what holds in any state is said.
pub fn judge(case: &Case<'_>, state_known: bool) -> Decision {
    let decision = decide::decide(case);
    let any_state = matches!(
        decision.reason,
        Reason::NotAnInstance | Reason::UnreadableTag | Reason::NoPolicy | Reason::Ignored
    );
    if state_known || any_state {
        return decision;
    }
    let text = "its state was not given, so only its schedule is answered";
    Decision {
        dry_run: decision.dry_run,
        ..Decision::leave(Reason::UnknownState, text.into())
    }
}

/// What the schedule wants at an instant; nothing for a machine that no tag speaks of.
pub fn desired(reading: &Reading, now: DateTime<Utc>) -> Desired {
    let schedule = reading.policy.schedule.as_ref();
    let schedule = schedule.filter(|_| reading.policy.governed);
    schedule.map_or(Desired::NONE, |schedule| schedule.value.at(now))
}

/// Puts an answer together.
pub fn answer<'a>(
    id: Option<&'a str>,
    reading: &'a Reading,
    desired: &Desired,
    decision: &'a Decision,
) -> Answer<'a> {
    Answer {
        id,
        desired: match desired.power {
            Some(Power::On) => "on",
            Some(Power::Off) => "off",
            None => "none",
        },
        since: desired.since.map(|edge| edge.at),
        next: desired.next.map(|edge| Change {
            at: edge.at,
            desired: Some(edge.power),
        }),
        decision: decision.action,
        reason: decision.reason,
        text: &decision.text,
        change: decision.next.map(|next| Change {
            at: next.at,
            desired: next.desired,
        }),
        evidence: &decision.evidence,
        dry_run: decision.dry_run,
        errors: &reading.errors,
        policy: Parts(&reading.policy),
    }
}

/// A policy, part by part, each as its tag would say it and with the layer that it came from.
#[derive(Debug)]
pub struct Parts<'a>(pub &'a Policy);

/// One part of a policy.
#[derive(Serialize)]
struct Part<'a, T: Display> {
    #[serde(serialize_with = "shown")]
    value: &'a T,
    layer: Layer,
    /// As the owner wrote it.
    text: &'a str,
}

fn shown<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// A length of time as its tag would say it.
struct Length(Option<std::time::Duration>);

impl Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(length) => f.write_str(&crate::duration::print(length)),
            None => f.write_str("off"),
        }
    }
}

impl Parts<'_> {
    /// Every part that is set: the name of its tag without the prefix, its value, its layer.
    pub fn shown(&self) -> Vec<(&'static str, String, Layer)> {
        fn one<T>(
            name: &'static str,
            part: &Option<Sourced<T>>,
            shown: impl Fn(&T) -> String,
        ) -> Option<(&'static str, String, Layer)> {
            let part = part.as_ref()?;
            Some((name, shown(&part.value), part.layer))
        }
        let policy = self.0;
        let length = |length: &std::time::Duration| Length(Some(*length)).to_string();
        let parts = [
            one("schedule", &policy.schedule, ToString::to_string),
            one("idle", &policy.idle, ToString::to_string),
            one("max-uptime", &policy.max_uptime, length),
            one("hold", &policy.hold, ToString::to_string),
            one("holidays", &policy.holidays, ToString::to_string),
            one("notice", &policy.notice, |notice| {
                Length(*notice).to_string()
            }),
            one("mode", &policy.mode, ToString::to_string),
            one("owner", &policy.owner, Clone::clone),
        ];
        parts.into_iter().flatten().collect()
    }
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        fn put<M: SerializeMap, T: Display>(
            map: &mut M,
            name: &'static str,
            part: &Option<Sourced<T>>,
        ) -> Result<(), M::Error> {
            let Some(part) = part else { return Ok(()) };
            let part = Part {
                value: &part.value,
                layer: part.layer,
                text: &part.text,
            };
            map.serialize_entry(name, &part)
        }
        let policy = self.0;
        let lengths = |part: &Option<Sourced<Option<std::time::Duration>>>| {
            part.as_ref().map(|part| Sourced {
                value: Length(part.value),
                layer: part.layer,
                text: part.text.clone(),
            })
        };
        let uptime = policy.max_uptime.as_ref().map(|part| Sourced {
            value: Length(Some(part.value)),
            layer: part.layer,
            text: part.text.clone(),
        });
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("governed", &policy.governed)?;
        put(&mut map, "schedule", &policy.schedule)?;
        put(&mut map, "idle", &policy.idle)?;
        put(&mut map, "maxUptime", &uptime)?;
        put(&mut map, "hold", &policy.hold)?;
        put(&mut map, "holidays", &policy.holidays)?;
        put(&mut map, "notice", &lengths(&policy.notice))?;
        put(&mut map, "mode", &policy.mode)?;
        put(&mut map, "owner", &policy.owner)?;
        map.end()
    }
}
