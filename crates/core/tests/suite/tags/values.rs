//! Lengths of time, modes and holds, with their slips.

use super::support::{one, read, refused};
use lamplighter_core::policy::{Idle, Limits, Mode};
use std::time::Duration;

/// Idle after that long, below the usual loads.
fn after(length: Duration) -> Idle {
    let limits = Limits::default();
    Idle::After { length, limits }
}

#[test]
fn the_loads_of_an_idle_instance_are_read() {
    let read = |text: &str| {
        let idle = one("lamp-idle", text).policy.idle;
        idle.map(|idle| idle.value.to_string())
    };
    for (text, printed) in [
        ("60m cpu<10% gpu<2%", "1h cpu<10% gpu<2%"),
        ("90m, CPU < 2.5 %", "1h30m cpu<2.5%"),
        ("PT30M gpu<100", "30m gpu<100%"),
        ("1h cpu<5% gpu<5%", "1h"),
        ("1h gpu<0.1%,cpu<20%", "1h cpu<20% gpu<0.1%"),
    ] {
        assert_eq!(read(text).as_deref(), Some(printed), "{text}");
        assert_eq!(read(printed).as_deref(), Some(printed));
    }
    for (value, suggestion) in [
        ("60m cpu>10%", Some("60m cpu<10%")),
        ("60m cpu<=10%", Some("60m cpu<10%")),
        ("60m cpu=10%", Some("60m cpu<10%")),
        ("60m cpu 10%", Some("60m cpu <10%")),
        ("60m cpu<120%", Some("60m cpu<100%")),
        ("60m cpu<0.01%", Some("60m cpu<0.1%")),
        ("60m cpu<2.55%", Some("60m cpu<2.5%")),
        ("60m cpu<5%; gpu<2%", Some("60m cpu<5% gpu<2%")),
        ("cpu<10%", Some("60m cpu<10%")),
        ("60 min cpu<10%", Some("60m cpu<10%")),
        ("60m cpu<5%,", Some("60m cpu<5%")),
        ("off cpu<5%", Some("off")),
        ("60m ram<10%", None),
        ("60m cpu<", None),
        ("60m cpu<5% cpu<6%", None),
    ] {
        let error = refused("lamp-idle", value);
        assert_eq!(error.suggestion.as_deref(), suggestion, "{error}");
        if let Some(suggestion) = suggestion {
            assert_eq!(one("lamp-idle", suggestion).errors, []);
        }
    }
    assert_eq!(refused("lamp-idle", "60m ram<10%").column, 5);
}

#[test]
fn lengths_are_read() {
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let idle = |text: &str| one("lamp-idle", text).policy.idle.map(|idle| idle.value);
    assert_eq!(idle("60m"), Some(after(minutes(60))));
    assert_eq!(idle(" 1H30M "), Some(after(minutes(90))));
    assert_eq!(idle("OFF"), Some(Idle::Off));
    let notice = |text: &str| {
        one("lamp-notice", text)
            .policy
            .notice
            .map(|notice| notice.value)
    };
    assert_eq!(
        (notice("15m"), notice("off")),
        (Some(Some(minutes(15))), Some(None))
    );
    for none in ["0", " 0m ", "0h"] {
        assert_eq!(notice(none), Some(Some(Duration::ZERO)), "{none}");
    }
    let uptime = one("lamp-max-uptime", "12h")
        .policy
        .max_uptime
        .map(|uptime| uptime.value);
    assert_eq!(uptime, Some(minutes(720)));
    let unused = |text: &str| {
        one("lamp-unused", text)
            .policy
            .unused
            .map(|part| part.value)
    };
    assert_eq!((unused(" 3D "), unused("off")), (Some(Some(3)), Some(None)));
}

#[test]
fn lengths_that_cannot_be_read_are_corrected() {
    for (name, value, suggestion) in [
        ("lamp-idle", "60", Some("60m")),
        ("lamp-idle", "60 min", Some("60m")),
        ("lamp-idle", "60m;", Some("60m")),
        ("lamp-idle", "1h30", Some("1h30m")),
        ("lamp-max-uptime", "12h.", Some("12h")),
        ("lamp-notice", "15m\u{200b}", Some("15m")),
        ("lamp-idle", "1 hour 30 minutes", Some("1h30m")),
        ("lamp-idle", "1,5h", Some("1.5h")),
        ("lamp-idle", "0m", Some("off")),
        ("lamp-idle", "10s", Some("1m")),
        ("lamp-idle", "never", Some("off")),
        ("lamp-notice", "of", Some("off")),
        ("lamp-max-uptime", "off", None),
        ("lamp-max-uptime", "12 hours", Some("12h")),
        ("lamp-max-uptime", "999999999d", Some("366d")),
        ("lamp-idle", "", None),
        ("lamp-idle", "soon", None),
        ("lamp-unused", "3", Some("3d")),
        ("lamp-unused", "3 days", Some("3d")),
        ("lamp-unused", "72h", Some("3d")),
        ("lamp-unused", "0d", Some("off")),
        ("lamp-unused", "never", Some("off")),
        ("lamp-unused", "400d", Some("90d")),
        ("lamp-unused", "90m", None),
        ("lamp-unused", "", None),
    ] {
        let error = refused(name, value);
        assert_eq!(error.suggestion.as_deref(), suggestion, "{error}");
        if let Some(suggestion) = suggestion {
            assert_eq!(one(name, suggestion).errors, []);
        }
    }
    assert_eq!(refused("lamp-idle", "  60x").column, 5);
}

