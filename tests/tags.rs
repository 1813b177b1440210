//! What owners write, read as they mean it; and what they mistype, mended.

use lamplighter::policy::{self, Defaults, Idle, Layer, Layers, Reading};
use lamplighter::schedule::{Power, Rules};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

type Tags = BTreeMap<String, String>;

fn defaults() -> Defaults {
    Defaults {
        prefix: "lamp-".into(),
        owner_tag: "owner".into(),
        zone: chrono_tz::Europe::Lisbon,
        schedule: None,
        idle: None,
        notice: None,
        opt_out: false,
    }
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect()
}

fn read(compute: &[(&str, &str)], workspace: &[(&str, &str)], group: &[(&str, &str)]) -> Reading {
    let (compute, workspace, group) = (tags(compute), tags(workspace), tags(group));
    let layers = Layers {
        compute_name: "Ana-CI",
        compute: &compute,
        workspace: &workspace,
        resource_group: &group,
    };
    policy::read(&layers, &defaults())
}

fn one(name: &str, value: &str) -> Reading {
    read(&[(name, value)], &[], &[])
}

/// The schedule of a value, printed in full.
fn schedule(value: &str) -> String {
    let reading = one("lamp-schedule", value);
    assert!(reading.errors.is_empty(), "{value}: {:?}", reading.errors);
    reading
        .policy
        .schedule
        .expect("a schedule")
        .value
        .to_string()
}

#[test]
fn schedules_read_as_they_are_meant() {
    for (written, meant) in [
        (
            "Mon-Fri 08:00-19:00 Europe/Lisbon",
            "Mon-Fri 08:00-19:00 Europe/Lisbon",
        ),
        (
            "mon-fri 8:00-19:00 europe/lisbon",
            "Mon-Fri 08:00-19:00 Europe/Lisbon",
        ),
        (
            "Mon-Fri 08:00-12:00, 13:00-18:00; Sat 10:00-14:00",
            "Mon-Fri 08:00-12:00; Mon-Fri 13:00-18:00; Sat 10:00-14:00 Europe/Lisbon",
        ),
        (
            "Mon-Fri 08:00-12:00, Sat 10:00-14:00",
            "Mon-Fri 08:00-12:00; Sat 10:00-14:00 Europe/Lisbon",
        ),
        ("Mon-Fri 22:00-06:00", "Mon-Fri 22:00-06:00 Europe/Lisbon"),
        ("Fri-Mon 09:00-17:00 UTC", "Mon,Fri-Sun 09:00-17:00 UTC"),
        ("Mon,Wed 08:00-24:00", "Mon,Wed 08:00-24:00 Europe/Lisbon"),
        (
            "Monday, Wednesday 08:00-12:00",
            "Mon,Wed 08:00-12:00 Europe/Lisbon",
        ),
        ("daily 00:00-24:00", "daily 00:00-24:00 Europe/Lisbon"),
        (
            "weekdays 8:00-19:00; weekends 10:00-12:00",
            "Mon-Fri 08:00-19:00; Sat-Sun 10:00-12:00 Europe/Lisbon",
        ),
        ("08:00-19:00", "daily 08:00-19:00 Europe/Lisbon"),
        ("stop daily 19:00", "stop daily 19:00 Europe/Lisbon"),
        (
            "start Mon-Fri 08:00; stop daily 20:00",
            "start Mon-Fri 08:00; stop daily 20:00 Europe/Lisbon",
        ),
        (
            "Mon-Fri 08:00-19:00; stop daily 23:00 Asia/Kolkata",
            "Mon-Fri 08:00-19:00; stop daily 23:00 Asia/Kolkata",
        ),
        ("always", "always Europe/Lisbon"),
        ("NEVER", "never Europe/Lisbon"),
        ("none Europe/Berlin", "none Europe/Berlin"),
    ] {
        assert_eq!(schedule(written), meant, "{written}");
    }
}

