//! Bad lines and bad events, which cost nothing else and are told with their lines.

use super::support::{beside, dates, read};

#[test]
fn a_bad_line_costs_no_event_and_is_told_with_its_number() {
    for bad in [
        "X-APPLE-RADIUS=49.91",
        "Call for access.",
        "see http://example.org/",
        ":",
        ";VALUE=DATE:20261225",
        "DTSTART 20261225",
        "<br>",
        "=====",
        "\u{202e}gnorw",
        "Größe: 5",
        "X,Y:1",
    ] {
        // In an event with a time, in one of a whole day, between events, and outside of the calendar.
        let timed = format!("DTSTART:20260905T090000Z\n{bad}");
        let whole = format!("DTSTART;VALUE=DATE:20261214\n{bad}");
        let sound = beside("DTSTART;VALUE=DATE:20261214");
        for (text, line, expected) in [
            (beside(&timed), 7, "2026-12-24"),
            (beside(&whole), 7, "2026-12-14 2026-12-24"),
            (
                sound.replacen("BEGIN:VEVENT", &format!("{bad}\nBEGIN:VEVENT"), 1),
                3,
                "2026-12-14 2026-12-24",
            ),
            (format!("{sound}{bad}\n"), 14, "2026-12-14 2026-12-24"),
            (
                beside(&format!(
                    "DTSTART;VALUE=DATE:20261214\nDESCRIPTION:one\n  two\n{bad}"
                )),
                9,
                "2026-12-14 2026-12-24",
            ),
        ] {
            let read = read(text.as_bytes()).expect(bad);
            assert_eq!(
                read.days.keys().copied().collect::<Vec<_>>(),
                dates(expected),
                "{text}"
            );
            let told = read.told();
            let text = bad.trim_start_matches('\u{202e}');
            let expected =
                format!("line {line}: {text:?} is no line of a calendar and was passed over");
            assert_eq!(told, [expected], "{bad}");
        }
    }
}

#[test]
fn a_bad_event_is_told_with_its_line_and_costs_no_other() {
    let start = "DTSTART;VALUE=DATE:20261214\n";
    for (event, why) in [
        (
            format!("{start}DTEND;VALUE=DATE:2026-12-15"),
            "DTEND (line 7) is \"2026-12-15\", no date",
        ),
        (
            format!("{start}DTEND;VALUE=DATE:20261232"),
            "DTEND (line 7) is \"20261232\"",
        ),
        (
            format!("{start}DTEND:tomorrow"),
            "DTEND (line 7) is \"tomorrow\"",
        ),
        (
            format!("{start}DTEND;VALUE=DATE:20261213"),
            "it ends before it begins",
        ),
        (
            format!("{start}DURATION:1 day"),
            "DURATION (line 7) is \"1 day\"",
        ),
        (
            format!("{start}RRULE:FREQ=FORTNIGHTLY"),
            "its RRULE (line 7) has an unknown FREQ",
        ),
        (
            format!("{start}RRULE:yearly"),
            "its RRULE (line 7) is not made of NAME=VALUE parts",
        ),
        (
            format!("{start}RRULE:FREQ=DAILY;UNTIL=soon"),
            "its RRULE (line 7) has UNTIL=SOON",
        ),
        (
            format!("{start}EXDATE:20261214,never"),
            "EXDATE (line 7) has \"never\", no date",
        ),
        (
            format!("{start}RDATE:2026"),
            "RDATE (line 7) has \"2026\", no date",
        ),
        (
            "DTSTART;VALUE=DATE:14.12.2026".into(),
            "DTSTART (line 6) is \"14.12.2026\", no date",
        ),
        ("DTSTART:".into(), "it has no DTSTART"),
        ("CLASS:PUBLIC".into(), "it has no DTSTART"),
    ] {
        let read = read(beside(&event).as_bytes()).expect("a calendar");
        assert_eq!(
            read.days.keys().copied().collect::<Vec<_>>(),
            dates("2026-12-24"),
            "{event}"
        );
        let told = read.told();
        assert_eq!(told.len(), 1, "{event}: {told:?}");
        assert!(
            told[0].starts_with("line 3: the event \"Shut\" takes no day away: "),
            "{told:?}"
        );
        assert!(told[0].contains(why), "{told:?} says {why}");
    }
}

