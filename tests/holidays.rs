//! Holidays through their public API: known facts, slips, and calendars small and broken.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use lamplighter_core::holidays::{codes, meant, place, public, read_calendar};
use proptest::prelude::*;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date in the test")
}

fn dates(text: &str) -> Vec<NaiveDate> {
    text.split_whitespace().map(date).collect()
}

/// The holidays of one year.
fn of(code: &str, year: i32) -> Vec<NaiveDate> {
    let all = public(code).unwrap_or_else(|| panic!("{code} is known"));
    all.into_iter().filter(|day| day.year() == year).collect()
}

fn has(code: &str, day: &str) -> bool {
    let day = date(day);
    of(code, day.year()).contains(&day)
}

#[test]
fn portugal_2026_is_the_law_and_easter_sunday() {
    let known = "2026-01-01 2026-04-03 2026-04-05 2026-04-25 2026-05-01 2026-06-04 2026-06-10 2026-08-15 \
                 2026-10-05 2026-11-01 2026-12-01 2026-12-08 2026-12-25";
    assert_eq!(of("PT", 2026), dates(known));
}

#[test]
fn germany_and_its_states() {
    for year in 2020..=2045 {
        assert!(has("DE", &format!("{year}-10-03")), "unity, {year}");
        assert!(
            has("DE-BY", &format!("{year}-01-06")),
            "epiphany in Bavaria, {year}"
        );
        assert!(
            !has("DE", &format!("{year}-01-06")),
            "epiphany in Germany, {year}"
        );
        assert!(
            has("DE-BY", &format!("{year}-12-25")),
            "what Germany has, Bavaria has"
        );
    }
    for monday in dates(
        "2020-04-13 2021-04-05 2022-04-18 2023-04-10 2024-04-01 2025-04-21 2026-04-06 2027-03-29 2038-04-26",
    ) {
        assert!(
            public("DE").is_some_and(|days| days.contains(&monday)),
            "{monday}"
        );
    }
    assert!(
        has("DE-BE", "2026-03-08") && !has("DE-BB", "2026-03-08"),
        "women's day is Berlin's"
    );
    assert!(has("DE-SN", "2026-11-18"), "penance day is Saxony's");
}

#[test]
fn other_places() {
    assert!(
        has("US", "2026-11-26") && has("US-NY", "2026-11-26"),
        "thanksgiving"
    );
    assert!(
        has("US", "2026-07-03") && has("US-NY", "2026-02-12"),
        "observed; Lincoln's birthday"
    );
    assert!(!has("US", "2026-02-12"));
    assert!(has("BR-SP", "2026-07-09") && !has("BR", "2026-07-09"));
    assert!(
        has("GB-SCT", "2026-11-30") && !has("GB-ENG", "2026-11-30"),
        "Saint Andrew's"
    );
    assert!(
        has("GB-ENG", "2026-04-06") && !has("GB-SCT", "2026-04-06"),
        "Easter Monday"
    );
    assert!(has("FR", "2026-07-14") && has("FR-57", "2026-12-26"));
    assert!(has("CH-ZH", "2026-08-01") && has("JP", "2026-02-11") && has("ES-CT", "2026-09-11"));
    assert!(has("IT", "2026-06-02") && has("IT-RM", "2026-06-29"));
    assert!(has("CA-QC", "2026-06-24") && has("AU-VIC", "2026-11-03"));
}

#[test]
fn letter_case_does_not_matter_and_uk_is_gb() {
    assert_eq!(public("de-by"), public("DE-BY"));
    assert_eq!(public("dE-bY"), public("DE-BY"));
    assert_eq!(public("UK"), public("GB"));
    assert_eq!(public("uk-eng"), public("GB-ENG"));
    assert!(public("uk").is_some());
}

#[test]
fn unknown_codes_are_none() {
    for code in [
        "", " ", "-", "D", "XX", "DE-", "DE-XX", "DEBY", "PT ", "UKRAINE", "#", "none", "DÉ",
        "é-ü", "\u{0}",
    ] {
        assert_eq!(public(code), None, "{code:?}");
        assert_eq!(place(code), None, "{code:?}");
    }
}

#[test]
fn every_code_has_days_sorted_and_its_words() {
    let all: Vec<_> = codes().collect();
    assert!(all.len() > 850 && all.is_sorted(), "{}", all.len());
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    for code in &all {
        let days = public(code).unwrap_or_default();
        assert!(days.is_sorted_by(|a, b| a < b), "{code}");
        assert!(
            days.iter().all(|d| (2020..=2045).contains(&d.year())),
            "{code}"
        );
        let in_2026 = days.iter().filter(|d| d.year() == 2026).count();
        // Under martial law Ukraine's holidays are working days.
        assert_eq!(
            in_2026 == 0,
            code == "UA",
            "{code} has {in_2026} days in 2026"
        );
        assert!(in_2026 < 60, "{code} has {in_2026}");
        assert_eq!(code, &code.to_uppercase());
        assert!(
            place(code).is_some_and(|words| !words.is_empty() && &words != code),
            "{code}"
        );
    }
}

