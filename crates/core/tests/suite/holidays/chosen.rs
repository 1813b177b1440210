//! Which events count, and what their days are called.

use super::support::{date, read};
use lamplighter_core::holidays::{EventFilter, Wanted, read_calendar};

#[test]
fn events_are_chosen_by_what_they_contain() {
    let event = |day: u32, lines: &str| {
        format!("BEGIN:VEVENT\nDTSTART;VALUE=DATE:202612{day}\n{lines}\nEND:VEVENT\n")
    };
    let text = [
        event(
            14,
            "SUMMARY:Day of Remembering\nDESCRIPTION:Observance\\nTo hide observances\\, go to settings",
        ),
        event(15, "SUMMARY:Founders' Day\nDESCRIPTION:Public holiday"),
        event(16, "SUMMARY:Bank holiday\nCATEGORIES:Holidays,Closed"),
        event(
            17,
            "SUMMARY:Half day before the PUBLIC\n   HOLIDAY\nCATEGORIES:Working",
        ),
        event(18, "CATEGORIES:Closed\nCATEGORIES:Berlin"),
    ];
    let text = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", text.concat());
    for (filter, expected) in [
        ("Public holiday", "15 17"),
        ("public   HOLIDAY", "15 17"),
        ("description: public holiday", "15"),
        ("SUMMARY:holiday", "16 17"),
        ("Categories: closed", "16 18"),
        ("categories: closed; Founders'", "15 16 18"),
        ("not Observance", "15 16 17 18"),
        ("not description: Observance; not half day", "15 16 18"),
        ("Holiday; not categories: working", "15 16"),
        ("NOT holiday", "14 18"),
        ("Observance To hide observances, go", "14"),
        ("nothing like it", ""),
        ("notable", ""),
        ("berlin;", "18"),
        ("categories: holidays,closed", "16"),
    ] {
        let events = EventFilter::read(filter).expect(filter);
        let wanted = Wanted {
            events: &events,
            ..Wanted::all(date("2026-01-01"), date("2026-12-31"))
        };
        let read = read_calendar(text.as_bytes(), &wanted).expect(filter);
        let found: Vec<String> = read
            .days
            .keys()
            .map(|day| day.format("%d").to_string())
            .collect();
        assert_eq!(found.join(" "), expected, "{filter}");
        assert_eq!(read.told().is_empty(), !expected.is_empty(), "{filter}");
    }
    for bad in [
        "",
        " ",
        ";",
        "not",
        "not ;",
        "a; not",
        "summary:",
        "not categories: ",
        "description: ;a",
    ] {
        assert!(EventFilter::read(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn days_have_the_names_of_what_is_on_them() {
    let event = |day: &str, name: &str| {
        format!("BEGIN:VEVENT\nDTSTART;VALUE=DATE:{day}\nSUMMARY:{name}\nEND:VEVENT\n")
    };
    let text = [
        event("20261214", "Works meeting\\, all\\nday"),
        event("20261215", "One"),
        event("20261215", "Two"),
        event("20261215", "One"),
        event("20261216", ""),
        event("20261217", "\u{202e}gnol \u{1b}[31mred"),
    ];
    let text = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", text.concat());
    let read = read(text.as_bytes()).expect("a calendar");
    let names: Vec<&str> = read.days.values().map(String::as_str).collect();
    assert_eq!(
        names,
        ["Works meeting, all day", "One; Two", "", "gnol [31mred"]
    );
}
