//! `lamp-hold`: holds that begin later, short forms, and the dates that people write.

use super::support::{one, read, refused};
use chrono::{DateTime, SecondsFormat, Utc};

/// A Monday.
const SEEN: &str = "2026-11-23T18:50:00Z";

/// The hold as it prints, when it begins (if that is written) and when it ends, if it is first seen on a Monday.
fn instants(zone: &str, value: &str) -> (String, Option<String>, String) {
    let schedule = format!("always {zone}");
    let tags = [("lamp-schedule", schedule.as_str()), ("lamp-hold", value)];
    let reading = read(&tags, &[], &[]);
    assert_eq!(reading.errors, [], "{value}");
    let hold = reading.policy.hold.expect("a hold").value;
    let printed = hold.to_string();
    let again = read(&[tags[0], ("lamp-hold", &printed)], &[], &[]);
    assert_eq!(
        again.policy.hold.map(|hold| hold.value),
        Some(hold),
        "{printed} reads as the same"
    );
    let held = hold.held(SEEN.parse().expect("an instant"));
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    (printed, held.from.map(text), text(held.until))
}

#[test]
#[rustfmt::skip]
fn a_hold_may_begin_later_and_its_short_forms_count_from_when_it_is_seen() {
    let utc = "UTC";
    for (zone, value, printed, from, until) in [
        (utc, "off from 2026-12-24 until 2027-01-02", "off from 2026-12-24T00:00:00Z until 2027-01-02T00:00:00Z", Some("2026-12-24T00:00:00Z"), "2027-01-02T00:00:00Z"),
        (utc, "off from 2026-12-24 to 2027-01-02", "off from 2026-12-24T00:00:00Z until 2027-01-02T00:00:00Z", Some("2026-12-24T00:00:00Z"), "2027-01-02T00:00:00Z"),
        (utc, "on from 2026-12-12 08:00 until 2026-12-13 20:00", "on from 2026-12-12T08:00:00Z until 2026-12-13T20:00:00Z", Some("2026-12-12T08:00:00Z"), "2026-12-13T20:00:00Z"),
        ("Europe/Berlin", "ON FROM 2026-12-12 08:00 TO 2026-12-13 20:00", "on from 2026-12-12T07:00:00Z until 2026-12-13T19:00:00Z", Some("2026-12-12T07:00:00Z"), "2026-12-13T19:00:00Z"),
        (utc, "on from 2026-12-12T08:00:30+01:00 until 2026-12-12 08:01Z", "on from 2026-12-12T07:00:30Z until 2026-12-12T08:01:00Z", Some("2026-12-12T07:00:30Z"), "2026-12-12T08:01:00Z"),
        (utc, "off from 2026-12-24 for 10d", "off from 2026-12-24T00:00:00Z for 10d", Some("2026-12-24T00:00:00Z"), "2027-01-03T00:00:00Z"),
        (utc, "on for 3h", "on for 3h", None, "2026-11-23T21:50:00Z"),
        (utc, "off for 1h30m", "off for 1h30m", None, "2026-11-23T20:20:00Z"),
        (utc, "on until 22:00", "on until 22:00", None, "2026-11-23T22:00:00Z"),
        ("Europe/Berlin", "on until 22:00", "on until 22:00", None, "2026-11-23T21:00:00Z"),
        // It is 19:50 there already.
        ("Europe/Berlin", "on until 19:00", "on until 19:00", None, "2026-11-24T18:00:00Z"),
        (utc, "on until 18:50", "on until 18:50", None, "2026-11-24T18:50:00Z"),
        (utc, "on until 24:00", "on until 24:00", None, "2026-11-24T00:00:00Z"),
        (utc, "on until Fri 22:00", "on until Fri 22:00", None, "2026-11-27T22:00:00Z"),
        (utc, "on until mon 22:00", "on until Mon 22:00", None, "2026-11-23T22:00:00Z"),
        (utc, "on until Mon 08:00", "on until Mon 08:00", None, "2026-11-30T08:00:00Z"),
        ("Pacific/Auckland", "on until Tue 08:00", "on until Tue 08:00", None, "2026-11-23T19:00:00Z"),
        (utc, "off from Fri 18:00 until Mon 08:00", "off from Fri 18:00 until Mon 08:00", Some("2026-11-27T18:00:00Z"), "2026-11-30T08:00:00Z"),
        (utc, "on from 22:00 until 06:00", "on from 22:00 until 06:00", Some("2026-11-23T22:00:00Z"), "2026-11-24T06:00:00Z"),
        (utc, "on from 22:00 for 2h", "on from 22:00 for 2h", Some("2026-11-23T22:00:00Z"), "2026-11-24T00:00:00Z"),
        // The clocks repeat and skip an hour on these days: the time on is never shorter than written.
        ("Europe/Berlin", "on from 2026-10-25 02:30 until 2026-10-26 00:00", "on from 2026-10-25T00:30:00Z until 2026-10-25T23:00:00Z", Some("2026-10-25T00:30:00Z"), "2026-10-25T23:00:00Z"),
        ("Europe/Berlin", "off from 2026-10-25 02:30 until 2026-10-26 00:00", "off from 2026-10-25T01:30:00Z until 2026-10-25T23:00:00Z", Some("2026-10-25T01:30:00Z"), "2026-10-25T23:00:00Z"),
        ("Europe/Berlin", "on from 2026-03-29 02:30 until 2026-03-30", "on from 2026-03-29T01:00:00Z until 2026-03-29T22:00:00Z", Some("2026-03-29T01:00:00Z"), "2026-03-29T22:00:00Z"),
    ] {
        let expected = (printed.to_owned(), from.map(str::to_owned), until.to_owned());
        assert_eq!(instants(zone, value), expected, "{value}");
    }
}