#[test]
fn places_in_english() {
    for (code, words) in [
        ("pt", "Portugal"),
        ("DE-BY", "Bavaria (Germany)"),
        ("us-ny", "New York (United States)"),
        ("UK", "United Kingdom"),
        ("GB-SCT", "Scotland (United Kingdom)"),
        ("BR-SP", "São Paulo (Brazil)"),
        ("IT-RM", "Rome (Italy)"),
        ("HK", "Hong Kong"),
    ] {
        assert_eq!(place(code).as_deref(), Some(words));
    }
}

#[test]
fn slips_mean_what_they_must() {
    for (slip, code) in [
        ("Portugal", "PT"),
        ("germany", "DE"),
        ("Deutschland", "DE"),
        ("Bavaria", "DE-BY"),
        ("Bayern", "DE-BY"),
        ("de_by", "DE-BY"),
        ("DE BY", "DE-BY"),
        ("DE.BY", "DE-BY"),
        ("de/by", "DE-BY"),
        (" pt ", "PT"),
        ("UK", "GB"),
        ("uk_eng", "GB-ENG"),
        ("England", "GB-ENG"),
        ("DE-XX", "DE"),
        ("UK-XX", "GB"),
        ("FR-IDF", "FR"),
        ("DE-Bayern", "DE-BY"),
        ("Bavaria (Germany)", "DE-BY"),
        ("Germany, Bavaria", "DE-BY"),
        ("Germany BY", "DE-BY"),
        ("baden-württemberg", "DE-BW"),
        ("Baden Wuerttemberg", "DE-BW"),
        ("Sao Paulo", "BR-SP"),
        ("São Paulo", "BR-SP"),
        ("USA", "US"),
        ("DEU", "DE"),
        ("United States", "US"),
        ("New York", "US-NY"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Georgia, USA", "US-GA"),
        ("Puerto Rico", "PR"),
        ("Madeira", "PT-30"),
        ("Lisboa", "PT-11"),
        ("FR-GP", "FR-971"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("South Korea", "KR"),
        ("Holland", "NL"),
        ("de-by", "DE-BY"),
    ] {
        assert_eq!(meant(slip).as_deref(), Some(code), "{slip:?}");
    }
    for unclear in [
        "",
        "none",
        "Georgia",
        "La Paz",
        "Santa Cruz",
        "XX-BY",
        "in-office",
        "Atlantis",
        "12",
        "--",
        "no work",
        "é",
    ] {
        assert_eq!(meant(unclear), None, "{unclear:?}");
    }
    assert_eq!(meant(&"DE ".repeat(10_000)), None);
}

#[test]
fn what_is_meant_is_accepted() {
    for code in codes() {
        assert_eq!(meant(&code).as_deref(), Some(code.as_str()));
        assert_eq!(
            meant(&code.to_lowercase().replace('-', "_")).as_deref(),
            Some(code.as_str())
        );
        let words = place(&code).unwrap_or_default();
        assert!(
            meant(&words).is_none_or(|meant| public(&meant).is_some()),
            "{words}"
        );
    }
}

/// The days of 2026 and 2027 that a calendar with these lines in its one event takes away.
fn event(lines: &str) -> Result<Vec<NaiveDate>, String> {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Shut\n{}\nEND:VEVENT",
        lines.replace(' ', "\n")
    ))
}

fn calendar(body: &str) -> Result<Vec<NaiveDate>, String> {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//EN\n{body}\nEND:VCALENDAR\n")
        .replace('\n', "\r\n");
    read_calendar(&text, date("2026-01-01"), date("2027-12-31"))
}

#[track_caller]
fn gives(lines: &str, days: &str) {
    assert_eq!(event(lines), Ok(dates(days)), "{lines}");
}

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
    assert_eq!(
        read_calendar(&two, date("2026-01-01"), date("2026-12-31")),
        Ok(dates("2026-04-04 2026-04-05"))
    );
    let small = two.trim_start_matches('\u{feff}').to_lowercase();
    assert_eq!(
        read_calendar(&small, date("2026-01-01"), date("2026-12-31")),
        Ok(dates("2026-04-04 2026-04-05"))
    );
    assert_eq!(calendar(""), Ok(vec![]));
    assert_eq!(
        read_calendar(&two, date("2026-12-31"), date("2026-01-01")),
        Ok(vec![])
    );
}

