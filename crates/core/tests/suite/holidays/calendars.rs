//! Calendars that read.

use super::support::{calendar, date, dates, days, gives};
use lamplighter_core::holidays::{Wanted, read_calendar};

#[test]
fn single_events() {
    gives("DTSTART;VALUE=DATE:20260404", "2026-04-04");
    gives(
        "DTSTART;VALUE=DATE:20260404 DTEND;VALUE=DATE:20260405",
        "2026-04-04",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 DTEND;VALUE=DATE:20260404",
        "2026-04-04",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 DTEND;VALUE=DATE:20260407",
        "2026-04-04 2026-04-05 2026-04-06",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 DURATION:P2D",
        "2026-04-04 2026-04-05",
    );
    gives(
        "DTSTART;VALUE=DATE:20260226 DURATION:P1W",
        "2026-02-26 2026-02-27 2026-02-28 2026-03-01 2026-03-02 2026-03-03 2026-03-04",
    );
    gives("DTSTART:20260404", "2026-04-04");
    gives("DTSTART;VALUE=DATE:20250404", "");
    // The span cuts an event that reaches over its edges.
    gives(
        "DTSTART;VALUE=DATE:20251230 DTEND;VALUE=DATE:20260103",
        "2026-01-01 2026-01-02",
    );
    gives(
        "DTSTART;VALUE=DATE:20271231 DTEND;VALUE=DATE:20280103",
        "2027-12-31",
    );
    gives("DTSTART;VALUE=DATE:20260404 STATUS:CANCELLED", "");
    gives(
        "DTSTART;VALUE=DATE:20260404 TRANSP:TRANSPARENT STATUS:CONFIRMED",
        "2026-04-04",
    );
}

#[test]
fn times_take_no_day_away_but_midnights_do() {
    gives("DTSTART:20260404T090000 DTEND:20260404T170000", "");
    gives("DTSTART:20260404T090000 DTEND:20260406T090000", "");
    gives(
        "DTSTART:20260404T000000 DTEND:20260406T000000",
        "2026-04-04 2026-04-05",
    );
    gives(
        "DTSTART;TZID=Europe/Lisbon:20260404T000000 DTEND;TZID=Europe/Lisbon:20260405T000000",
        "2026-04-04",
    );
    gives("DTSTART:20260404T000000 DURATION:PT24H", "2026-04-04");
    gives("DTSTART:20260404T000000 DURATION:PT8H", "");
    gives("DTSTART:20260404T000000", "");
    gives("DTSTART:20260404T000000Z DTEND:20260405T000000Z", "");
    // Not even a rule that cannot be understood matters there.
    gives("DTSTART:20260404T090000 RRULE:FREQ=HOURLY", "");
}

#[test]
fn dates_added_and_taken_away() {
    gives(
        "DTSTART;VALUE=DATE:20260404 RDATE;VALUE=DATE:20260501,20270501 RDATE;VALUE=DATE:20260601",
        "2026-04-04 2026-05-01 2026-06-01 2027-05-01",
    );
    gives(
        "DTSTART;VALUE=DATE:20250404 RRULE:FREQ=YEARLY EXDATE;VALUE=DATE:20260404",
        "2027-04-04",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 RDATE;VALUE=PERIOD:20260501T000000/P1D",
        "2026-04-04 2026-05-01",
    );
    // In Berlin's summer, midnight of the 10th is 22:00 of the 9th in UTC.
    let berlin = "DTSTART;TZID=Europe/Berlin:20260409T000000 DTEND;TZID=Europe/Berlin:20260410T000000 RRULE:FREQ=DAILY;UNTIL=20260410T220000Z";
    gives(berlin, "2026-04-09 2026-04-10 2026-04-11");
    gives(
        &format!("{berlin} EXDATE:20260409T220000Z"),
        "2026-04-09 2026-04-11",
    );
}

#[test]
fn a_moved_occurrence_replaces_its_own() {
    let series =
        "BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20250404\nRRULE:FREQ=YEARLY\nEND:VEVENT\n";
    let moved =
        "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;VALUE=DATE:20260404\nDTSTART;VALUE=DATE:20260406\n";
    assert_eq!(
        calendar(&format!("{series}{moved}END:VEVENT")),
        Ok(dates("2026-04-06 2027-04-04"))
    );
    assert_eq!(
        calendar(&format!("{moved}STATUS:CANCELLED\nEND:VEVENT\n{series}")),
        Ok(dates("2027-04-04"))
    );
}

