//! Instants in UTC, and the zones in which files mean them.

use super::support::{beside, date, dates, days, takes};
use lamplighter_core::holidays::{Wanted, read_calendar};

/// A zone that is one hour ahead of UTC in winter, as files describe it.
fn described(id: &str) -> String {
    let standard = "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
                    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n";
    let daylight = "BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
                    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n";
    format!("BEGIN:VTIMEZONE\nTZID:{id}\n{standard}{daylight}END:VTIMEZONE\n")
}

/// Zones that are one hour ahead of UTC in winter and two in summer, each with what a file says of it.
fn zones() -> Vec<(String, String)> {
    let mut zones: Vec<(String, String)> = [
        "Europe/Berlin",
        "W. Europe Standard Time",
        "\"W. Europe Standard Time\"",
        "Romance Standard Time",
        "/mozilla.org/20050126_1/Europe/Berlin",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/softwarestudio.org/Olson_20011030_5/Europe/Berlin",
        "europe/berlin",
        "CET",
    ]
    .into_iter()
    .map(|id| (id.to_owned(), String::new()))
    .collect();
    for id in [
        "Customized Time Zone",
        "tzone://Microsoft/Custom",
        "W. Europe Standard Time",
        "Büro, München",
    ] {
        zones.push((format!("\"{id}\""), described(id)));
    }
    let located = described("1").replace(
        "BEGIN:STANDARD",
        "X-LIC-LOCATION:Europe/Berlin\nBEGIN:STANDARD",
    );
    zones.push(("1".into(), located));
    zones.push((
        "(UTC+01:00) Amsterdam, Berlin, Bern".replace(',', ""),
        String::new(),
    ));
    zones
}

#[test]
fn instants_in_utc_are_days_in_the_zone_of_the_event() {
    for (id, zone) in zones() {
        let timed = format!("DTSTART;TZID={id}:20261214T000000\nDTEND;TZID={id}:20261215T000000\n");
        for (lines, expected) in [
            (
                "RRULE:FREQ=DAILY;UNTIL=20261215T230000Z",
                "2026-12-14 2026-12-15 2026-12-16",
            ),
            (
                "RRULE:FREQ=DAILY;UNTIL=20261215T225959Z",
                "2026-12-14 2026-12-15",
            ),
            (
                "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261214T230000Z",
                "2026-12-14 2026-12-16",
            ),
            (
                "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261213T230000Z,20261215T230000Z",
                "2026-12-15",
            ),
            ("RDATE:20261219T230000Z", "2026-12-14 2026-12-20"),
        ] {
            let text = beside(&format!("{timed}{lines}"));
            let text = text.replacen("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"), 1);
            let all = dates(&format!("{expected} 2026-12-24"));
            assert_eq!(days(text.as_bytes()), Ok(all), "{id} {zone} {lines}");
        }
    }
}

#[test]
fn instants_of_a_series_of_dates_are_days_in_the_zone_of_the_file() {
    let whole = |id: &str| format!("X-WR-TIMEZONE:{id}\n");
    let files: Vec<(String, String)> = zones()
        .into_iter()
        .flat_map(|(id, zone)| {
            let bare = id.trim_matches('"').to_owned();
            let from_zone = if zone.is_empty() {
                described(&bare)
            } else {
                zone.clone()
            };
            [
                (format!("{zone}{}", whole(&bare)), String::new()),
                (from_zone.clone(), String::new()),
                // A calendar that calls itself UTC, and describes the zone that it is in.
                (format!("{}{from_zone}", whole("UTC")), String::new()),
                (zone, format!("EXDATE;TZID={id}:20261222T000000\n")),
            ]
        })
        .collect();
    for (file, more) in files {
        let series = format!("DTSTART;VALUE=DATE:20261214\nDTEND;VALUE=DATE:20261215\n{more}");
        for (lines, expected) in [
            (
                "RRULE:FREQ=DAILY;UNTIL=20261215T230000Z",
                "2026-12-14 2026-12-15 2026-12-16",
            ),
            (
                "RRULE:FREQ=DAILY;UNTIL=20261215T225959Z",
                "2026-12-14 2026-12-15",
            ),
            (
                "RRULE:FREQ=DAILY;UNTIL=20261215T235959Z",
                "2026-12-14 2026-12-15",
            ),
            (
                "RRULE:FREQ=DAILY;UNTIL=20261215T000000Z",
                "2026-12-14 2026-12-15",
            ),
            ("RRULE:FREQ=DAILY;UNTIL=20261215", "2026-12-14 2026-12-15"),
            (
                "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261214T230000Z",
                "2026-12-14 2026-12-16",
            ),
        ] {
            let text = beside(&format!("{series}{lines}"));
            let text = text.replacen("BEGIN:VEVENT", &format!("{file}BEGIN:VEVENT"), 1);
            let all = dates(&format!("{expected} 2026-12-24"));
            assert_eq!(days(text.as_bytes()), Ok(all), "{file} {lines}");
        }
    }
    // West of UTC, and on the other side of the clock change.
    for (zone, until, last) in [
        ("America/New_York", "20261216T050000Z", "2026-12-16"),
        ("America/New_York", "20261216T045959Z", "2026-12-15"),
        ("Eastern Standard Time", "20261216T050000Z", "2026-12-16"),
        ("Asia/Tokyo", "20261215T150000Z", "2026-12-16"),
        ("Tokyo Standard Time", "20261215T150000Z", "2026-12-16"),
        (
            "AUS Eastern Standard Time",
            "20261215T130000Z",
            "2026-12-16",
        ),
        ("India Standard Time", "20261215T183000Z", "2026-12-16"),
    ] {
        let event = format!("DTSTART;VALUE=DATE:20261214\nRRULE:FREQ=DAILY;UNTIL={until}");
        let text = beside(&event).replacen(
            "BEGIN:VEVENT",
            &format!("X-WR-TIMEZONE:{zone}\nBEGIN:VEVENT"),
            1,
        );
        let read = days(text.as_bytes()).expect(zone);
        assert_eq!(
            read.iter().rev().nth(1),
            Some(&date(last)),
            "{zone} {until}"
        );
    }
}

