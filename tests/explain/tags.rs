//! `explain` of tags that are written on the command line.

use super::{run, run_with};

const OFFICE: &str = "lamp-schedule=Mon-Fri 08:00-19:00 Europe/Lisbon";

#[test]
fn both_states_at_rest_are_answered() {
    let printed = run(&["explain", OFFICE, "--at", "2026-11-28 10:00"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = printed.stdout.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "Sat 28 Nov 10:00 WET: the schedule wants it off since Fri 27 Nov 19:00 WET, on from Mon 30 Nov 08:00 WET",
            "Running:  stop (schedule-off): off by its schedule since Fri 27 Nov 19:00 WET",
            "Stopped:  leave (as-desired): off, as its schedule wants; on from Mon 30 Nov 08:00 WET",
        ]
    );
    assert!(
        printed
            .stdout
            .contains("schedule   Mon-Fri 08:00-19:00 Europe/Lisbon (on the compute)")
    );
}

#[test]
fn every_layer_may_be_given() {
    let printed = run(&[
        "explain",
        "group:lamp-schedule=never",
        "workspace:lamp-schedule.gpu-1=always",
        "workspace:lamp-mode=enforce",
        "--name",
        "gpu-1",
        "--state",
        "Stopped",
        "--at",
        "2026-11-28",
    ]);
    assert!(
        printed.stdout.contains("Stopped:  start (enforced)"),
        "{}",
        printed.stdout
    );
    assert!(
        printed
            .stdout
            .contains("always UTC (on the workspace, for this compute)"),
        "{}",
        printed.stdout
    );
}

#[test]
fn times_are_read_in_the_schedules_zone_unless_they_carry_their_own() {
    let since = |at: &str| {
        let printed = run(&[
            "explain",
            "lamp-schedule=daily 08:00-19:00 Asia/Tokyo",
            "--at",
            at,
            "--json",
        ]);
        assert_eq!(printed.code, 0, "{}", printed.stderr);
        printed.json()["since"]
            .as_str()
            .unwrap_or_default()
            .to_string()
    };
    assert_eq!(since("2026-11-28 08:00"), "2026-11-27T23:00:00Z");
    assert_eq!(since("2026-11-28T07:59:00+09:00"), "2026-11-27T10:00:00Z");
    assert_eq!(since("2026-11-28"), "2026-11-27T10:00:00Z");
    assert_eq!(since("2031-03-01"), "2031-02-28T10:00:00Z");
}

#[test]
fn an_unreadable_tag_exits_with_1_and_shows_the_caret() {
    let printed = run(&["explain", "lamp-schedule=Mon-Fry 08:00-19:00"]);
    assert_eq!(printed.code, 1);
    assert!(
        printed
            .stdout
            .contains("\n      ^\n  try: Mon-Fri 08:00-19:00\n"),
        "{}",
        printed.stdout
    );
    assert!(printed.stdout.contains("leave (unreadable-tag)"));
}

#[test]
fn what_is_neither_a_tag_nor_a_name_nor_an_id_is_told() {
    for args in [
        &["explain", "gpu 1"][..],
        &["explain", "owner:x=y"],
        &["lint", "a/b/c/d/gpu-1"],
    ] {
        let printed = run(args);
        assert_eq!(printed.code, 1, "{args:?}");
        assert!(printed.stderr.contains("expected"), "{}", printed.stderr);
    }
    for args in [&["explain"][..], &["lint"], &["explain", "--batch", "a=b"]] {
        assert_eq!(run(args).code, 2, "{args:?}");
    }
    let printed = run(&["explain", OFFICE, "--at", "noon"]);
    assert_eq!(printed.code, 1);
    assert!(
        printed.stderr.contains("--at 'noon' is no time"),
        "{}",
        printed.stderr
    );
}

#[test]
fn a_calendar_of_the_platform_takes_days_away_and_a_broken_one_none() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("{:x}.ics", fastrand::u64(..)));
    std::fs::write(
        &file,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260302\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Plant closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    .expect("a file");
    let calendars = format!("plant = {} | gone = /nowhere/at/all.ics", file.display());
    let explain = |calendar: &str| {
        let tag = format!("lamp-holidays={calendar}");
        let args = [
            "explain",
            OFFICE,
            &tag,
            "--at",
            "2027-03-02T10:00:00Z",
            "--json",
        ];
        run_with(&args, &[("CALENDARS", &calendars)], b"")
    };
    let closed = explain("plant");
    assert_eq!(
        (closed.code, closed.json()["desired"].as_str()),
        (0, Some("off"))
    );
    let broken = explain("gone");
    assert_eq!(
        (broken.code, broken.json()["desired"].as_str()),
        (0, Some("on"))
    );
    assert!(
        broken
            .stderr
            .contains("calendar gone: /nowhere/at/all.ics cannot be read"),
        "{}",
        broken.stderr
    );
    let _ = std::fs::remove_file(file);
}
