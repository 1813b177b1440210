//! Calendars as real programs write them, through `explain` and `lint`.

use super::{Printed, run_with};
use crate::common::folder::Folder;
use serde_json::json;

/// Answers for noon of the given days of December 2026, all of them working days of the schedule.
pub(super) fn explain(calendar: &str, settings: &[(&str, &str)], days: &[u32]) -> Printed {
    let line = |day: &u32| {
        let case = json!({
            "id": format!("{day}"), "now": format!("2026-12-{day}T12:00:00Z"), "state": "Running",
            "tags": {"lamp-schedule": "Mon-Fri 08:00-19:00 Europe/Berlin", "lamp-holidays": "cal"},
        });
        format!("{case}\n")
    };
    let lines: String = days.iter().map(line).collect();
    let calendars = format!("cal = {calendar}");
    let settings = [settings, &[("CALENDARS", calendars.as_str())]].concat();
    run_with(&["explain", "--batch"], &settings, lines.as_bytes())
}

/// Which of these days a file takes away, and what is told of it.
fn off(content: &[u8], settings: &[(&str, &str)], days: &[u32]) -> (Vec<u32>, String) {
    let folder = Folder::new("calendar");
    let path = folder.join("cal.ics");
    std::fs::write(&path, content).expect("a file");
    let printed = explain(path.to_str().expect("Unicode"), settings, days);
    let answers = printed.lines();
    assert_eq!(answers.len(), days.len(), "{}", printed.stderr);
    let off = days
        .iter()
        .zip(answers)
        .filter(|(_, answer)| answer["desired"] == "off");
    (off.map(|(day, _)| *day).collect(), printed.stderr)
}

fn file(lines: &[&str]) -> Vec<u8> {
    let mut text = lines.join("\r\n");
    text.push_str("\r\n");
    text.into_bytes()
}

/// The only day of a calendar that is sound: Monday, 14 December.
const CLOSED: [&str; 4] = [
    "BEGIN:VEVENT",
    "SUMMARY:Works closed",
    "DTSTART;VALUE=DATE:20261214",
    "END:VEVENT",
];

fn around(events: &[&str]) -> Vec<u8> {
    file(
        &[
            &["BEGIN:VCALENDAR", "VERSION:2.0"],
            events,
            &["END:VCALENDAR"],
        ]
        .concat(),
    )
}

#[test]
fn an_empty_rule_is_no_rule() {
    // CalendarLabs writes one into every event.
    let event = [
        "BEGIN:VEVENT",
        "SUMMARY:Closed",
        "DTSTART:20261214",
        "DTEND:20261214",
        "RRULE:",
        "END:VEVENT",
    ];
    assert_eq!(
        off(&around(&event), &[], &[14, 15]),
        (vec![14], String::new())
    );
}

#[test]
fn the_last_day_of_a_series_from_exchange_counts() {
    let zone = [
        "BEGIN:VTIMEZONE",
        "TZID:W. Europe Standard Time",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ];
    let event = [
        "BEGIN:VEVENT",
        "RRULE:FREQ=DAILY;UNTIL=20261215T230000Z;INTERVAL=1",
        "SUMMARY:Closed",
        "DTSTART;VALUE=DATE:20261214",
        "DTEND;VALUE=DATE:20261215",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "END:VEVENT",
    ];
    let days = [11, 14, 15, 16, 17];
    for whole in [
        around(&[&zone[..], &event].concat()),
        around(&[&["X-WR-TIMEZONE:W. Europe Standard Time"], &event[..]].concat()),
    ] {
        assert_eq!(off(&whole, &[], &days), (vec![14, 15, 16], String::new()));
    }
    // A file that names no zone is where the platform is.
    let nowhere = around(&event);
    assert_eq!(off(&nowhere, &[], &days).0, [14, 15]);
    assert_eq!(
        off(&nowhere, &[("DEFAULT_ZONE", "Europe/Berlin")], &days).0,
        [14, 15, 16]
    );
}

#[test]
fn each_line_ends_where_its_own_end_is() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261214\nSUMMARY:Closed\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(
        off(text.as_bytes(), &[], &[14, 15]),
        (vec![14], String::new())
    );
}

#[test]
fn a_fold_inside_a_character_is_undone_before_it_is_read() {
    let text = around(&[
        "BEGIN:VEVENT",
        "SUMMARY:Werksferien bis zum Dreik\u{f6}nigstag",
        "DTSTART;VALUE=DATE:20261214",
        "END:VEVENT",
    ]);
    let at = text
        .iter()
        .position(|byte| *byte == 0xc3)
        .expect("the first byte of two")
        + 1;
    let mut folded = text;
    folded.splice(at..at, *b"\r\n ");
    assert!(std::str::from_utf8(&folded).is_err());
    assert_eq!(off(&folded, &[], &[14, 15]), (vec![14], String::new()));
}

#[test]
fn files_in_other_encodings_are_read() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Schöne Tage\r\nDTSTART;VALUE=DATE:20261214\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let latin: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(bytes)
            .collect()
    };
    for content in [
        latin,
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        format!("\u{feff}{text}").into_bytes(),
    ] {
        assert_eq!(off(&content, &[], &[14, 15]), (vec![14], String::new()));
    }
}

