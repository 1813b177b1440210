//! Schedules and calendars that the platform named, and public holidays.

use super::support::{self, defaults, read_with, refused, schedule};
use lamplighter_core::policy::{Calendar, Defaults, Layer, Reading};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A platform with two schedules and two calendars, one of which cannot be read.
fn platform() -> Defaults {
    let office = schedule("Mon-Fri 08:00-19:00");
    let lab = schedule("daily 06:00-22:00 Asia/Tokyo");
    let shut = Calendar {
        days_off: [date("2026-11-23")].into_iter().collect(),
        ..Calendar::default()
    };
    let broken = Calendar {
        problem: Some("example.org: 404 Not Found".into()),
        ..Calendar::default()
    };
    Defaults {
        schedules: Arc::new(BTreeMap::from([
            ("office-hours".into(), office),
            ("lab".into(), lab),
        ])),
        calendars: Arc::new(BTreeMap::from([
            ("shutdown".into(), shut),
            ("broken".into(), broken),
        ])),
        ..defaults()
    }
}

fn date(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a date")
}

fn named(value: &str) -> Reading {
    read_with(&[("lamp-schedule", value)], &[], &[], &platform())
}

#[test]
fn a_schedule_is_named_by_the_platform() {
    for text in ["office-hours", " Office-Hours "] {
        let reading = named(text);
        assert_eq!(reading.errors, []);
        let found = reading.policy.schedule.expect("a schedule");
        assert_eq!(found.value, schedule("Mon-Fri 08:00-19:00"));
        assert_eq!((found.layer, found.text.as_str()), (Layer::Compute, text));
    }
    // A zone of its own goes with it, and one after the name replaces that.
    let zone = |text| named(text).policy.schedule.map(|found| found.value.zone);
    assert_eq!(zone("lab"), Some(support::zone("Asia/Tokyo")));
    assert_eq!(
        zone("lab Europe/Berlin"),
        Some(support::zone("Europe/Berlin"))
    );
    // The settings may name it too.
    let defaults = Defaults {
        schedule: Some("lab".into()),
        opt_out: true,
        ..platform()
    };
    let reading = read_with(&[], &[], &[], &defaults);
    assert_eq!(
        reading.policy.schedule.map(|found| found.layer),
        Some(Layer::Default)
    );
}

#[test]
fn a_name_that_nobody_gave_is_refused_with_the_nearest() {
    let errors = named("ofice-hours").errors;
    assert_eq!(errors[0].suggestion.as_deref(), Some("office-hours"));
    assert!(
        errors[0].message.contains("lab, office-hours"),
        "{}",
        errors[0]
    );
    let error = refused("lamp-schedule", "office-hours");
    assert!(
        error.message.contains("no schedule has this name"),
        "{error}"
    );
}

#[test]
fn holidays_are_public_ones_or_the_platforms_own() {
    let holidays = |value: &str| {
        let tags = [("lamp-schedule", "office-hours"), ("lamp-holidays", value)];
        let reading = read_with(&tags, &[], &[], &platform());
        assert_eq!(reading.errors, [], "{value}");
        let policy = reading.policy;
        let found = policy.holidays.expect("holidays").value;
        let schedule = policy.schedule.expect("a schedule").value;
        assert_eq!(schedule.days_off, found.days_off);
        found
    };
    let portugal = holidays("pt");
    assert_eq!(portugal.to_string(), "PT");
    assert!(portugal.days_off.contains(date("2026-04-25")));
    assert!(!portugal.days_off.contains(date("2026-11-23")));
    let both = holidays("PT, shutdown,de-by");
    assert_eq!(both.to_string(), "PT,shutdown,DE-BY");
    for day in ["2026-04-25", "2026-11-23", "2026-01-06"] {
        assert!(both.days_off.contains(date(day)), "{day}");
    }
    assert!(holidays("none").days_off.is_empty());
    // A calendar that cannot be read is none, and is told.
    let broken = holidays("broken");
    assert!(broken.days_off.is_empty());
    let own: Vec<_> = broken
        .own
        .iter()
        .map(|(name, calendar)| (name.as_str(), calendar.problem.as_deref()))
        .collect();
    assert_eq!(own, [("broken", Some("example.org: 404 Not Found"))]);
}

#[test]
fn holidays_that_nobody_knows_are_corrected() {
    for (value, column, suggestion) in [
        ("Portugal", 1, Some("PT")),
        ("Bavaria", 1, Some("DE-BY")),
        ("DE_BY", 1, Some("DE-BY")),
        ("Germny", 1, Some("DE")),
        ("PT; DE", 3, Some("PT, DE")),
        ("PT,", 3, Some("PT")),
        ("off", 1, Some("none")),
        ("PT, Atlantis", 5, None),
        ("PT, none", 5, None),
        ("", 1, None),
    ] {
        let error = refused("lamp-holidays", value);
        let told = (error.column, error.suggestion.as_deref());
        assert_eq!(told, (column, suggestion), "{value}: {error}");
    }
}

#[test]
fn holidays_come_from_the_nearest_layer_and_from_the_settings() {
    let defaults = Defaults {
        holidays: Some("DE".into()),
        ..platform()
    };
    let layer = |compute: &[(&str, &str)], workspace: &[(&str, &str)]| {
        let reading = read_with(compute, workspace, &[], &defaults);
        let holidays = reading.policy.holidays.expect("holidays");
        (holidays.layer, holidays.value.to_string())
    };
    let always = ("lamp-schedule", "always");
    assert_eq!(layer(&[always], &[]), (Layer::Default, "DE".into()));
    assert_eq!(
        layer(&[always], &[("lamp-holidays", "PT")]),
        (Layer::Workspace, "PT".into())
    );
    assert_eq!(
        layer(
            &[always, ("lamp-holidays", "none")],
            &[("lamp-holidays", "PT")]
        ),
        (Layer::Compute, "none".into())
    );
}