#[test]
fn an_event_that_is_not_ended_costs_no_other() {
    let sound = beside("DTSTART;VALUE=DATE:20261214");
    let alarm = "BEGIN:VALARM\nTRIGGER:-PT5M\n";
    for (text, line) in [
        (sound.replacen("END:VEVENT\n", "", 1), 3),
        (sound.replacen("END:VEVENT\n", "END:VEVNT\n", 1), 3),
        (sound.replacen("END:VEVENT\n", "END\n", 1), 3),
        (sound.replacen("END:VEVENT\n", "END: \n", 1), 3),
    ] {
        let read = read(text.as_bytes()).expect("a calendar");
        assert_eq!(
            read.days.keys().copied().collect::<Vec<_>>(),
            dates("2026-12-24"),
            "{text}"
        );
        let told = read.told().join("; ");
        assert!(
            told.contains(&format!("line {line}: BEGIN:VEVENT without its END")),
            "{told}"
        );
        assert!(
            told.contains("the event \"Shut\" takes no day away: it has no END:VEVENT"),
            "{told}"
        );
    }
    // What lies in an event, or beside it, costs the event nothing.
    for text in [
        sound.replacen("END:VEVENT", &format!("{alarm}END:VEVENT"), 1),
        sound.replacen("END:VEVENT", "END:VALARM\nEND:VEVENT", 1),
        sound.replacen("BEGIN:VEVENT", "END:VEVENT\nBEGIN:VEVENT", 1),
        sound.replacen("BEGIN:VEVENT", "END:VTIMEZONE\nBEGIN:VEVENT", 1),
    ] {
        let read = read(text.as_bytes()).expect("a calendar");
        assert_eq!(
            read.days.keys().copied().collect::<Vec<_>>(),
            dates("2026-12-14 2026-12-24"),
            "{text}"
        );
        assert_eq!(read.told().len(), 1, "{:?}", read.told());
    }
    // However often it happens.
    let todo = "BEGIN:VTODO\nDTSTART;VALUE=DATE:20261225\nEND:VTOOD\n".repeat(20);
    let many = read(
        sound
            .replacen("BEGIN:VEVENT", &format!("{todo}BEGIN:VEVENT"), 1)
            .as_bytes(),
    )
    .expect("a calendar");
    assert_eq!(
        many.days.keys().copied().collect::<Vec<_>>(),
        dates("2026-12-14 2026-12-24")
    );
    // What is cut off is not half read.
    for cut in [
        "END:VCALENDAR\n",
        "END:VEVENT\nEND:VCALENDAR\n",
        "UID:sound",
    ] {
        let at = sound.find(cut).expect(cut);
        let error = read(sound.get(..at).expect(cut).as_bytes()).expect_err(cut);
        assert_eq!(error.to_string(), "line 1: BEGIN:VCALENDAR without its END");
    }
}

#[test]
fn many_oddities_are_counted() {
    let text = beside(&format!(
        "DTSTART;VALUE=DATE:20261214\n{}",
        "no line\n".repeat(50)
    ));
    let told = read(text.as_bytes()).expect("a calendar").told();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(
        told[4].starts_with("46 more such lines: 11, 12, ") && told[4].ends_with(", …"),
        "{told:?}"
    );
}

#[test]
fn a_calendar_from_which_no_day_counts_is_told() {
    let timed = "DTSTART:20261214T090000Z";
    for (events, why) in [
        (
            vec![],
            "it holds no day that counts: there is no event in it",
        ),
        (vec![timed], "(1 event passed over: 1 with times of day)"),
        (
            vec![
                "DTSTART:20261213T230000Z\nDTEND:20261214T230000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            ],
            "(1 event passed over: 1 with times of day)",
        ),
        (
            vec!["DTSTART:20261214T000000Z\nDTEND:20261215T000000Z"],
            "1 with times of day",
        ),
        (
            vec!["DTSTART;VALUE=DATE:20261214\nSTATUS:CANCELLED"],
            "1 cancelled",
        ),
        (
            vec!["DTSTART;VALUE=DATE:20191214"],
            "1 with no day from 2026-01-01 to 2027-12-31",
        ),
        (
            vec!["DTSTART;VALUE=DATE:20261214\nRRULE:FREQ=DAILY;UNTIL=20261213"],
            "1 with no day from",
        ),
        (
            vec!["DTSTART;VALUE=DATE:20261214\nEXDATE;VALUE=DATE:20261214"],
            "1 with no day from",
        ),
        (vec!["DTSTART;VALUE=DATE:yes"], "1 that cannot be read"),
        (
            vec![timed, timed, "DTSTART;VALUE=DATE:20191214"],
            "(3 events passed over: 2 with times of day, 1 with no day from",
        ),
    ] {
        let events: String = events
            .iter()
            .map(|event| format!("BEGIN:VEVENT\n{event}\nEND:VEVENT\n"))
            .collect();
        let text = format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n");
        let told = read(text.as_bytes()).expect("a calendar").told();
        assert!(
            told[0].starts_with("it holds no day that counts") && told[0].contains(why),
            "{told:?} says {why}"
        );
    }
}
