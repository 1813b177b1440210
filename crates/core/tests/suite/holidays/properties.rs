//! What holds of any text.

use super::support::{event, read};
use crate::cases;
use lamplighter_core::holidays::{EventFilter, meant, place, public};
use proptest::prelude::*;

const SAMPLE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:a\\, b é\r\n \tc\r\nDTSTART;TZID=Europe/Berlin:20250404T000000\r\n\
    DTEND;VALUE=DATE-TIME:20250405T000000\r\nRRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-1MO,2TU;BYSETPOS=-1;UNTIL=20270101T000000Z;WKST=SU\r\n\
    EXDATE;TZID=Europe/Berlin:20260404T000000,20260504T000000Z\r\nRDATE;VALUE=PERIOD:20260501T000000/P1DT2H\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\n\
    RECURRENCE-ID:20250404T000000Z\r\nDTSTART;VALUE=DATE:20260301\r\nDURATION:P1W\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

proptest! {
    #![proptest_config(cases::few(256))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), code in ".{0,12}") {
        let _ = read(text.as_bytes());
        let within = read(format!("BEGIN:VCALENDAR\n{text}\nEND:VCALENDAR").as_bytes());
        let told = within.map(|read| read.told()).unwrap_or_default();
        prop_assert!(told.iter().all(|line| !line.contains('\n')), "{told:?}");
        let _ = EventFilter::read(&text);
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
        match read(text.as_bytes()) {
            Ok(read) => {
                let told = read.told();
                prop_assert_eq!(read.days.is_empty(), told.iter().any(|line| line.contains("no day that counts")));
            }
            Err(error) => {
                let text = error.to_string();
                prop_assert!(!text.is_empty() && !text.contains('\n'));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..SAMPLE.len()) {
        let _ = read(&bytes);
        let (before, after) = SAMPLE.as_bytes().split_at(at);
        let _ = read(&[before, &bytes, after].concat());
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
