//! Windows and edges at every second that matters: spring nights, autumn nights, midnights, odd zones.

mod properties;
mod reference;
mod zones;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use lamplighter_core::policy::read_schedule;
use lamplighter_core::schedule::{EdgeKind, Power, Schedule};

fn schedule(text: &str) -> Schedule {
    read_schedule(text, Tz::UTC).unwrap_or_else(|error| panic!("{error}"))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|_| panic!("{text} is no time"))
}

/// The edges of a span, as `on 06:00Z`.
fn edges(text: &str, from: &str, to: &str) -> Vec<String> {
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

#[test]
fn a_window_keeps_its_wall_time_across_the_year() {
    let text = "Mon-Fri 08:00-19:00 Europe/Lisbon";
    assert_eq!(
        edges(text, "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z"),
        ["on 12T08:00Z", "off 12T19:00Z"]
    );
    assert_eq!(
        edges(text, "2026-07-13T00:00:00Z", "2026-07-14T00:00:00Z"),
        ["on 13T07:00Z", "off 13T18:00Z"]
    );
    assert!(edges(text, "2026-07-11T00:00:00Z", "2026-07-13T00:00:00Z").is_empty());
}

#[test]
fn in_the_spring_gap_an_edge_happens_at_the_first_instant_after_it() {
    // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00Z.
    let night = ("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z");
    assert_eq!(
        edges("daily 02:30-06:00 Europe/Berlin", night.0, night.1),
        ["on 29T01:00Z", "off 29T04:00Z"]
    );
    assert_eq!(
        edges("daily 23:00-02:30 Europe/Berlin", night.0, night.1),
        ["on 28T22:00Z", "off 29T01:00Z"]
    );
    assert_eq!(
        edges("stop daily 02:30 Europe/Berlin", night.0, night.1),
        ["off 29T01:00Z"]
    );
    // Wholly inside the gap a window has no length that night.
    assert!(edges("daily 02:10-02:50 Europe/Berlin", night.0, night.1).is_empty());
    // Lord Howe's gap is half an hour: 02:00 becomes 02:30.
    assert_eq!(
        edges(
            "start daily 02:15 Australia/Lord_Howe",
            "2026-10-03T12:00:00Z",
            "2026-10-04T12:00:00Z"
        ),
        ["on 03T15:30Z"]
    );
}

#[test]
fn where_the_clock_repeats_a_start_takes_the_first_and_a_stop_the_second() {
    // Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00Z, so 02:30 is 00:30Z and 01:30Z.
    let night = ("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z");
    assert_eq!(
        edges("daily 02:30-06:00 Europe/Berlin", night.0, night.1),
        ["on 25T00:30Z", "off 25T05:00Z"]
    );
    assert_eq!(
        edges("daily 23:00-02:30 Europe/Berlin", night.0, night.1),
        ["on 24T21:00Z", "off 25T01:30Z"]
    );
    assert_eq!(
        edges("daily 02:10-02:50 Europe/Berlin", night.0, night.1),
        ["on 25T00:10Z", "off 25T01:50Z"]
    );
    assert_eq!(
        edges(
            "start daily 02:30; stop daily 02:30 Europe/Berlin",
            night.0,
            night.1
        ),
        ["on 25T00:30Z", "off 25T01:30Z"]
    );
    // New York, 2026-11-01: 01:30 is 05:30Z and 06:30Z.
    assert_eq!(
        edges(
            "stop daily 01:30 America/New_York",
            "2026-10-31T12:00:00Z",
            "2026-11-01T12:00:00Z"
        ),
        ["off 01T06:30Z"]
    );
}

#[test]
fn an_overnight_window_belongs_to_the_day_it_starts_on() {
    let text = "Fri 22:00-06:00 Asia/Kolkata";
    assert_eq!(
        edges(text, "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        ["on 20T16:30Z", "off 21T00:30Z"]
    );
    assert_eq!(
        schedule(text).at(at("2026-11-20T23:00:00Z")).power,
        Some(Power::On)
    );
    assert_eq!(
        schedule(text).at(at("2026-11-19T23:00:00Z")).power,
        Some(Power::Off)
    );
}

#[test]
fn windows_that_touch_or_overlap_are_one() {
    let text = "Mon 08:00-12:00, 12:00-18:00, 17:00-20:00 UTC";
    assert_eq!(
        edges(text, "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
        ["on 23T08:00Z", "off 23T20:00Z"]
    );
    let whole = schedule("daily 00:00-24:00 Europe/Lisbon").at(at("2026-11-23T12:00:00Z"));
    assert_eq!(
        (whole.power, whole.since, whole.next),
        (Some(Power::On), None, None)
    );
}

#[test]
fn inside_a_window_single_times_are_silent_and_outside_the_latest_rules() {
    let mixed =
        schedule("Mon-Fri 08:00-19:00; stop daily 12:00; start daily 21:00; stop daily 23:00 UTC");
    assert_eq!(mixed.at(at("2026-11-23T13:00:00Z")).power, Some(Power::On));
    assert_eq!(mixed.at(at("2026-11-23T20:00:00Z")).power, Some(Power::Off));
    let lit = mixed.at(at("2026-11-23T21:00:00Z"));
    assert_eq!(
        (lit.power, lit.since.map(|edge| edge.kind)),
        (Some(Power::On), Some(EdgeKind::Edge))
    );
    assert_eq!(mixed.at(at("2026-11-23T23:00:00Z")).power, Some(Power::Off));
}

/// Which of two edges of one instant stands decides whether a start by hand has a lease, so a year of them must agree.
#[test]
fn a_stop_written_where_a_window_ends_changes_nothing() {
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    let plain = schedule("Mon-Fri 08:00-19:00 Europe/Lisbon").edges(from, to);
    for doubled in [
        "Mon-Fri 08:00-19:00; stop Mon-Fri 19:00 Europe/Lisbon",
        "Mon-Fri 08:00-19:00; stop 0 19 * * 1-5 Europe/Lisbon",
        "Mon-Fri 08:00-19:00; start Mon-Fri 08:00 Europe/Lisbon",
    ] {
        assert_eq!(schedule(doubled).edges(from, to), plain, "{doubled}");
    }
    // A start there goes on with the day, and no edge of the window's is left beside it.
    let on = schedule("Mon-Fri 08:00-19:00; start Mon-Fri 19:00 Europe/Lisbon")
        .at(at("2026-11-23T19:00:00Z"));
    assert_eq!(
        (on.power, on.since.map(|edge| edge.kind)),
        (Some(Power::On), Some(EdgeKind::Edge))
    );
}

#[test]
fn an_edge_at_the_instant_itself_has_happened() {
    let office = schedule("Mon-Fri 08:00-19:00 UTC");
    let end = office.at(at("2026-11-23T19:00:00Z"));
    assert_eq!(
        (end.power, end.since.map(|edge| edge.at)),
        (Some(Power::Off), Some(at("2026-11-23T19:00:00Z")))
    );
    assert_eq!(
        end.next.map(|edge| edge.at),
        Some(at("2026-11-24T08:00:00Z"))
    );
    assert_eq!(office.at(at("2026-11-23T18:59:59Z")).power, Some(Power::On));
}

#[test]
fn cron_edges_speak_once_each_and_know_their_days() {
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

fn with_days_off(text: &str, dates: &[&str]) -> Schedule {
    let dates = dates.iter().map(|date| date.parse().expect("a date"));
    Schedule {
        days_off: dates.collect(),
        ..schedule(text)
    }
}

#[test]
fn a_holiday_takes_windows_and_starts_that_begin_on_it() {
    let span = (at("2026-12-23T00:00:00Z"), at("2026-12-29T00:00:00Z"));
    let told = |schedule: &Schedule| -> Vec<String> {
        let edges = schedule.edges(span.0, span.1);
        edges
            .iter()
            .map(|edge| format!("{:?} {}", edge.power, edge.at.format("%d %H:%M")))
            .collect()
    };
    let office = with_days_off("Mon-Fri 08:00-19:00", &["2026-12-25", "2026-12-24"]);
    assert_eq!(
        told(&office),
        ["On 23 08:00", "Off 23 19:00", "On 28 08:00", "Off 28 19:00"]
    );
    // Off since the last window, until the next.
    let christmas = office.at(at("2026-12-25T12:00:00Z"));
    assert_eq!(christmas.power, Some(Power::Off));
    assert_eq!(
        christmas.since.map(|edge| edge.at),
        Some(at("2026-12-23T19:00:00Z"))
    );
    assert_eq!(
        christmas.next.map(|edge| edge.at),
        Some(at("2026-12-28T08:00:00Z"))
    );
    // A window begun the evening before runs to its end.
    let night = with_days_off("Wed-Fri 22:00-06:00", &["2026-12-24"]);
    assert_eq!(
        told(&night),
        ["On 23 22:00", "Off 24 06:00", "On 25 22:00", "Off 26 06:00"]
    );
    // Stops stay.
    let edges = with_days_off(
        "start daily 08:00; stop daily 20:00",
        &["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27"],
    );
    assert_eq!(
        told(&edges),
        [
            "On 23 08:00",
            "Off 23 20:00",
            "Off 24 20:00",
            "Off 25 20:00",
            "Off 26 20:00",
            "Off 27 20:00",
            "On 28 08:00",
            "Off 28 20:00"
        ]
    );
    // The day is the wall's: Auckland's begins at 11:00Z the day before.
    let south = with_days_off("daily 00:00-24:00 Pacific/Auckland", &["2026-12-25"]);
    assert_eq!(told(&south), ["Off 24 11:00", "On 25 11:00"]);
    assert_eq!(
        south
            .at(at("2026-12-20T00:00:00Z"))
            .next
            .map(|edge| edge.at),
        Some(at("2026-12-24T11:00:00Z"))
    );
}
