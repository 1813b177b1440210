//! What is put before an owner: an error on a screen, and `docs/tags.md`.

use super::support::{defaults, one, read, read_with, refused, schedule};
use lamplighter_core::policy::{Calendar, Defaults};
use std::collections::BTreeMap;

#[test]
fn an_error_is_one_screen_with_a_caret_under_the_column() {
    let error = read(&[], &[("lamp-schedule", "Mon-Fry 08:00-19:00")], &[])
        .errors
        .remove(0)
        .to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert!(
        lines[0].starts_with("lamp-schedule (on the workspace), column 5: \"Fry\" is not a day"),
        "{error}"
    );
    assert_eq!(
        lines[1..],
        [
            "  Mon-Fry 08:00-19:00",
            "      ^",
            "  try: Mon-Fri 08:00-19:00"
        ]
    );

    let long = format!(
        "Mon-Fri 08:00-19:00{}; Sat 25:00\u{1b}[31m\n{}",
        "; Sun 08:00-19:00".repeat(8),
        "x".repeat(80)
    );
    let error = refused("lamp-schedule", &long).to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert!(
        lines.len() <= 4 && lines[1].chars().count() < 110 && !error.contains('\u{1b}'),
        "{error}"
    );
    let caret = lines[2].chars().count() - 1;
    assert_eq!(
        lines[1].chars().skip(caret).take(5).collect::<String>(),
        "\u{fffd}[31m",
        "{error}"
    );
}

#[test]
fn a_value_of_many_lines_has_an_error_of_one_screen() {
    let value = format!(
        "stop 0 7 * * * UTC{}UTC{}UTC",
        "\n".repeat(60),
        "\n".repeat(60)
    );
    let error = refused("lamp-schedule", &value);
    assert!(error.to_string().lines().count() <= 4, "{error}");
    assert_eq!(error.suggestion.as_deref(), Some("stop 0 7 * * * UTC"));
}

#[test]
fn no_value_longer_than_azure_allows_is_read() {
    let error = refused("lamp-schedule", &format!("always{}", " ".repeat(251)));
    assert_eq!((error.column, error.suggestion.as_deref()), (257, None));
    assert_eq!(
        one("lamp-schedule", &format!("always{}", " ".repeat(250))).errors,
        []
    );
}

/// What the page supposes that the platform has named.
fn platform() -> Defaults {
    let office = schedule("Mon-Fri 08:00-19:00");
    let closed = Calendar::default();
    Defaults {
        schedules: BTreeMap::from([("office-hours".into(), office)]).into(),
        calendars: BTreeMap::from([("plant-closed".into(), closed)]).into(),
        ..defaults()
    }
}

#[test]
fn the_examples_of_the_page_for_owners_read() {
    let page = include_str!("../../../../../docs/tags.md");
    let (mut good, mut bad) = (0, 0);
    for line in page.lines() {
        let line = line.trim();
        if let Some((name, value)) = line
            .split_once(" = ")
            .filter(|(name, _)| name.starts_with("lamp-"))
        {
            let (value, tried) = value
                .split_once("  ->  ")
                .map_or((value, None), |(value, tried)| (value, Some(tried)));
            let errors = match name.split_once('.') {
                Some(_) => read_with(&[], &[(name, value)], &[], &platform()).errors,
                None => read_with(&[(name, value)], &[], &[], &platform()).errors,
            };
            match tried {
                Some(tried) => assert_eq!(errors[0].suggestion.as_deref(), Some(tried), "{line}"),
                None => assert_eq!(errors, [], "{line}"),
            }
            good += usize::from(tried.is_none());
            bad += usize::from(tried.is_some());
        }
    }
    assert!(good >= 34 && bad >= 12, "{good} and {bad} examples found");
}
