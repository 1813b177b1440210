//! Edges where clocks change, at midnight, and where rules meet.

use super::support::{at, edges, schedule};
use lamplighter_core::schedule::{EdgeKind, Power};

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
fn inside_a_window_no_edge_acts_and_outside_the_latest_rules() {
    let mixed =
        schedule("Mon-Fri 08:00-19:00; stop daily 12:00; start daily 21:00; stop daily 23:00 UTC");
    assert_eq!(mixed.at(at("2026-11-23T13:00:00Z")).power, Some(Power::On));
    assert_eq!(mixed.at(at("2026-11-23T20:00:00Z")).power, Some(Power::Off));
    let evening = mixed.at(at("2026-11-23T21:00:00Z"));
    assert_eq!(
        (evening.power, evening.since.map(|edge| edge.kind)),
        (Some(Power::On), Some(EdgeKind::Edge))
    );
    assert_eq!(mixed.at(at("2026-11-23T23:00:00Z")).power, Some(Power::Off));
}

/// Which of two edges of one instant stands decides whether a manual start has a lease, so a year of them must agree.
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

/// proptest found this once: both edges of the Friday lie at one instant, days before the span.
#[test]
fn a_stop_where_a_window_ends_is_one_edge_however_a_span_is_cut() {
    let written = schedule("Fri 00:00-02:30; stop Fri 02:30 Europe/Lisbon");
    let (from, to) = (at("2026-03-28T12:00:00Z"), at("2027-05-02T12:00:00Z"));
    let middle = at("2026-03-31T12:00:00Z");
    let mut two = written.edges(from, middle);
    two.extend(written.edges(middle, to));
    assert_eq!(written.edges(from, to), two);
    assert!(two.windows(2).all(|two| two[0].at < two[1].at));
}