#[test]
fn the_other_tags_read_as_they_are_meant() {
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let idle = |value| one("lamp-idle", value).policy.idle.expect("readable").value;
    assert_eq!(idle("1h30m"), Idle::After(minutes(90)));
    assert_eq!(idle("OFF"), Idle::Off);
    assert_eq!(
        one("lamp-max-uptime", "12h")
            .policy
            .max_uptime
            .expect("readable")
            .value,
        minutes(720)
    );
    assert_eq!(
        one("lamp-notice", "15m")
            .policy
            .notice
            .expect("readable")
            .value,
        Some(minutes(15))
    );
    assert_eq!(
        one("lamp-notice", "off")
            .policy
            .notice
            .expect("readable")
            .value,
        None
    );
    let mode = one("lamp-mode", "Dry-Run, stop-only")
        .policy
        .mode
        .expect("readable")
        .value;
    assert!(mode.dry_run && mode.stop_only && !mode.enforce && !mode.ignore);
    assert_eq!(
        one("owner", " ana@example.org ")
            .policy
            .owner
            .expect("readable")
            .value,
        "ana@example.org"
    );
    assert!(one("lamp-holidays", "none").errors.is_empty());
}

#[test]
fn a_hold_is_in_the_zone_of_the_schedule_unless_it_says() {
    let hold = |value| {
        let reading = read(
            &[
                ("lamp-hold", value),
                ("lamp-schedule", "always Asia/Kolkata"),
            ],
            &[],
            &[],
        );
        assert!(reading.errors.is_empty(), "{value}: {:?}", reading.errors);
        let hold = reading.policy.hold.expect("a hold").value;
        (hold.power, hold.until.to_rfc3339())
    };
    assert_eq!(
        hold("on until 2026-11-24 02:00"),
        (Power::On, "2026-11-23T20:30:00+00:00".into())
    );
    assert_eq!(
        hold("off until 2026-12-01"),
        (Power::Off, "2026-11-30T18:30:00+00:00".into())
    );
    assert_eq!(
        hold("on until 2026-11-24T02:00:00Z"),
        (Power::On, "2026-11-24T02:00:00+00:00".into())
    );
    assert_eq!(
        hold("on until 2026-11-24 02:00:00+01:00"),
        (Power::On, "2026-11-24T01:00:00+00:00".into())
    );
    let alone = one("lamp-hold", "on until 2026-07-01 12:00")
        .policy
        .hold
        .expect("a hold")
        .value;
    assert_eq!(alone.until.to_rfc3339(), "2026-07-01T11:00:00+00:00");
}

