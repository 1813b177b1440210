//! Rules as real programs write them: each fault in ten shapes, and the days that are right all the same.

use super::support::{beside, dates, days, takes};

#[test]
fn a_rule_that_says_nothing_is_none() {
    for rule in [
        "RRULE:",
        "RRULE: ",
        "RRULE:;",
        "RRULE:;;",
        "RRULE:FREQ=",
        "RRULE:FREQ=;INTERVAL=;COUNT=",
        "RRULE;X-EMPTY=1:",
        "rrule:",
        "RRULE:\nEXRULE:",
        "RRULE:\nEXDATE:\nRDATE:\nDURATION:",
        "RRULE:\nDTEND:",
        "RRULE:\nRRULE:",
        "RRULE:\nRECURRENCE-ID:",
    ] {
        let event = format!("DTSTART:20261214\n{rule}");
        assert_eq!(
            days(beside(&event).as_bytes()),
            Ok(dates("2026-12-14 2026-12-24")),
            "{rule:?}"
        );
    }
    takes("DTSTART:20261214 DTEND:20261214 RRULE:", "2026-12-14");
    // What is empty in a rule is not set, and the rest holds.
    takes(
        "DTSTART:20261214 RRULE:FREQ=DAILY;UNTIL=20261215;COUNT=;BYDAY=",
        "2026-12-14 2026-12-15",
    );
}

#[test]
fn a_count_of_none_or_less_is_no_count() {
    for (count, expected) in [
        ("FREQ=YEARLY;COUNT=-1", "2026-12-14 2027-12-14"),
        ("FREQ=YEARLY;COUNT=0", "2026-12-14 2027-12-14"),
        ("FREQ=YEARLY;COUNT=-2147483648", "2026-12-14 2027-12-14"),
        ("COUNT=-1;FREQ=YEARLY", "2026-12-14 2027-12-14"),
        (
            "FREQ=DAILY;COUNT=-1;UNTIL=20261216",
            "2026-12-14 2026-12-15 2026-12-16",
        ),
        ("FREQ=DAILY;UNTIL=20261215;COUNT=0", "2026-12-14 2026-12-15"),
        (
            "FREQ=WEEKLY;UNTIL=20270104;COUNT=-1;INTERVAL=2;BYDAY=MO",
            "2026-12-14 2026-12-28",
        ),
        (
            "FREQ=MONTHLY;COUNT=-1;UNTIL=20270114",
            "2026-12-14 2027-01-14",
        ),
        (
            "FREQ=YEARLY;COUNT=-1;BYMONTH=12;BYDAY=2MO",
            "2026-12-14 2027-12-13",
        ),
        ("FREQ=YEARLY;COUNT=00", "2026-12-14 2027-12-14"),
        ("FREQ=YEARLY;COUNT=1", "2026-12-14"),
    ] {
        let event = format!("DTSTART;VALUE=DATE:20261214\nRRULE:{count}");
        let mut all = dates(&format!("{expected} 2026-12-24"));
        all.sort();
        assert_eq!(days(beside(&event).as_bytes()), Ok(all), "{count}");
    }
}

#[test]
fn what_ends_before_it_begins_never_happens() {
    let daily = "DTSTART;VALUE=DATE:20261214 RRULE:FREQ=DAILY;UNTIL=";
    for (until, expected) in [
        ("20261213", ""),
        ("20251214", ""),
        ("20261213T235959Z", ""),
        ("20261213T225959Z", ""),
        ("20261213T000000Z", ""),
        ("00010101", ""),
        ("20261201;COUNT=-1", ""),
        ("20261213;BYDAY=MO", ""),
        ("20261213 DURATION:P3D", ""),
        ("20261213 RDATE;VALUE=DATE:20261218", "2026-12-18"),
        ("20261214", "2026-12-14"),
        ("20261214T000000Z", "2026-12-14"),
    ] {
        takes(&format!("{daily}{until}"), expected);
    }
    takes(
        "DTSTART;TZID=Europe/Berlin:20261214T000000 DURATION:P1D RRULE:FREQ=DAILY;UNTIL=20261213T225959Z",
        "",
    );
    // Of two rules, one that never happens takes nothing from the other.
    takes(
        "DTSTART;VALUE=DATE:20261214 RRULE:FREQ=DAILY;UNTIL=20261213 RRULE:FREQ=DAILY;COUNT=2",
        "2026-12-14 2026-12-15",
    );
}