#[track_caller]
fn refused(result: Result<Vec<NaiveDate>, String>, why: &str) {
    let error = result.expect_err(why);
    assert!(
        error.contains(why) && !error.contains('\n'),
        "{error:?} says {why:?}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let read = |text: &str| read_calendar(text, date("2026-01-01"), date("2026-12-31"));
    refused(read(""), "no iCalendar text");
    refused(read("<html>\n"), "begins with \"<html>\"");
    refused(
        read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n"),
        "line 3: END:VCALENDAR without its BEGIN",
    );
    refused(
        read("BEGIN:VCALENDAR\nVERSION:2.0\n"),
        "line 1: BEGIN:VCALENDAR without its END",
    );
    refused(
        read("BEGIN:VCALENDAR\nfoo bar\nEND:VCALENDAR\n"),
        "broken at the line \"foo bar\"",
    );
    refused(read(&"BEGIN:VCALENDAR\n".repeat(100_000)), "deep");
    refused(
        read(&format!("BEGIN:VCALENDAR\n{}", "A".repeat(9 << 20))),
        "larger than",
    );
    refused(
        event("CLASS:PUBLIC"),
        "the event \"Shut\" cannot be read: it has no DTSTART",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260230"),
        "DTSTART is \"20260230\", no date",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DTEND;VALUE=DATE:20260403"),
        "ends before it begins",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DURATION:P1"),
        "DURATION is \"P1\"",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DURATION:P99999999999999999999D"),
        "DURATION",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 EXDATE:soon"),
        "EXDATE has \"soon\"",
    );
    for (rule, why) in [
        ("BYMONTH=4", "no FREQ"),
        ("FREQ=SOMETIMES", "unknown FREQ"),
        ("FREQ=SECONDLY", "repeats within the day"),
        ("FREQ=YEARLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=YEARLY;COUNT=0", "COUNT=0"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13"),
        ("FREQ=YEARLY;BYDAY=4XX", "BYDAY=4XX"),
        ("FREQ=YEARLY;BYDAY=é", "BYDAY=é"),
        ("FREQ=YEARLY;UNTIL=never", "UNTIL=NEVER"),
        ("FREQ=YEARLY;WHAT", "NAME=VALUE"),
    ] {
        refused(
            event(&format!("DTSTART;VALUE=DATE:20260404 RRULE:{rule}")),
            why,
        );
    }
}

#[test]
fn absurd_rules_end_soon() {
    let began = std::time::Instant::now();
    gives(
        "DTSTART;VALUE=DATE:20260404 RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "2026-04-04",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 RRULE:FREQ=DAILY;INTERVAL=4294967295",
        "2026-04-04",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 RRULE:FREQ=YEARLY;INTERVAL=4294967295;COUNT=4294967295",
        "2026-04-04",
    );
    assert_eq!(
        event("DTSTART;VALUE=DATE:00010101 RRULE:FREQ=DAILY DURATION:P9999D").map(|d| d.len()),
        Ok(730)
    );
    let many =
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY;BYDAY=MO\nEND:VEVENT\n"
            .repeat(200);
    refused(calendar(many.trim_end()), "repeats too often");
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY\nDURATION:P9W\nEND:VEVENT\nEND:VCALENDAR\n";
    refused(
        read_calendar(text, NaiveDate::MIN, NaiveDate::MAX),
        "repeats too often",
    );
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

const SAMPLE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:a\\, b é\r\n \tc\r\nDTSTART;TZID=Europe/Berlin:20250404T000000\r\n\
    DTEND;VALUE=DATE-TIME:20250405T000000\r\nRRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-1MO,2TU;BYSETPOS=-1;UNTIL=20270101T000000Z;WKST=SU\r\n\
    EXDATE;TZID=Europe/Berlin:20260404T000000,20260504T000000Z\r\nRDATE;VALUE=PERIOD:20260501T000000/P1DT2H\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\n\
    RECURRENCE-ID:20250404T000000Z\r\nDTSTART;VALUE=DATE:20260301\r\nDURATION:P1W\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), code in ".{0,12}") {
        let (from, to) = (date("2026-01-01"), date("2027-12-31"));
        let _ = read_calendar(&text, from, to);
        let _ = read_calendar(&format!("BEGIN:VCALENDAR\n{text}\nEND:VCALENDAR"), from, to);
        let _ = (public(&code), place(&code));
        if let Some(code) = meant(&code) {
            prop_assert!(public(&code).is_some());
        }
    }

    #[test]
    fn a_mutated_calendar_is_read_or_refused(cuts in prop::collection::vec((0..SAMPLE.len(), 0..6usize, "[A-Z0-9;:=,/TZéP\r\n -]{0,6}"), 1..6)) {
        let mut text: Vec<char> = SAMPLE.chars().collect();
        for (at, len, put) in cuts {
            let at = at.min(text.len());
            let end = (at + len).min(text.len());
            text.splice(at..end, put.chars());
        }
        let text: String = text.into_iter().collect();
        match read_calendar(&text, date("2026-01-01"), date("2027-12-31")) {
            Ok(days) => prop_assert!(days.is_sorted_by(|a, b| a < b)),
            Err(error) => prop_assert!(!error.is_empty() && !error.contains('\n')),
        }
    }

    #[test]
    fn any_values_are_read_or_refused(start in "[0-9TZ]{7,17}", rule in "FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYWEEKNO|BYSETPOS|BYYEARDAY|BYMONTH)=-?[0-9]{1,10}(MO|SU)?){0,3}", length in "-?P[0-9WDTHMS]{0,12}") {
        for end in [format!("DURATION:{length}"), format!("RDATE:{start}")] {
            let lines = format!("DTSTART:{start} RRULE:{rule} {end}");
            let _ = event(&lines);
            let _ = event(&lines.replace(&format!("DTSTART:{start}"), "DTSTART:20260404"));
        }
    }
}
