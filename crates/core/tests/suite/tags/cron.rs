//! Edges in cron form: what reads, how it is written back, and what is refused.

use super::refused::are_refused;
use super::support::{schedule, zone};
use lamplighter_core::schedule::{Rules, When};

fn crons(text: &str) -> Vec<String> {
    let Rules::Timed { edges, .. } = schedule(text).rules else {
        panic!("{text}: not timed")
    };
    edges
        .iter()
        .map(|rule| match &rule.when {
            When::Cron(cron) => cron.as_str().to_string(),
            When::Weekly { .. } => panic!("{text}: not cron"),
        })
        .collect()
}

#[test]
fn five_fields_are_read() {
    for (text, expected) in [
        (
            "start 0 8 * * 1-5; stop 0 19 * * *",
            vec!["0 8 * * 1-5", "0 19 * * *"],
        ),
        (
            "start 0 8 * * mon-fri, stop 0 19 * * *",
            vec!["0 8 * * 1-5", "0 19 * * *"],
        ),
        ("STOP  0   19  *  *  Sun Europe/Lisbon", vec!["0 19 * * 0"]),
        ("stop 0 19 * * 0", vec!["0 19 * * 0"]),
        ("stop 0 19 * * 7 UTC", vec!["0 19 * * 7"]),
        ("stop 0 19 * * FRI-SUN", vec!["0 19 * * 5-7"]),
        (
            "stop */15 8-18/2 * jan-mar,6 *",
            vec!["*/15 8-18/2 * 1-3,6 *"],
        ),
        // A name and a step in one field, which is no time zone.
        ("stop 0 19 * * Mon-Fri/2", vec!["0 19 * * 1-5/2"]),
        ("stop 0 19 * * fri-sun/2 UTC", vec!["0 19 * * 5-7/2"]),
        ("stop 0 19 * * Tue,1-3/2", vec!["0 19 * * 2,1-3/2"]),
        (
            "stop 0 19 1 Jan,3-5/2 * Europe/Lisbon",
            vec!["0 19 1 1,3-5/2 *"],
        ),
        (
            "start 0 8 * Feb-Oct/4 Sat,1-5/2; stop 0 19 * * Sun",
            vec!["0 8 * 2-10/4 6,1-5/2", "0 19 * * 0"],
        ),
        // Dates that come only in eight, in twelve or in 28 years.
        ("start 0 8 29 2 *", vec!["0 8 29 2 *"]),
        ("start 0 8 */31 5 1", vec!["0 8 */31 5 1"]),
        ("start 0 8 * 2 0#5", vec!["0 8 * 2 0#5"]),
        ("start 0 8 * 2 3#5", vec!["0 8 * 2 3#5"]),
        ("start 0 8 * Feb Sat#5", vec!["0 8 * 2 6#5"]),
        ("stop 0 6 L * *", vec!["0 6 L * *"]),
        ("stop 0 6 15W * ?", vec!["0 6 15W * *"]),
        ("stop 0 6 LW * *", vec!["0 6 LW * *"]),
        ("stop 0 6 * * 1#2", vec!["0 6 * * 1#2"]),
        (
            "stop 0 6 * * 5L; start 0 8 1,15 * 1",
            vec!["0 6 * * 5L", "0 8 1,15 * 1"],
        ),
    ] {
        assert_eq!(crons(text), expected, "{text}");
        let again = schedule(text);
        assert_eq!(schedule(&again.to_string()), again, "{text}");
    }
}

#[test]
fn cron_edges_stand_beside_windows_and_days() {
    let mixed = schedule("Mon-Fri 08:00-17:00; stop 0 23 * * *; stop Sat 12:00 Asia/Kolkata");
    assert_eq!(mixed.zone, zone("Asia/Kolkata"));
    let Rules::Timed { windows, edges } = mixed.rules else {
        panic!("not timed")
    };
    assert_eq!((windows.len(), edges.len()), (1, 2));
}

#[rustfmt::skip]
const REFUSED: &[(&str, usize, Option<&str>)] = &[
    ("start 61 8 * * 1-5", 7, None),
    ("start 0 25 * * 1-5", 9, None),
    ("start 0 8 32 * *", 11, None),
    ("start 0 8 * 13 *", 13, None),
    ("start 0 8 * JANFEB *", 13, None),
    ("start 0 8 * * 8", 15, None),
    ("start 0 8 * * 1#6", 15, None),
    ("start 0 8 31 2 *", 11, None),
    ("start 0 8 * *", 14, None),
    ("start 0 8 * * Europe/Lisbon", 14, None),
    ("start 1/10 8 * * *", 7, Some("start 1-59/10 8 * * *")),
    ("start /10 8 * * *", 7, Some("start */10 8 * * *")),
    ("start 0 22-6 * * *", 9, Some("start 0 22-23,0-6 * * *")),
    ("start 0 8 * * 5-1", 15, Some("start 0 8 * * 5-6,0-1")),
    ("start 0 8 * * 7-1", 15, Some("start 0 8 * * 0-1")),
    ("start 0 8 * * Mon–Fri", 15, Some("start 0 8 * * 1-5")),
    ("start 0 8 * * Fri-Mon", 15, Some("start 0 8 * * 5-6,0-1")),
    ("start 0 8 * * Mo-Fr", 15, Some("start 0 8 * * 1-5")),
    ("start 0 8 * * Monday", 15, Some("start 0 8 * * 1")),
    ("start 0 8 * * Mon–Fri/2", 15, Some("start 0 8 * * 1-5/2")),
    ("start 0 8 * * Mon/2", 15, Some("start 0 8 * * 1-7/2")),
    ("start 0 8 * * Fri-Mon/2", 15, None),
    ("start 0 8 */30 2 3#5", 11, None),
    ("start 0 0 8 * * 1-5", 7, Some("start 0 8 * * 1-5")),
    ("start 30 8 * * 1-5 *", 7, Some("start 30 8 * * 1-5")),
    ("stop @daily", 6, Some("stop 0 0 * * *")),
    ("stop @reboot", 6, None),
    ("stop 0 19 * * 1-5, 0 23 * * 6", 20, Some("stop 0 19 * * 1-5; stop 0 23 * * 6")),
];

#[test]
fn what_cron_cannot_mean_is_refused_where_it_stands() {
    are_refused(REFUSED);
}
