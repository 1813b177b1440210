//! How an explanation is printed.

use super::time::zone;
use chrono::{DateTime, Utc};
use lamplighter_core::explain::{Explanation, Parts};
use lamplighter_core::policy::{Defaults, Reading};
use lamplighter_core::schedule::{Desired, Power, wall};
use lamplighter_core::tz;
use std::fmt::Write;

pub fn on_or_off(power: Power) -> &'static str {
    match power {
        Power::On => "on",
        Power::Off => "off",
    }
}

pub fn json(explanation: &Explanation<'_>) -> Result<String, String> {
    let text = serde_json::to_string_pretty(explanation).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

/// `At Mon 23 Nov 19:30 WET: off since …; on from …`.
pub fn schedule(
    desired: &Desired,
    reading: &Reading,
    defaults: &Defaults,
    now: DateTime<Utc>,
) -> String {
    let zone = zone(reading, defaults);
    let mut out = format!("{}: ", wall::shown(now, zone));
    match desired.power {
        None => out.push_str("the schedule has no opinion"),
        Some(power) => {
            let _ = write!(out, "the schedule wants it {}", on_or_off(power));
        }
    }
    if let Some(edge) = desired.since {
        let _ = write!(out, " since {}", wall::shown(edge.at, zone));
    }
    if let Some(edge) = desired.next {
        let _ = write!(
            out,
            ", {} from {}",
            on_or_off(edge.power),
            wall::shown(edge.at, zone)
        );
    }
    out + "\n"
}

/// Which time zones everything above was reckoned with.
pub fn time_zones() -> String {
    format!("time zones: IANA {}\n", tz::release())
}

/// The policy with its layers, and what cannot be read.
pub fn policy(reading: &Reading) -> String {
    let mut out = String::new();
    let parts = Parts(&reading.policy).shown();
    if !parts.is_empty() {
        out.push_str("policy:\n");
    }
    for (name, value, layer) in parts {
        let _ = writeln!(out, "  {name:10} {value} ({layer})");
    }
    if let Some(why) = &reading.ungoverned {
        let _ = writeln!(out, "{why}");
    }
    for one in &reading.without_effect {
        let _ = writeln!(out, "{one}");
    }
    for error in &reading.errors {
        let _ = writeln!(out, "{error}");
    }
    out
}
