//! `lamp-schedule` with slips: where reading stops, and the correction.

use super::*;

/// What is refused, the 1-based column, and the correction.
#[rustfmt::skip]
const REFUSED: &[(&str, usize, Option<&str>)] = &[
    ("Mon-Fry 08:00-19:00", 5, Some("Mon-Fri 08:00-19:00")),
    ("Montag-Freitag 08:00-19:00", 1, Some("Mon-Fri 08:00-19:00")),
    ("Mo-Fr 8-19", 1, Some("Mon-Fri 08:00-19:00")),
    (
        "segunda-feira a sexta-feira 08:00-19:00",
        1,
        Some("Mon-Fri 08:00-19:00"),
    ),
    ("Monday-Friday 9am-5pm", 1, Some("Mon-Fri 09:00-17:00")),
    ("Mon-Fri 9:30 AM - 12 am", 9, Some("Mon-Fri 09:30 - 00:00")),
    ("Mon–Fri 08:00—19:00", 4, Some("Mon-Fri 08:00-19:00")),
    ("Mon to Fri 08:00 to 19:00", 5, Some("Mon-Fri 08:00-19:00")),
    (
        "Mon-Fri from 08:00 to 19:00",
        9,
        Some("Mon-Fri 08:00-19:00"),
    ),
    ("Mon-Fri 8-19", 9, Some("Mon-Fri 08:00-19:00")),
    ("Mon-Fri 8h30-19h", 9, Some("Mon-Fri 08:30-19:00")),
    ("Mon-Fri 0800-1900", 9, Some("Mon-Fri 08:00-19:00")),
    ("Mon-Fri 08.00-19.00", 9, Some("Mon-Fri 08:00-19:00")),
    ("Mon-Fri 08:00-25:00", 15, Some("Mon-Fri 08:00-01:00")),
    ("Mon-Fri 24:00-08:00", 9, None),
    ("daily 24:00-08:00", 7, Some("daily 00:00-08:00")),
    ("Mon-Fri 00:00-25:00", 15, None),
    ("stop Fri 25:00", 10, None),
    ("stop daily 25:00", 12, Some("stop daily 01:00")),
    ("Mon-Fri 08:00-19:00 AST", 21, Some("Mon-Fri 08:00-19:00 America/Halifax")),
    ("Mon-Fri 08:00-19:00 Eastern", 21, Some("Mon-Fri 08:00-19:00 America/New_York")),
    ("Mon-Fri 08:00-19:00 local", 21, None),
    ("Mon-Fri 08:00-24:30", 15, Some("Mon-Fri 08:00-00:30")),
    ("Mon-Fri 08:00-19:60", 15, Some("Mon-Fri 08:00-20:00")),
    ("Mon-Fri 08:00-08:00", 9, Some("Mon-Fri 00:00-24:00")),
    (
        "Mon-Fri 08:00-19:00 EST",
        21,
        Some("Mon-Fri 08:00-19:00 America/New_York"),
    ),
    (
        "Mon-Fri 08:00-19:00 CET",
        21,
        Some("Mon-Fri 08:00-19:00 Europe/Berlin"),
    ),
    (
        "Mon-Fri 08:00-19:00 wet",
        21,
        Some("Mon-Fri 08:00-19:00 Europe/Lisbon"),
    ),
    (
        "Mon-Fri 08:00-19:00 PST",
        21,
        Some("Mon-Fri 08:00-19:00 America/Los_Angeles"),
    ),
    (
        "Mon-Fri 08:00-19:00 GMT",
        21,
        Some("Mon-Fri 08:00-19:00 Europe/London"),
    ),
    (
        "Mon-Fri 08:00-19:00 IST",
        21,
        Some("Mon-Fri 08:00-19:00 Asia/Kolkata"),
    ),
    (
        "Mon-Fri 08:00-19:00 Lisbon",
        21,
        Some("Mon-Fri 08:00-19:00 Europe/Lisbon"),
    ),
    (
        "Mon-Fri 08:00-19:00 Europe/Lisboa",
        21,
        Some("Mon-Fri 08:00-19:00 Europe/Lisbon"),
    ),
    (
        "Mon-Fri 08:00-19:00, Europe/Lisbon",
        20,
        Some("Mon-Fri 08:00-19:00 Europe/Lisbon"),
    ),
    (
        "Mon-Fri 08:00-19:00 Europe/Lisbon; Sat 10:00-14:00",
        34,
        Some("Mon-Fri 08:00-19:00; Sat 10:00-14:00 Europe/Lisbon"),
    ),
    (
        "Mon-Fri 08:00-19:00 Sat 10:00-14:00",
        21,
        Some("Mon-Fri 08:00-19:00; Sat 10:00-14:00"),
    ),
    (
        "Mon-Fri 08:00-12:00; 13:00-18:00",
        22,
        Some("Mon-Fri 08:00-12:00, 13:00-18:00"),
    ),
    ("Mon-Fri 08:00-12:00;", 20, Some("Mon-Fri 08:00-12:00")),
    ("stop daily 24:00", 12, Some("stop daily 00:00")),
    ("stop Fri 24:00", 10, Some("stop Sat 00:00")),
    (
        "stop Mon-Fri 19:00, 23:00",
        21,
        Some("stop Mon-Fri 19:00; stop Mon-Fri 23:00"),
    ),
    ("sotp daily 19:00", 1, Some("stop daily 19:00")),
    ("off daily 19:00", 1, Some("stop daily 19:00")),
    // What people put around and between.
    ("Montags-Freitags von 8 bis 18 Uhr", 1, Some("Mon-Fri 08:00-18:00")),
    ("segunda a sexta das 8h às 19h", 1, Some("Mon-Fri 08:00-19:00")),
    ("Lunes-Viernes 08:00-19:00", 1, Some("Mon-Fri 08:00-19:00")),
    ("lundi-vendredi 08:00-19:00", 1, Some("Mon-Fri 08:00-19:00")),
    ("every day 8:00-20:00", 1, Some("daily 8:00-20:00")),
    ("\"Mon-Fri 08:00-19:00\"", 1, Some("Mon-Fri 08:00-19:00")),
    ("08:00-19:00 Mon-Fri", 13, Some("Mon-Fri 08:00-19:00")),
    ("08:00-19:00 Mon-Fri Europe/Lisbon", 13, Some("Mon-Fri 08:00-19:00 Europe/Lisbon")),
    ("Mon-Fri, 08:00-19:00", 8, Some("Mon-Fri 08:00-19:00")),
    ("Mon-Fri @ 08:00-19:00", 9, Some("Mon-Fri 08:00-19:00")),
    ("Mon;Tue 08:00-19:00", 4, Some("Mon,Tue 08:00-19:00")),
    ("Mon/Wed 08:00-19:00", 4, Some("Mon, Wed 08:00-19:00")),
    ("Mon and Wed 08:00-19:00", 5, Some("Mon, Wed 08:00-19:00")),
    ("Mon-Fri 08:00-12:00 and 13:00-18:00", 21, Some("Mon-Fri 08:00-12:00, 13:00-18:00")),
    ("9-5", 1, Some("09:00-17:00")),
    ("Mon-Fri 8-12", 9, Some("Mon-Fri 08:00-12:00")),
    ("Mon-Fri 22-6", 9, Some("Mon-Fri 22:00-06:00")),
    ("stop at 7pm", 6, Some("stop 19:00")),
    ("shutdown at 19:00", 1, Some("stop 19:00")),
    ("stop every Friday at 18:00", 6, Some("stop Fri 18:00")),
    ("stop Mon,Wed 19:00, Fri 20:00", 30, Some("stop Mon,Wed 19:00, stop Fri 20:00")),
    ("24/7", 1, Some("always")),
    ("24x7 Europe/Lisbon", 1, Some("always Europe/Lisbon")),
    ("0 8 * * 1-5", 1, None),
    ("* * * * *", 1, None),
    ("Mon-Fri 08:00-19:00 W. Europe Standard Time", 21, Some("Mon-Fri 08:00-19:00 Europe/Berlin")),
    ("Mon-Fri 08:00-19:00 GMT Standard Time", 21, Some("Mon-Fri 08:00-19:00 Europe/London")),
    ("Mon-Fri 08:00-19:00 UTC+1", 21, None),
    ("alwys", 1, Some("always")),
    ("office-hours", 1, None),
    ("Mon-Fri", 8, None),
    ("Mon-Fri 08:00", 14, None),
    ("Mon-Fri 08:00-", 15, None),
    ("Mon-Fri 08:00-19:00 Atlantis", 21, None),
    ("", 1, None),
    ("   ", 4, None),
    ("???", 1, None),
];

/// Each is refused at its column, with its correction, which reads.
pub fn are_refused(cases: &[(&str, usize, Option<&str>)]) {
    for (text, column, suggestion) in cases {
        let error = refused("lamp-schedule", text);
        assert_eq!(
            (error.column, error.suggestion.as_deref()),
            (*column, *suggestion),
            "{text}: {error}"
        );
        assert!(error.blocks && !error.message.is_empty());
        if let Some(suggestion) = suggestion {
            schedule(suggestion);
        }
    }
}

#[test]
fn schedules_that_cannot_be_read_say_where_and_what_would_read() {
    are_refused(REFUSED);
}
