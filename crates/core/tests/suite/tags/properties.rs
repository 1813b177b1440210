//! What holds of any schedule and any text.

use super::support::{lisbon, one, read, zone};
use crate::cases;
use lamplighter_core::policy;
use lamplighter_core::schedule::{Days, EdgeRule, Power, Rules, Schedule, Window};
use proptest::prelude::*;

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let days = (1u8..128).prop_map(Days);
    let window = (days.clone(), 0u16..1440, 0u16..=1440)
        .prop_filter("of some length", |(_, start, end)| start != end)
        .prop_map(|(days, start, end)| Window { days, start, end });
    let edge = (days, 0u16..1440, any::<bool>()).prop_map(|(days, at, on)| {
        EdgeRule::weekly(if on { Power::On } else { Power::Off }, days, at)
    });
    let some = (
        prop::collection::vec(window, 0..4),
        prop::collection::vec(edge, 0..4),
    )
        .prop_filter("something", |(windows, edges)| {
            windows.len() + edges.len() > 0
        })
        .prop_map(|(windows, edges)| Rules::Timed { windows, edges });
    let rules = prop_oneof![
        Just(Rules::None),
        Just(Rules::Always),
        Just(Rules::Never),
        some
    ];
    let zone = prop::sample::select(vec![
        lisbon(),
        zone("UTC"),
        zone("Asia/Kolkata"),
        zone("Etc/GMT+5"),
    ]);
    (rules, zone).prop_map(|(rules, zone)| Schedule::new(rules, zone))
}

/// Text that comes near to the language, with things that no keyboard has.
fn near() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    let piece = prop::sample::select(vec![
        "Mon",
        "fri",
        "-",
        "–",
        " ",
        ",",
        ";",
        "08:00",
        "25:00",
        "24:00",
        "9am",
        "start",
        "stop",
        "daily",
        "EST",
        "Europe/Lisbon",
        "on",
        "off",
        "until",
        "from ",
        "for ",
        "22:00",
        " to ",
        "24 Dec 2026",
        "2026-11-24",
        "2026-02-30",
        "T",
        "Z",
        "+01:00",
        "0 8 * * 1-5",
        "1h",
        "60",
        "İ",
        "ß",
        "🕯",
        "\u{0}",
        "é",
        "\u{a0}",
        "always",
        "dry-run",
        "segunda-feira",
        "and",
        "every ",
        "uhr",
        "\"",
        "/",
        "@",
        "*",
        "5L",
        "15W",
        "GMT Standard Time",
        "PT",
        "DE-BY",
        "0",
        ":",
        ".",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases::few(256))]

    #[test]
    fn what_is_printed_reads_back(schedule in any_schedule()) {
        let text = schedule.to_string();
        prop_assert_eq!(policy::read_schedule(&text, zone("Asia/Tokyo")), Ok(schedule), "{}", text);
    }

    #[test]
    fn nothing_panics_and_every_correction_reads(value in prop_oneof![near(), ".*"], name in "\\PC*") {
        for key in ["schedule", "idle", "max-uptime", "hold", "holidays", "notice", "unused", "mode", "warm", "floor"] {
            for error in one(&format!("lamp-{key}"), &value).errors {
                prop_assert!(!error.to_string().is_empty());
                prop_assert!((1..=value.chars().count() + 1).contains(&error.column));
                if let Some(suggestion) = error.suggestion {
                    prop_assert_eq!(one(&error.tag, &suggestion).errors, vec![], "{}", value);
                }
            }
        }
        let name = format!("lamp-{name}");
        for error in read(&[(&name, &value)], &[(&name, &value)], &[(&name, &value)]).errors {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
