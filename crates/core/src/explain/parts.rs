//! A policy, part by part.

use crate::duration;
use crate::policy::{Layer, Policy, Sourced};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::fmt::Display;

/// A policy, part by part, each as its tag would say it and with the layer that it came from.
#[derive(Debug)]
pub struct Parts<'a>(pub &'a Policy);

/// One part of a policy.
#[derive(Serialize)]
struct PolicyPart<'a, T: Display> {
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
            Some(length) if length.is_zero() => f.write_str("0"),
            Some(length) => f.write_str(&duration::print(length)),
            None => f.write_str("off"),
        }
    }
}

/// Days as `lamp-unused` says them.
struct Days(Option<u32>);

impl Display for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(days) => write!(f, "{days}d"),
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
            one("unused", &policy.unused, |days| Days(*days).to_string()),
            one("mode", &policy.mode, ToString::to_string),
            one("warm", &policy.warm, ToString::to_string),
            one("floor", &policy.floor, ToString::to_string),
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
            let part = PolicyPart {
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
        let unused = policy.unused.as_ref().map(|part| Sourced {
            value: Days(part.value),
            layer: part.layer,
            text: part.text.clone(),
        });
        put(&mut map, "unused", &unused)?;
        put(&mut map, "mode", &policy.mode)?;
        put(&mut map, "warm", &policy.warm)?;
        put(&mut map, "floor", &policy.floor)?;
        put(&mut map, "owner", &policy.owner)?;
        map.end()
    }
}