/// Tag, value as mistyped, 1-based column, correction.
const MENDED: &[(&str, &str, usize, &str)] = &[
    (
        "lamp-schedule",
        "Mon-Fry 08:00-19:00",
        5,
        "Mon-Fri 08:00-19:00",
    ),
    (
        "lamp-schedule",
        "Mon–Fri 08:00–19:00",
        4,
        "Mon-Fri 08:00-19:00",
    ),
    ("lamp-schedule", "Mon-Fri 8-19", 9, "Mon-Fri 08:00-19:00"),
    ("lamp-schedule", "Mon-Fri 9am-5pm", 9, "Mon-Fri 09:00-17:00"),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-25:00",
        15,
        "Mon-Fri 08:00-24:00",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 0800-1900",
        9,
        "Mon-Fri 08:00-19:00",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 8h30-19h",
        9,
        "Mon-Fri 08:30-19:00",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 24:00-06:00",
        9,
        "Mon-Fri 00:00-06:00",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-08:00",
        9,
        "Mon-Fri 00:00-24:00",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-19:00 EST",
        21,
        "Mon-Fri 08:00-19:00 America/New_York",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-19:00 CET",
        21,
        "Mon-Fri 08:00-19:00 Europe/Berlin",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-19:00 Lisbon",
        21,
        "Mon-Fri 08:00-19:00 Europe/Lisbon",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-19:00 Europe/Lisboa",
        21,
        "Mon-Fri 08:00-19:00 Europe/Lisbon",
    ),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-19:00 W. Europe Standard Time",
        21,
        "Mon-Fri 08:00-19:00 Europe/Berlin",
    ),
    (
        "lamp-schedule",
        "Mo-Fr 08:00-19:00",
        1,
        "Mon-Fri 08:00-19:00",
    ),
    (
        "lamp-schedule",
        "Seg-Sex 08:00-19:00",
        1,
        "Mon-Fri 08:00-19:00",
    ),
    ("lamp-schedule", "Mon-Fri 08:00", 14, "Mon-Fri 08:00-19:00"),
    (
        "lamp-schedule",
        "Mon-Fri 08:00-19:00 Europe/Lisbon please",
        35,
        "Mon-Fri 08:00-19:00 Europe/Lisbon",
    ),
    ("lamp-schedule", "", 1, "Mon-Fri 08:00-19:00"),
    ("lamp-idle", "60", 3, "60m"),
    ("lamp-idle", "90 minutes", 3, "90m"),
    ("lamp-max-uptime", "12 hours", 3, "12h"),
    ("lamp-mode", "dryrun", 1, "dry-run"),
    ("lamp-mode", "stop-only, enforced", 12, "stop-only, enforce"),
    ("lamp-hold", "on till 2026-11-24", 4, "on until 2026-11-24"),
    (
        "lamp-hold",
        "on until 24.11.2026",
        10,
        "on until 2026-11-24",
    ),
    (
        "lamp-hold",
        "off until 2026-11-31",
        11,
        "off until 2026-11-30",
    ),
];

#[test]
fn mistakes_point_at_the_character_and_their_correction_reads() {
    for (tag, value, column, correction) in MENDED {
        let errors = one(tag, value).errors;
        assert_eq!(errors.len(), 1, "{tag}={value}");
        let error = &errors[0];
        assert_eq!(
            (error.column, error.suggestion.as_deref()),
            (*column, Some(*correction)),
            "{error}"
        );
        assert!(error.blocks);
        assert!(
            one(tag, correction).errors.is_empty(),
            "the correction {correction} does not read"
        );
        assert!(
            error.to_string().lines().count() <= 6 && error.to_string().contains(correction),
            "{error}"
        );
    }
}

#[test]
fn what_this_version_does_not_read_says_so_and_blocks() {
    for (tag, value) in [
        ("lamp-schedule", "start 0 8 * * 1-5; stop 0 19 * * *"),
        ("lamp-holidays", "DE-BY"),
        ("lamp-idle", "60m cpu<10%"),
    ] {
        let reading = one(tag, value);
        assert!(
            reading
                .errors
                .iter()
                .any(|error| error.blocks && error.message.contains("not read")),
            "{value}"
        );
    }
    assert!(one("lamp-hold", "on").errors[0].message.contains("until"));
    assert!(
        one("lamp-schedule", &"Mon 08:00-09:00;".repeat(20)).errors[0]
            .message
            .contains("256")
    );
}

#[test]
fn an_unknown_name_under_the_prefix_is_an_unreadable_tag() {
    let reading = one("lamp-shedule", "Mon-Fri 08:00-19:00");
    assert_eq!(
        reading.errors[0].suggestion.as_deref(),
        Some("lamp-schedule")
    );
    assert!(reading.errors[0].blocks && reading.policy.governed);
    // Another tool's tag is none of ours.
    assert!(!one("lampshade", "on").policy.governed);
}

