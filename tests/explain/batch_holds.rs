//! Holds in cases of `explain --batch`.

use super::batch::{OFFICE, SATURDAY, one, start};
use serde_json::json;

#[test]
fn a_hold_may_begin_later_and_count_from_when_it_was_seen() {
    let case = |hold: &str, state: &str, now: &str, seen: Option<&str>| {
        let answer = one(json!({
            "tags": {"lamp-schedule": OFFICE, "lamp-hold": hold}, "now": now, "state": state,
            "lastOperation": start("2026-11-20T08:00:00Z"), "firstSeen": "2026-11-20T08:00:00Z", "holdSeen": seen,
        }));
        assert_eq!(answer["errors"], json!([]));
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_string();
        format!("{} {}", text("decision"), text("reason"))
    };
    let christmas = "off from 2026-12-24 until 2027-01-02";
    let weekend = "on from 2026-12-12 08:00 until 2026-12-13 20:00";
    for (hold, state, now, seen, expected) in [
        (
            christmas,
            "Running",
            "2026-12-23T18:59:00Z",
            None,
            "leave as-desired",
        ),
        (
            christmas,
            "Running",
            "2026-12-24T00:00:00Z",
            None,
            "stop hold-off",
        ),
        (
            christmas,
            "Stopped",
            "2026-12-28T08:00:00Z",
            None,
            "leave hold-off",
        ),
        (
            christmas,
            "Stopped",
            "2027-01-04T08:00:00Z",
            None,
            "start schedule-on",
        ),
        (
            weekend,
            "Running",
            "2026-12-12T07:59:00Z",
            None,
            "stop schedule-off",
        ),
        (
            weekend,
            "Running",
            "2026-12-12T08:00:00Z",
            None,
            "leave hold-on",
        ),
        (
            weekend,
            "Stopped",
            "2026-12-12T08:00:00Z",
            None,
            "start hold-on",
        ),
        (
            weekend,
            "Running",
            "2026-12-13T20:00:00Z",
            None,
            "stop schedule-off",
        ),
        ("on for 3h", "Running", SATURDAY, None, "leave hold-on"),
        (
            "on for 3h",
            "Running",
            SATURDAY,
            Some("2026-11-28T07:01:00Z"),
            "leave hold-on",
        ),
        (
            "on for 3h",
            "Running",
            SATURDAY,
            Some("2026-11-28T07:00:00Z"),
            "stop schedule-off",
        ),
        (
            "on until 22:00",
            "Running",
            SATURDAY,
            Some("2026-11-27T21:59:00Z"),
            "stop schedule-off",
        ),
        (
            "on until 22:00",
            "Running",
            SATURDAY,
            Some("2026-11-27T22:00:00Z"),
            "leave hold-on",
        ),
        (
            "on until Sat 10:00",
            "Running",
            SATURDAY,
            Some("2026-11-27T12:00:00Z"),
            "stop schedule-off",
        ),
        (
            "on until Sat 10:01",
            "Running",
            SATURDAY,
            Some("2026-11-27T12:00:00Z"),
            "leave hold-on",
        ),
    ] {
        assert_eq!(
            case(hold, state, now, seen),
            expected,
            "{hold} {now} {seen:?}"
        );
    }
}
