//! Any text as any tag: nothing panics, every column lies in the value, every correction reads, whatever is printed
//! reads back as the same, and a schedule that reads can be asked.

#![no_main]

use chrono::{DateTime, TimeDelta};
use lamplighter_core::policy::{self, Defaults, Layers, Reading};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

const TAGS: [&str; 9] = [
    "lamp-schedule",
    "lamp-idle",
    "lamp-max-uptime",
    "lamp-hold",
    "lamp-holidays",
    "lamp-notice",
    "lamp-mode",
    "lamp-warm",
    "lamp-floor",
];

fn read(name: &str, value: &str) -> Reading {
    let tags = BTreeMap::from([(name.to_string(), value.to_string())]);
    let none = BTreeMap::new();
    let layers = Layers {
        compute_name: "gpu-1",
        compute: &tags,
        workspace: &none,
        resource_group: &none,
    };
    policy::read(&layers, &Defaults::default())
}

/// The policy's one part as its tag holds it; lengths and owners have no text of their own.
fn printed(reading: &Reading) -> Option<String> {
    let policy = &reading.policy;
    let schedule = policy.schedule.as_ref().map(|part| part.value.to_string());
    schedule
        .or_else(|| policy.idle.as_ref().map(|part| part.value.to_string()))
        .or_else(|| policy.hold.as_ref().map(|part| part.value.to_string()))
        .or_else(|| policy.holidays.as_ref().map(|part| part.value.to_string()))
        .or_else(|| policy.mode.as_ref().map(|part| part.value.to_string()))
}

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let value = String::from_utf8_lossy(rest);
    // Most of the language is the schedule's.
    let name = TAGS[(*first as usize).saturating_sub(128) * TAGS.len() / 128];
    let reading = read(name, &value);
    for error in &reading.errors {
        assert!((1..=value.chars().count() + 1).contains(&error.column), "{error:?}");
        assert!(error.to_string().lines().count() <= 24);
        if let Some(suggestion) = &error.suggestion {
            assert_eq!(read(name, suggestion).errors, vec![], "{value:?}");
        }
    }
    if let Some(text) = printed(&reading) {
        let again = read(name, &text);
        assert_eq!(printed(&again).as_ref(), Some(&text), "{value:?}");
    }
    if let Some(schedule) = &reading.policy.schedule {
        let schedule = &schedule.value;
        let asked = i64::from(*first) * 12_345_678;
        let now = DateTime::from_timestamp(1_577_836_800 + asked % 504_921_600, 0).expect("within the calendar");
        let desired = schedule.at(now);
        if let Some(next) = desired.next {
            assert!(next.at > now && schedule.at(next.at).since == Some(next));
        }
        for edge in schedule.edges(now, now + TimeDelta::days(3)) {
            assert!(edge.at >= now);
        }
    }
});
