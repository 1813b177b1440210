//! Holidays.

use super::support::{at, schedule};
use lamplighter_core::schedule::{Power, Schedule};

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