#[test]
fn a_moved_occurrence_is_found_by_an_instant() {
    for (id, zone) in zones() {
        let series = format!(
            "BEGIN:VEVENT\nUID:a\nDTSTART;TZID={id}:20261214T000000\nDURATION:P1D\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT\n"
        );
        let moved = format!(
            "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20261214T230000Z\nDTSTART;TZID={id}:20261217T000000\nDURATION:P1D\nEND:VEVENT\n"
        );
        let text = format!("BEGIN:VCALENDAR\n{zone}{series}{moved}END:VCALENDAR\n");
        assert_eq!(
            days(text.as_bytes()),
            Ok(dates("2026-12-14 2026-12-17")),
            "{id}"
        );
    }
}

#[test]
fn all_day_events_as_instants_are_days_where_the_file_is() {
    let marks = [
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "X-MICROSOFT-CDO-ALLDAYEVENT;X-A=1:true",
        "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT:TRUE",
        "X-FUNAMBOL-ALLDAY:1",
        "EVENT-ALLDAY:true",
    ];
    let zones = [
        "X-WR-TIMEZONE:Europe/Berlin\n".to_owned(),
        described("W. Europe Standard Time"),
        described("Our office"),
    ];
    for (mark, zone) in marks
        .iter()
        .flat_map(|mark| zones.iter().map(move |zone| (mark, zone)))
    {
        for (lines, expected) in [
            (
                "DTSTART:20261213T230000Z\nDTEND:20261214T230000Z",
                "2026-12-14",
            ),
            (
                "DTSTART:20261213T230000Z\nDTEND:20261215T230000Z",
                "2026-12-14 2026-12-15",
            ),
            ("DTSTART:20261213T230000Z", "2026-12-14"),
            (
                "DTSTART:20261213T230000Z\nDTEND:20261213T230000Z",
                "2026-12-14",
            ),
            (
                "DTSTART:20261213T230000Z\nDTEND:20261214T225959Z",
                "2026-12-14",
            ),
            ("DTSTART:20261213T230000Z\nDURATION:P1D", "2026-12-14"),
            (
                "DTSTART:20261213T230000Z\nDTEND:20261214T230000Z\nRRULE:FREQ=DAILY;UNTIL=20261214T230000Z",
                "2026-12-14 2026-12-15",
            ),
            (
                "DTSTART:20260713T220000Z\nDTEND:20260714T220000Z",
                "2026-07-14",
            ),
            // Midnights of UTC are as good, where they are none of the zone's.
            (
                "DTSTART:20261214T000000Z\nDTEND:20261215T000000Z",
                "2026-12-14",
            ),
        ] {
            let text = beside(&format!("{lines}\n{mark}"));
            let text = text.replacen("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"), 1);
            let all = dates(&format!("{expected} 2026-12-24"));
            assert_eq!(days(text.as_bytes()), Ok(all), "{zone} {mark} {lines}");
        }
    }
    // Without a mark, or where nothing says what is a midnight, it is an event with times.
    takes("DTSTART:20261213T230000Z DTEND:20261214T230000Z", "");
    takes(
        "DTSTART:20261213T230000Z DTEND:20261214T230000Z X-FUNAMBOL-ALLDAY:0",
        "",
    );
    takes(
        "DTSTART:20261213T230000Z DTEND:20261214T230000Z X-FUNAMBOL-ALLDAY:1",
        "",
    );
    // The platform's zone stands in for the one that the file does not name.
    let text = beside("DTSTART:20261213T230000Z\nDTEND:20261214T230000Z\nX-FUNAMBOL-ALLDAY:1");
    let wanted = Wanted {
        zone: lamplighter_core::tz::named("Europe/Berlin").expect("a zone"),
        ..Wanted::all(date("2026-01-01"), date("2026-12-31"))
    };
    let read = read_calendar(text.as_bytes(), &wanted).expect("a calendar");
    assert!(
        read.days.contains_key(&date("2026-12-14")),
        "{:?}",
        read.days
    );
    // A marked event may end with the last minute of its day.
    takes(
        "DTSTART:20261214T000000 DTEND:20261214T235900 X-FUNAMBOL-ALLDAY:1",
        "2026-12-14",
    );
    takes(
        "DTSTART;VALUE=DATE:20261214T120000 DTEND;VALUE=DATE:20261214T120000",
        "",
    );
    takes(
        "DTSTART;VALUE=DATE:20261214T000000 DTEND;VALUE=DATE:20261215T000000",
        "2026-12-14",
    );
}