#[test]
fn the_nearest_layer_decides_tag_by_tag() {
    let reading = read(
        &[("LAMP-Mode", "stop-only")],
        &[
            ("lamp-schedule.ana-ci", "always"),
            ("lamp-schedule", "never"),
            ("lamp-idle", "60m"),
            ("lamp-schedule.other", "none"),
        ],
        &[
            ("lamp-schedule", "none"),
            ("lamp-idle", "30m"),
            ("lamp-notice", "15m"),
            ("owner", "team"),
        ],
    );
    assert!(reading.errors.is_empty(), "{:?}", reading.errors);
    let policy = reading.policy;
    let schedule = policy.schedule.expect("a schedule");
    assert_eq!(
        (schedule.value.rules, schedule.layer),
        (Rules::Always, Layer::WorkspaceAddressed)
    );
    assert_eq!(policy.mode.expect("a mode").layer, Layer::Compute);
    assert_eq!(policy.idle.expect("an idle time").layer, Layer::Workspace);
    assert_eq!(policy.notice.expect("a notice").layer, Layer::ResourceGroup);
    assert_eq!(policy.owner.expect("an owner").value, "team");
}

#[test]
fn a_bad_tag_that_a_nearer_one_replaces_is_reported_and_blocks_nothing() {
    let reading = read(
        &[("lamp-schedule", "always")],
        &[("lamp-schedule", "Mon-Fry 08:00-19:00")],
        &[],
    );
    assert_eq!(
        reading.policy.schedule.map(|schedule| schedule.value.rules),
        Some(Rules::Always)
    );
    assert_eq!(
        (
            reading.errors.len(),
            reading.errors[0].blocks,
            reading.errors[0].layer
        ),
        (1, false, Layer::Workspace)
    );
}

#[test]
fn another_machines_tag_governs_nobody_else_and_the_defaults_only_whom_they_may() {
    assert!(
        !read(&[], &[("lamp-schedule.other", "never")], &[])
            .policy
            .governed
    );
    let none = Tags::new();
    let layers = Layers {
        compute_name: "m",
        compute: &none,
        workspace: &none,
        resource_group: &none,
    };
    let mut defaults = Defaults {
        schedule: Some("Mon-Fri 08:00-19:00".into()),
        ..defaults()
    };
    assert!(policy::read(&layers, &defaults).policy.schedule.is_none());
    defaults.opt_out = true;
    let schedule = policy::read(&layers, &defaults)
        .policy
        .schedule
        .expect("the default");
    assert_eq!(schedule.layer, Layer::Default);
}

/// Every line of docs/tags.md that shows a tag and its value in code reads; every one under "Mistakes" does not.
#[test]
fn the_documented_examples_are_true() {
    let text = include_str!("../docs/tags.md");
    let (mut good, mut bad, mut mistakes) = (0, 0, false);
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            mistakes = title.starts_with("Mistakes");
        }
        for code in line.split('`').skip(1).step_by(2) {
            let Some((name, value)) = code
                .split_once(": ")
                .filter(|(name, _)| name.starts_with("lamp-"))
            else {
                continue;
            };
            let name = name.split('.').next().unwrap_or(name);
            let errors = one(name, value).errors;
            assert_eq!(errors.is_empty(), !mistakes, "{code}: {errors:?}");
            if mistakes { bad += 1 } else { good += 1 }
        }
    }
    assert!(
        good >= 20 && bad >= 8,
        "{good} good and {bad} bad examples found in docs/tags.md"
    );
}

proptest! {
    #[test]
    fn nothing_makes_the_reader_panic_and_every_correction_reads(value in "\\PC{0,80}") {
        for name in ["schedule", "hold", "mode", "idle", "notice", "max-uptime", "holidays", "x"] {
            let tag = format!("lamp-{name}");
            for error in one(&tag, &value).errors {
                prop_assert!(!error.to_string().is_empty());
                if let (Some(mended), true) = (&error.suggestion, name != "x") {
                    prop_assert!(one(&tag, mended).errors.is_empty(), "{value:?} -> {mended:?}");
                }
            }
        }
    }

    #[test]
    fn what_looks_like_a_schedule_never_panics(value in "[MonTueFriSa,; 0-9:–-]{0,40}( (EST|Europe/Lisbon|utc))?") {
        for error in one("lamp-schedule", &value).errors {
            if let Some(mended) = &error.suggestion {
                prop_assert!(one("lamp-schedule", mended).errors.is_empty(), "{value:?} -> {mended:?}");
            }
        }
    }
}