/// Confluence and others keep every version of an event in the file.
#[test]
fn of_several_versions_the_latest_counts() {
    let master = |sequence: &str, more: &str| {
        format!(
            "BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=3\n{sequence}{more}END:VEVENT\n"
        )
    };
    let moved = |sequence: &str, day: &str| {
        format!(
            "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:{day}\n{sequence}END:VEVENT\n"
        )
    };
    let (one, two, three) = ("SEQUENCE:1\n", "SEQUENCE:2\n", "SEQUENCE:3\n");
    let without = "EXDATE;VALUE=DATE:20260112\n";
    for (events, expected) in [
        (
            master(one, "") + &master(two, without),
            "2026-01-05 2026-01-19",
        ),
        (
            master(two, without) + &master(one, ""),
            "2026-01-05 2026-01-19",
        ),
        (
            master("", "") + &master(one, without),
            "2026-01-05 2026-01-19",
        ),
        (
            master(one, "") + &moved(one, "20260113") + &master(two, without),
            "2026-01-05 2026-01-19",
        ),
        (
            master(two, without) + &moved(three, "20260113"),
            "2026-01-05 2026-01-13 2026-01-19",
        ),
        (
            master(one, "") + &moved(one, "20260113") + &moved(two, "20260114"),
            "2026-01-05 2026-01-14 2026-01-19",
        ),
        (
            master(one, "") + &moved(two, "20260114") + &moved(one, "20260113"),
            "2026-01-05 2026-01-14 2026-01-19",
        ),
        (master(one, "") + &master(two, "STATUS:CANCELLED\n"), ""),
        // One occurrence does not recur, whatever rule is written with it.
        (
            master("", "") + &moved("RRULE:FREQ=DAILY;COUNT=9\n", "20260113"),
            "2026-01-05 2026-01-13 2026-01-19",
        ),
        (moved("RRULE:FREQ=WEEKLY\n", "20260113"), "2026-01-13"),
        // Programs that give every event the same UID give none of them a SEQUENCE.
        (
            master("", "") + &master("", "").replace("202601", "202602"),
            "2026-01-05 2026-01-12 2026-01-19 2026-02-05 2026-02-12 2026-02-19",
        ),
    ] {
        assert_eq!(calendar(events.trim_end()), Ok(dates(expected)), "{events}");
    }
}

#[test]
fn what_real_programs_write_is_read() {
    let body = "METHOD:PUBLISH\nX-WR-CALNAME:Shutdowns\\, all\nBEGIN:VTIMEZONE\nTZID:Europe/Lisbon\nBEGIN:STANDARD\n\
                DTSTART:19961027T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\n\
                END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nCLASS:PUBLIC\nORGANIZER;CN=\"Silva, Ana: ops\":mailto:ana@example.com\n\
                DTSTAMP:20260101T000000Z\nDTSTART;VALUE=DATE:20260404\nDTEND;VALUE=DATE:20260405\nSUMMARY;LANGUAGE=pt:Fecho \
                da\n  fábrica\nDESCRIPTION:\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT\n\
                BEGIN:VTODO\nDTSTART;VALUE=DATE:20260501\nEND:VTODO";
    assert_eq!(calendar(body), Ok(dates("2026-04-04")));
    let two = "\u{feff}BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260404\nEND:VEVENT\nEND:VCALENDAR\n";
    let two = format!(
        "{two}{}",
        two.trim_start_matches('\u{feff}').replace("0404", "0405")
    );
    assert_eq!(days(two.as_bytes()), Ok(dates("2026-04-04 2026-04-05")));
    let small = two.trim_start_matches('\u{feff}').to_lowercase();
    assert_eq!(days(small.as_bytes()), Ok(dates("2026-04-04 2026-04-05")));
    assert_eq!(calendar(""), Ok(vec![]));
    let backwards = Wanted::all(date("2026-12-31"), date("2026-01-01"));
    let read = read_calendar(two.as_bytes(), &backwards).expect("a calendar");
    assert!(read.days.is_empty() && read.oddities.is_empty());
}
