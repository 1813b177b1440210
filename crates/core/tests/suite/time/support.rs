//! Schedules and instants from text, and edges as text.

use chrono::{DateTime, Utc};
use lamplighter_core::policy::read_schedule;
use lamplighter_core::schedule::{Power, Schedule};
use lamplighter_core::tz::Tz;

pub fn schedule(text: &str) -> Schedule {
    read_schedule(text, Tz::UTC).unwrap_or_else(|error| panic!("{error}"))
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|_| panic!("{text} is no time"))
}

/// The edges of a span, as `on 06:00Z`.
pub fn edges(text: &str, from: &str, to: &str) -> Vec<String> {
    let edges = schedule(text).edges(at(from), at(to));
    edges
        .iter()
        .map(|edge| {
            format!(
                "{} {}",
                if edge.power == Power::On { "on" } else { "off" },
                edge.at.format("%dT%H:%MZ")
            )
        })
        .collect()
}
