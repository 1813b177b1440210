//! Tags from pairs, and how they read.

pub use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{self, Defaults, Layers, Reading, TagError};
use lamplighter_core::schedule::{Days, Schedule};
use lamplighter_core::tz::{self, Tz};

pub fn zone(name: &str) -> Tz {
    tz::named(name).unwrap_or_else(|| panic!("{name} is no zone"))
}

pub fn lisbon() -> Tz {
    zone("Europe/Lisbon")
}

pub const WORKDAYS: Days = Days(0b001_1111);
pub const DAILY: Days = Days(0b111_1111);

pub fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect()
}

pub fn defaults() -> Defaults {
    Defaults {
        zone: lisbon(),
        ..Defaults::default()
    }
}

/// Reads the tags of an instance named `gpu-1`.
pub fn read(
    compute: &[(&str, &str)],
    workspace: &[(&str, &str)],
    group: &[(&str, &str)],
) -> Reading {
    read_with(compute, workspace, group, &defaults())
}

pub fn read_with(
    compute: &[(&str, &str)],
    workspace: &[(&str, &str)],
    group: &[(&str, &str)],
    defaults: &Defaults,
) -> Reading {
    let (compute, workspace, resource_group) = (tags(compute), tags(workspace), tags(group));
    let layers = Layers {
        compute_name: "gpu-1",
        compute: &compute,
        workspace: &workspace,
        resource_group: &resource_group,
    };
    policy::read(&layers, defaults)
}

pub fn one(name: &str, value: &str) -> Reading {
    read(&[(name, value)], &[], &[])
}

pub fn schedule(text: &str) -> Schedule {
    policy::read_schedule(text, lisbon()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn refused(name: &str, value: &str) -> TagError {
    let mut errors = one(name, value).errors;
    assert_eq!(errors.len(), 1, "{name}={value}: {errors:?}");
    errors.remove(0)
}