#[test]
fn modes_are_read_and_corrected() {
    let mode = one("lamp-mode", "Dry-Run, stop-only")
        .policy
        .mode
        .map(|mode| mode.value);
    assert_eq!(
        mode,
        Some(Mode {
            dry_run: true,
            stop_only: true,
            ..Mode::default()
        })
    );
    for (value, column, suggestion) in [
        ("dryrun", 1, Some("dry-run")),
        ("dry run,ignore", 1, Some("dry-run,ignore")),
        ("enforce;ignore", 8, Some("enforce,ignore")),
        ("enforce ignore", 1, Some("enforce,ignore")),
        ("enforce,", 8, Some("enforce")),
        ("enforce, ingore", 10, Some("enforce, ignore")),
        ("faster", 1, None),
    ] {
        let error = refused("lamp-mode", value);
        assert_eq!(
            (error.column, error.suggestion.as_deref()),
            (column, suggestion),
            "{error}"
        );
    }
}

fn hold(schedule: &str, value: &str) -> String {
    let reading = read(
        &[("lamp-schedule", schedule), ("lamp-hold", value)],
        &[],
        &[],
    );
    assert_eq!(reading.errors, [], "{value}");
    reading
        .policy
        .hold
        .expect("a hold that reads")
        .value
        .to_string()
}

#[test]
fn holds_end_on_the_wall_of_the_schedule() {
    for (schedule, value, end) in [
        (
            "always Europe/Berlin",
            "on until 2026-11-24 02:00",
            "on until 2026-11-24T01:00:00Z",
        ),
        (
            "always",
            "ON UNTIL 2026-07-24 02:00",
            "on until 2026-07-24T01:00:00Z",
        ),
        (
            "always",
            "off until 2026-12-01",
            "off until 2026-12-01T00:00:00Z",
        ),
        (
            "always",
            "off until 2026-12-01 24:00",
            "off until 2026-12-02T00:00:00Z",
        ),
        (
            "always",
            "on until 2026-11-24T02:00:30.5+05:30",
            "on until 2026-11-23T20:30:30Z",
        ),
        (
            "always",
            "on until 2026-11-24t02:00z",
            "on until 2026-11-24T02:00:00Z",
        ),
        (
            "always",
            "on until 2026-11-24 02:00 -03:30",
            "on until 2026-11-24T05:30:00Z",
        ),
        // The clock skips 02:00-03:00 on this night and shows it twice on that; the later instant is meant.
        (
            "always Europe/Berlin",
            "on until 2026-03-29 02:30",
            "on until 2026-03-29T01:30:00Z",
        ),
        (
            "always Europe/Berlin",
            "on until 2026-10-25 02:30",
            "on until 2026-10-25T01:30:00Z",
        ),
    ] {
        assert_eq!(hold(schedule, value), end, "{value}");
    }
}

#[test]
fn holds_that_cannot_be_read_are_corrected() {
    for (value, column, suggestion) in [
        ("on", 3, None),
        ("on until", 9, None),
        ("on until tomorrow", 10, None),
        ("on 2026-11-24", 4, Some("on until 2026-11-24")),
        ("on till 2026-11-24", 4, Some("on until 2026-11-24")),
        (
            "off until 24.11.2026 02:00",
            11,
            Some("off until 2026-11-24 02:00"),
        ),
        ("off until 24/11/2026", 11, Some("off until 2026-11-24")),
        ("off until 04/11/2026", 11, None),
        ("off until 2026-11-31", 11, Some("off until 2026-12-01")),
        ("off until 2026-13-01", 11, None),
        (
            "off until 2026-1-5 8pm",
            11,
            Some("off until 2026-01-05 20:00"),
        ),
        (
            "on until 2026-11-24 02:00 UTC",
            27,
            Some("on until 2026-11-24 02:00 Z"),
        ),
        (
            "on until 2026-11-24 02:00+1",
            26,
            Some("on until 2026-11-24 02:00+01:00"),
        ),
        ("on until 2026-11-24 02:00 Europe/Lisbon", 27, None),
        ("maybe", 1, None),
        ("", 1, None),
    ] {
        let error = refused("lamp-hold", value);
        assert_eq!(
            (error.column, error.suggestion.as_deref()),
            (column, suggestion),
            "{error}"
        );
        if let Some(suggestion) = suggestion {
            assert_eq!(one("lamp-hold", suggestion).errors, []);
        }
    }
}