#[test]
fn one_bad_line_or_event_is_told_with_its_number_and_costs_no_other() {
    let bad = [
        "BEGIN:VEVENT",
        "DTSTART:20260905T090000Z",
        "X-APPLE-RADIUS=50",
        "DESCRIPTION:Shut.",
        "Call first.",
        "END:VEVENT",
    ];
    let (days, told) = off(&around(&[&CLOSED[..], &bad].concat()), &[], &[14, 15]);
    assert_eq!(days, [14]);
    assert!(
        told.contains("calendar cal: line 9: \"X-APPLE-RADIUS=50\" is no line of a calendar"),
        "{told}"
    );
    assert!(
        told.contains("calendar cal: line 11: \"Call first.\" is no line of a calendar"),
        "{told}"
    );
    let bad = [
        "BEGIN:VEVENT",
        "SUMMARY:Fair",
        "DTSTART;VALUE=DATE:20261215",
        "DTEND;VALUE=DATE:16.12.2026",
        "END:VEVENT",
    ];
    let (days, told) = off(&around(&[&CLOSED[..], &bad].concat()), &[], &[14, 15]);
    assert_eq!(days, [14]);
    let why = "calendar cal: line 7: the event \"Fair\" takes no day away: DTEND (line 10) is \"16.12.2026\", no date";
    assert!(told.contains(why), "{told}");
}

#[test]
fn all_day_events_in_utc_are_told_or_are_days_where_the_file_is() {
    let event = [
        "BEGIN:VEVENT",
        "DTSTART:20261213T230000Z",
        "DTEND:20261214T230000Z",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "SUMMARY:Works closed",
        "END:VEVENT",
    ];
    let days = [11, 14, 15];
    let (nothing, told) = off(&around(&event), &[], &days);
    assert_eq!(nothing, [] as [u32; 0]);
    assert!(
        told.contains(
            "calendar cal: it holds no day that counts (1 event passed over: 1 with times of day)"
        ),
        "{told}"
    );
    let zoned = around(&[&["X-WR-TIMEZONE:Europe/Berlin"], &event[..]].concat());
    assert_eq!(off(&zoned, &[], &days), (vec![14], String::new()));
    let platform = [("DEFAULT_ZONE", "Europe/Berlin")];
    assert_eq!(
        off(&around(&event), &platform, &days),
        (vec![14], String::new())
    );
}

/// A feed in which one day of two is a day on which everybody works.
fn observances() -> Vec<u8> {
    let day = |day: &str, name: &str, kind: &str| {
        format!(
            "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:202612{day}\r\nSUMMARY:{name}\r\nDESCRIPTION:{kind}\r\nEND:VEVENT"
        )
    };
    let (one, two) = (
        day(
            "14",
            "Day of Remembering",
            "Observance\\nTo hide it\\, see Settings",
        ),
        day("15", "Founders' Day", "Public holiday"),
    );
    around(&[&one, &two])
}

#[test]
fn the_platform_says_which_events_count() {
    for (filter, days) in [
        (None, vec![14, 15]),
        (Some("cal = Public holiday"), vec![15]),
        (Some("cal = description: public holiday"), vec![15]),
        (Some("CAL = not Observance"), vec![15]),
        (Some("cal = SUMMARY: remembering; founders'"), vec![14, 15]),
        (
            Some("{\"cal\": \"summary: founders'; not public holiday\"}"),
            vec![],
        ),
    ] {
        let settings: Vec<_> = filter
            .map(|filter| ("CALENDAR_EVENTS", filter))
            .into_iter()
            .collect();
        let (found, told) = off(&observances(), &settings, &[14, 15, 16]);
        assert_eq!(found, days, "{filter:?}: {told}");
        let nothing = "no day that counts (2 events passed over: 2 not chosen by CALENDAR_EVENTS)";
        assert_eq!(
            told.contains(nothing),
            days.is_empty(),
            "{filter:?}: {told}"
        );
    }
}

#[test]
fn lint_lists_the_days_that_are_taken_away() {
    let folder = Folder::new("calendar");
    let path = folder.join("cal.ics");
    std::fs::write(&path, observances()).expect("a file");
    let calendars = format!("cal = {}", path.display());
    let lint = |holidays: &str, more: &[&str]| {
        let holidays = format!("lamp-holidays={holidays}");
        let tags = [
            "lint",
            "lamp-schedule=Mon-Fri 08:00-19:00 Europe/Berlin",
            &holidays,
            "--at",
            "2026-12-06T00:00:00Z",
        ];
        run_with(
            &[&tags[..], more].concat(),
            &[("CALENDARS", &calendars)],
            b"",
        )
    };
    let printed = lint("cal", &[]);
    let days = "days off in the year to come:\n  Mon 14 Dec 2026  Day of Remembering (cal)\n  Tue 15 Dec 2026  Founders' Day (cal)\n";
    assert!(printed.stdout.contains(days), "{}", printed.stdout);
    let printed = lint("DE,cal", &[]);
    let days = "Founders' Day (cal)\n  Fri 25 Dec 2026  public holiday (DE)\n";
    assert!(printed.stdout.contains(days), "{}", printed.stdout);
    let first = json!({"date": "2026-12-14", "calendar": "cal", "name": "Day of Remembering"});
    assert_eq!(
        lint("cal", &["--json"]).json()["resources"][0]["daysOff"][0],
        first
    );
    assert!(!lint("none", &[]).stdout.contains("days off"));
    // What is odd about a calendar is a warning.
    std::fs::write(
        &path,
        around(&["BEGIN:VEVENT", "DTSTART:20261214T090000", "END:VEVENT"]),
    )
    .expect("a file");
    let printed = lint("cal", &[]);
    let warning = "warning: calendar cal: it holds no day that counts (1 event passed over: 1 with times of day)";
    assert!(printed.stdout.contains(warning), "{}", printed.stdout);
}