/// What is refused, and the correction where only one reading is possible.
#[rustfmt::skip]
const REFUSED: &[(&str, Option<&str>)] = &[
    // Dates as people write them.
    ("off until 12/24/2026", Some("off until 2026-12-24")),
    ("off until 24/12/2026", Some("off until 2026-12-24")),
    ("off until 11/11/2026", Some("off until 2026-11-11")),
    ("off until 04/11/2026", None),
    ("off until 4.11.2026", Some("off until 2026-11-04")),
    ("off until 24-12-2026", Some("off until 2026-12-24")),
    ("off until 04-11-2026", None),
    ("off until 31/02/2026", None),
    ("off until 2026/12/24", Some("off until 2026-12-24")),
    ("off until 2026.12.24", Some("off until 2026-12-24")),
    ("off until 20261224", Some("off until 2026-12-24")),
    ("off until 24 Dec 2026", Some("off until 2026-12-24")),
    ("off until Dec 24, 2026", Some("off until 2026-12-24")),
    ("off until December 24th 2026 18:00", Some("off until 2026-12-24 18:00")),
    ("off until 24-Dec-2026", Some("off until 2026-12-24")),
    ("off bis 24. Dezember 2026", Some("off until 2026-12-24")),
    ("off até 24 de dezembro de 2026", Some("off until 2026-12-24")),
    ("off until 24 décembre 2026", Some("off until 2026-12-24")),
    ("off until 24 Jui 2026", None),
    ("off until 24 Dec", None),
    ("off until 24.12.", None),
    ("off until 24.12.26", None),
    ("off until Thu 24 Dec 2026", Some("off until 2026-12-24")),
    ("off until Thursday, 2026-12-24", Some("off until 2026-12-24")),
    ("off until Fri 2026-12-24", None),
    ("on until 2026-11-31", Some("on until 2026-12-01")),
    ("on until 2026-02-30", Some("on until 2026-03-01")),
    ("on until 2026-12-32", None),
    ("on until 2026-11-31 18:00", None),
    ("on until 2026-11-24, 18:00", Some("on until 2026-11-24 18:00")),
    ("on until 2026-11-24 at 6pm", Some("on until 2026-11-24 18:00")),
    ("on until 2026-11-24 18 Uhr", Some("on until 2026-11-24 18:00")),
    // Times.
    ("on until 10pm", Some("on until 22:00")),
    ("on until 8", None),
    ("on until 22", Some("on until 22:00")),
    ("on until 3h", None),
    ("on until 8h30", Some("on until 08:30")),
    ("on until midnight", Some("on until 24:00")),
    ("on until noon", Some("on until 12:00")),
    ("on until Friday 22:00", Some("on until Fri 22:00")),
    ("on until vendredi 22h00", Some("on until Fri 22:00")),
    ("on until Fri, 22:00", Some("on until Fri 22:00")),
    ("on until Friday at 10pm", Some("on until Fri 22:00")),
    ("on until 22:00 on Friday", Some("on until Fri 22:00")),
    ("on until 22:00 Fri", Some("on until Fri 22:00")),
    ("on until tonight 22:00", Some("on until 22:00")),
    ("on until today at 22:00", Some("on until 22:00")),
    ("on until tomorrow 08:00", None),
    ("on until Fri", None),
    ("on until weekends 08:00", None),
    ("on until 22:00 Europe/Lisbon", None),
    ("on until 22:00+01:00", None),
    // Lengths.
    ("on 3h", Some("on for 3h")),
    ("on 90m", Some("on for 90m")),
    ("on 20h", None),
    ("on for 3 hours", Some("on for 3h")),
    ("on for 90", Some("on for 90m")),
    ("on for", None),
    ("on for 10s", Some("on for 1m")),
    ("on for 3h please", None),
    // Beginnings.
    ("off 2026-12-24 to 2027-01-02", Some("off from 2026-12-24 to 2027-01-02")),
    ("off 2026-12-24 - 2027-01-02", Some("off from 2026-12-24 until 2027-01-02")),
    ("off 2026-12-24..2027-01-02", Some("off from 2026-12-24 until 2027-01-02")),
    ("off from 2026-12-24 - 2027-01-02", Some("off from 2026-12-24 until 2027-01-02")),
    ("off from 2026-12-24 – 2027-01-02", Some("off from 2026-12-24 until 2027-01-02")),
    ("off from 24.12.2026 bis 2.1.2027", Some("off from 2026-12-24 until 2027-01-02")),
    ("off von 24.12.2026 bis 2.1.2027", Some("off from 2026-12-24 until 2027-01-02")),
    ("off between 2026-12-24 and 2027-01-02", Some("off from 2026-12-24 until 2027-01-02")),
    ("off from Friday 18:00 till Monday 8am", Some("off from Fri 18:00 until Mon 08:00")),
    ("on from now until 22:00", Some("on until 22:00")),
    ("off from 2026-12-24 to 2026-01-02", Some("off from 2026-12-24 to 2027-01-02")),
    ("off from 2026-12-24 to 2026-12-20", None),
    ("off from 2026-12-24 to 2026-12-24", Some("off from 2026-12-24 to 2026-12-24 24:00")),
    ("on from 2026-12-24 10:00 until 2026-12-24 09:00", None),
    ("off from 2026-12-24", None),
    ("off from", None),
    ("off to 2027-01-02", Some("off until 2027-01-02")),
    ("\"on until 22:00\"", Some("on until 22:00")),
    // No hold: what these want at that time nobody can tell.
    ("on 22:00", None),
    ("off 22:00", None),
    ("on 08:00-19:00", None),
    ("on Fri", None),
];

#[test]
fn what_is_refused_is_corrected_where_only_one_reading_is_possible() {
    let mut wrong = Vec::new();
    for (value, suggestion) in REFUSED {
        let error = refused("lamp-hold", value);
        if error.suggestion.as_deref() != *suggestion {
            wrong.push(format!(
                "{value}: expected {suggestion:?}, and got: {error}"
            ));
        }
        if let Some(suggestion) = suggestion {
            assert_eq!(one("lamp-hold", suggestion).errors, [], "{suggestion}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
