//! Recurring events.

use super::support::{event, gives};
use chrono::{Datelike, Weekday};

#[test]
fn yearly_rules() {
    gives(
        "DTSTART;VALUE=DATE:20000425 RRULE:FREQ=YEARLY",
        "2026-04-25 2027-04-25",
    );
    gives(
        "DTSTART;VALUE=DATE:20001123 RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "2026-11-26 2027-11-25",
    );
    gives(
        "DTSTART;VALUE=DATE:20000529 RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
        "2026-05-25 2027-05-31",
    );
    gives(
        "DTSTART;VALUE=DATE:20000703 RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=3",
        "2026-07-03 2027-07-03",
    );
    gives(
        "DTSTART;VALUE=DATE:20251231 RRULE:FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2,12",
        "2026-02-28 2026-12-31 2027-02-28 2027-12-31",
    );
    gives(
        "DTSTART;VALUE=DATE:20200425 RRULE:FREQ=YEARLY;INTERVAL=3",
        "2026-04-25",
    );
    gives(
        "DTSTART;VALUE=DATE:20230425 RRULE:FREQ=YEARLY;COUNT=4",
        "2026-04-25",
    );
    gives(
        "DTSTART;VALUE=DATE:20230425 RRULE:FREQ=YEARLY;UNTIL=20260425",
        "2026-04-25",
    );
    gives(
        "DTSTART;VALUE=DATE:20230425 RRULE:FREQ=YEARLY;UNTIL=20260424",
        "",
    );
    gives("DTSTART;VALUE=DATE:20240229 RRULE:FREQ=YEARLY", "");
    gives(
        "DTSTART;VALUE=DATE:20240409 RRULE:FREQ=YEARLY;BYYEARDAY=100",
        "2026-04-10 2027-04-10",
    );
    gives(
        "DTSTART;VALUE=DATE:20251223 RRULE:FREQ=YEARLY DURATION:P2D",
        "2026-12-23 2026-12-24 2027-12-23 2027-12-24",
    );
    gives(
        "DTSTART;VALUE=DATE:20230106 RRULE:FREQ=YEARLY;BYDAY=1FR",
        "2026-01-02 2027-01-01",
    );
    // A week number's year may begin in the year before: week 53 of 2026 ends in 2027.
    gives(
        "DTSTART;VALUE=DATE:20201228 RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
        "2026-12-28",
    );
}

#[test]
fn other_rules() {
    gives(
        "DTSTART;VALUE=DATE:20260130 RRULE:FREQ=DAILY;COUNT=3",
        "2026-01-30 2026-01-31 2026-02-01",
    );
    gives(
        "DTSTART;VALUE=DATE:20260130 RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260203",
        "2026-01-30 2026-02-01 2026-02-03",
    );
    gives(
        "DTSTART;VALUE=DATE:20260105 RRULE:FREQ=WEEKLY;BYDAY=MO,FR;COUNT=4",
        "2026-01-05 2026-01-09 2026-01-12 2026-01-16",
    );
    gives(
        "DTSTART;VALUE=DATE:20260106 RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3",
        "2026-01-06 2026-01-20 2026-02-03",
    );
    // The standard's own example of what the first day of the week changes.
    gives(
        "DTSTART;VALUE=DATE:20260804 RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "2026-08-04 2026-08-09 2026-08-18 2026-08-23",
    );
    gives(
        "DTSTART;VALUE=DATE:20260804 RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "2026-08-04 2026-08-16 2026-08-18 2026-08-30",
    );
    gives(
        "DTSTART;VALUE=DATE:20260131 RRULE:FREQ=MONTHLY;COUNT=3",
        "2026-01-31 2026-03-31 2026-05-31",
    );
    gives(
        "DTSTART;VALUE=DATE:20260130 RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
        "2026-01-30 2026-02-27 2026-03-31",
    );
    gives(
        "DTSTART;VALUE=DATE:20260113 RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=2",
        "2026-01-13 2026-02-10",
    );
    let every_day = event("DTSTART;VALUE=DATE:19700101 RRULE:FREQ=DAILY").expect("an endless rule");
    assert_eq!(every_day.len(), 730);
    let sundays = event("DTSTART;VALUE=DATE:19700104 RRULE:FREQ=WEEKLY").expect("an endless rule");
    assert!(sundays.len() == 104 && sundays.iter().all(|day| day.weekday() == Weekday::Sun));
}
