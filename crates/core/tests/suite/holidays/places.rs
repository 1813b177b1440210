//! The public holidays of places, and what the places are called.

use super::support::{date, dates};
use chrono::{Datelike, NaiveDate};
use lamplighter_core::holidays::{codes, place, public};
use std::collections::BTreeSet;

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
fn every_code_has_days_sorted_and_a_name() {
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

/// The days of Hong Kong's General Holidays Ordinance (Cap. 149) and of Macao's list, which are longer than those of
/// their laws on work: on these, offices are closed.
#[test]
fn where_there_are_two_lists_offices_close_on_both() {
    let hong_kong_2026 = "2026-01-01 2026-02-17 2026-02-18 2026-02-19 2026-04-03 2026-04-04 2026-04-06 2026-04-07 \
                          2026-05-01 2026-05-25 2026-06-19 2026-07-01 2026-09-26 2026-10-01 2026-10-19 2026-12-25 \
                          2026-12-26";
    let days = of("HK", 2026);
    for day in dates(hong_kong_2026) {
        assert!(days.contains(&day), "{day}");
    }
    let general = dates(hong_kong_2026);
    // What the law on work has besides are Sundays, on which everything is closed anyway.
    let besides = days.iter().filter(|day| !general.contains(day));
    for day in besides {
        assert_eq!(day.weekday(), chrono::Weekday::Sun, "{day}");
    }
    for year in 2020..=2029 {
        assert!(of("HK", year).len() >= 17, "{year}");
        // Good Friday, which the law on work has from 2028 only.
        let fridays = "2020-04-10 2021-04-02 2022-04-15 2023-04-07 2024-03-29 2025-04-18 2026-04-03 2027-03-26 2028-04-14 2029-03-30";
        let friday = dates(fridays).into_iter().find(|day| day.year() == year);
        assert!(
            friday.is_some_and(|friday| of("HK", year).contains(&friday)),
            "{year}"
        );
    }
    assert!(has("HK", "2021-12-27") && has("HK", "2020-04-30"));
    assert!(has("MO", "2026-04-03") && has("MO", "2026-12-08") && has("MO-M", "2026-12-24"));
    assert!(!has("HK", "2026-12-24"));
}
