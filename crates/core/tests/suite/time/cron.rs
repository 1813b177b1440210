//! Cron edges.

use super::support::{at, edges, schedule};
use lamplighter_core::schedule::{Edge, Power, Schedule};

#[test]
fn cron_edges_happen_once_each_and_know_their_days() {
    let span = ("2026-11-20T00:00:00Z", "2026-11-24T00:00:00Z");
    assert_eq!(
        edges(
            "start 0 8 * * 1-5; stop 0 19 * * * Europe/Lisbon",
            span.0,
            span.1
        ),
        [
            "on 20T08:00Z",
            "off 20T19:00Z",
            "off 21T19:00Z",
            "off 22T19:00Z",
            "on 23T08:00Z",
            "off 23T19:00Z"
        ]
    );
    // 0 and 7 are Sunday.
    for sunday in ["0", "7", "Sun", "sun"] {
        let text = format!("stop 30 6 * * {sunday} UTC");
        assert_eq!(edges(&text, span.0, span.1), ["off 22T06:30Z"], "{sunday}");
    }
    let month = ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
    for (text, expected) in [
        ("stop 0 6 L * *", vec!["off 30T06:00Z"]),
        // The 15th is a Sunday, so the nearest weekday is Monday.
        ("stop 0 6 15W * *", vec!["off 16T06:00Z"]),
        ("stop 0 6 LW * *", vec!["off 30T06:00Z"]),
        ("stop 0 6 * * 1#2", vec!["off 09T06:00Z"]),
        ("stop 0 6 * * Fri#1", vec!["off 06T06:00Z"]),
        ("stop 0 6 * * 5L", vec!["off 27T06:00Z"]),
        // Both kinds of day: either, as in Vixie cron,
        ("stop 0 6 13 * 1#1", vec!["off 02T06:00Z", "off 13T06:00Z"]),
        // but a field that begins with a star names no day.
        ("stop 0 6 */15 * 1", vec!["off 16T06:00Z"]),
        ("stop 0 6 * 12 *", vec![]),
    ] {
        assert_eq!(edges(text, month.0, month.1), expected, "{text}");
    }
}

#[test]
fn cron_edges_keep_to_the_wall_where_the_clocks_change() {
    let spring = ("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z");
    let autumn = ("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z");
    let (start, stop) = (
        "start 30 2 * * * Europe/Berlin",
        "stop 30 2 * * * Europe/Berlin",
    );
    assert_eq!(edges(start, spring.0, spring.1), ["on 29T01:00Z"]);
    assert_eq!(edges(stop, spring.0, spring.1), ["off 29T01:00Z"]);
    assert_eq!(edges(start, autumn.0, autumn.1), ["on 25T00:30Z"]);
    assert_eq!(edges(stop, autumn.0, autumn.1), ["off 25T01:30Z"]);
    // Those of a gap all happen at its end, which is one instant.
    assert_eq!(
        edges("stop */20 2 * * * Europe/Berlin", spring.0, spring.1),
        ["off 29T01:00Z"]
    );
}

#[test]
fn rare_cron_edges_are_found_however_far() {
    let leap = schedule("start 0 8 29 2 *; stop 0 8 1 3 * UTC");
    let asked = leap.at(at("2097-05-01T00:00:00Z"));
    assert_eq!(
        asked.since.map(|edge| edge.at),
        Some(at("2097-03-01T08:00:00Z"))
    );
    let only = schedule("stop 0 8 29 2 * UTC").at(at("2097-05-01T00:00:00Z"));
    assert_eq!(
        only.since.map(|edge| edge.at),
        Some(at("2096-02-29T08:00:00Z"))
    );
    assert_eq!(
        only.next.map(|edge| edge.at),
        Some(at("2104-02-29T08:00:00Z"))
    );
}

/// Lines for a 29 February that is a certain day of the week: the last one before 2026-11-27, and the next.
const LEAP_DAYS: &[(&str, &str, &str)] = &[
    ("1#5", "2016-02-29", "2044-02-29"),
    ("2#5", "2000-02-29", "2028-02-29"),
    ("3#5", "2012-02-29", "2040-02-29"),
    ("4#5", "2024-02-29", "2052-02-29"),
    ("5#5", "2008-02-29", "2036-02-29"),
    ("6#5", "2020-02-29", "2048-02-29"),
    ("0#5", "2004-02-29", "2032-02-29"),
];

#[test]
fn a_leap_day_that_is_a_certain_weekday_leaves_the_older_edge() {
    let now = at("2026-11-27T12:00:00Z");
    for (weekday, since, next) in LEAP_DAYS {
        for (verb, power) in [("start", Power::On), ("stop", Power::Off)] {
            let text = format!("{verb} 0 8 * 2 {weekday} UTC");
            let asked = schedule(&text).at(now);
            let edge = |edge: Option<Edge>| edge.map(|edge| (edge.at, edge.power));
            let on = |day: &str| Some((at(&format!("{day}T08:00:00Z")), power));
            assert_eq!(asked.power, Some(power), "{text}");
            assert_eq!(edge(asked.since), on(since), "{text}");
            assert_eq!(edge(asked.next), on(next), "{text}");
        }
    }
    // The year 2100 has no such day, so that forty years lie between two.
    let asked = schedule("start 0 8 * 2 1#5 UTC").at(at("2090-01-01T00:00:00Z"));
    let edge = |edge: Option<Edge>| edge.map(|edge| edge.at);
    assert_eq!(edge(asked.since), Some(at("2072-02-29T08:00:00Z")));
    assert_eq!(edge(asked.next), Some(at("2112-02-29T08:00:00Z")));
}

#[test]
fn edges_want_nothing_before_the_first_of_them() {
    // Every day of three years is a day off.
    let first = at("2024-01-01T00:00:00Z").date_naive();
    let asked = |text: &str| {
        let days_off = Schedule {
            days_off: first.iter_days().take(3 * 366).collect(),
            ..schedule(text)
        };
        days_off.at(at("2025-06-16T12:00:00Z"))
    };
    assert_eq!(asked("start Mon-Fri 08:00 UTC").power, None);
    assert_eq!(asked("start 0 8 * * 1-5 UTC").power, None);
    let stopped = asked("start 0 8 * * 1-5; stop 0 19 * * * UTC");
    assert_eq!(stopped.power, Some(Power::Off));
    // Outside its windows it is off, however few there are.
    assert_eq!(asked("Mon-Fri 08:00-19:00 UTC").power, Some(Power::Off));
}
