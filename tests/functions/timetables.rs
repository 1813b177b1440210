//! `SWEEP_SCHEDULE` means here what it means to the Functions host, and to the emulator of it.
//!
//! `timetables.jsonl` was made by carrying NCrontab 3.4's own steps out one by one, in its own order.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use lamplighter_agent::settings::SweepSchedule;
use lamplighter_host_emulator::Schedule;
use serde::Deserialize;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// A line of the table: what the host makes of a schedule after [`AT`].
#[derive(Debug, Deserialize)]
struct Line {
    schedule: String,
    accepted: bool,
    means: Option<String>,
    next: Vec<DateTime<Utc>>,
}

const AT: &str = "2026-11-27T07:58:00Z";

fn table() -> Vec<Line> {
    let lines = include_str!("timetables.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

/// `lamplighter settings`, with this schedule.
fn settings(schedule: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command
        .arg("settings")
        .args(args)
        .env_clear()
        .env("SWEEP_SCHEDULE", schedule);
    command.output().expect("lamplighter runs")
}

/// What `settings --json` says about the schedule, and the exit code.
fn shown(schedule: &str) -> (Value, Option<i32>) {
    let output = settings(schedule, &["--json", "--at", AT]);
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let one = all.into_iter().find(|one| one["name"] == "SWEEP_SCHEDULE");
    (one.expect("the setting"), output.status.code())
}

#[test]
fn a_timetable_means_here_what_it_means_to_the_host() {
    for line in table() {
        let (shown, code) = shown(&line.schedule);
        let stamp = |at: &DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let next: Vec<String> = line.next.iter().map(stamp).collect();
        assert_eq!(shown["means"], json!(line.means), "{line:?}");
        assert_eq!(shown["next"], json!(next), "{line:?}");
        // What the host takes and never fires by is refused here.
        let sweeps = line.accepted && !line.next.is_empty();
        assert_eq!(code, Some(if sweeps { 0 } else { 2 }), "{line:?}");
        assert_eq!(shown["refused"].is_null(), sweeps, "{line:?}: {shown}");
    }
}

#[test]
fn the_emulator_fires_by_the_same_table() {
    let at: DateTime<Utc> = AT.parse().expect("a time");
    for line in table() {
        let read = Schedule::read(&line.schedule);
        // The host takes five fields and lengths of time too, which are no business of this table.
        let six = line
            .schedule
            .split(' ')
            .filter(|field| !field.is_empty())
            .count()
            == 6;
        if !six {
            continue;
        }
        assert_eq!(read.is_ok(), line.accepted, "{line:?}");
        let Ok(schedule) = read else { continue };
        let times = std::iter::successors(schedule.after(at), |at| schedule.after(*at));
        assert_eq!(times.take(3).collect::<Vec<_>>(), line.next, "{line:?}");
    }
}

/// A schedule, and what its warning says will happen.
#[rustfmt::skip]
const WARNED: &[(&str, &[&str])] = &[
    ("0 */5 * * * MON-SUN", &["day of week MON-SUN", "0-1", "Sunday and Monday", "write 1-6,0"]),
    ("0 */5 * * * FRI-MON", &["1-5", "Monday to Friday", "write 5-6,0-1"]),
    ("0 0 18-6 * * *", &["hour 18-6", "6-18", "write 18-23,0-6"]),
    ("0 55-5 * * * *", &["minute 55-5", "5-55", "write 55-59,0-5"]),
    ("0 0 8 1 nov-feb *", &["month nov-feb", "2-11", "February to November", "write 11-12,1-2"]),
    ("0 */90 * * * *", &["minute */90", "0 only"]),
    ("0 0 */24 * * *", &["hour */24", "0 only"]),
    ("0 0 8 20-25/10 * *", &["day of month 20-25/10", "20 only"]),
    ("0 */0 * * * *", &["minute */0", "every minute from 0 to 59"]),
    ("0 30/-5 * * * *", &["minute 30/-5", "every minute from 30 to 59"]),
    ("0 0 8 13 * FRI", &["both the day of month and the day of week"]),
    ("0 */10 * * * *", &[]),
    ("0 */7 8-18 1-7 JAN-MAR *", &[]),
    ("*/59 5/20 5-5 * * SUN-SAT", &[]),
];

#[test]
fn what_the_host_turns_round_or_narrows_is_a_warning() {
    for (schedule, parts) in WARNED {
        let (shown, code) = shown(schedule);
        let warnings = shown["warnings"].as_array().expect("a list");
        assert_eq!(code, Some(0), "{schedule}: {shown}");
        assert_eq!(warnings.is_empty(), parts.is_empty(), "{schedule}: {shown}");
        let told = warnings.first().and_then(Value::as_str).unwrap_or_default();
        for part in *parts {
            assert!(told.contains(part), "{schedule}: {part} in: {told}");
        }
        let text = settings(schedule, &["--at", AT]);
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        let means = shown["means"].as_str().expect("a meaning");
        assert!(
            text.contains(told) && text.contains(means),
            "{schedule}: {text}"
        );
    }
}

/// Pieces that make fields, with faults among them.
const PIECES: [&str; 28] = [
    "*", "*/2", "*/7", "*/70", "0", "1", "5", "6", "7", "12", "23", "31", "59", "60", "1-5", "5-1",
    "3-30/9", "20/3", "0-6", "MON", "fri-tue", "JAN", "dec-Ma", "?", "", "*/0", "2-2/5", "-3",
];

#[test]
fn product_and_emulator_agree_on_whatever_is_written() {
    let mut random = fastrand::Rng::with_seed(15);
    let begin: DateTime<Utc> = "2024-01-31T23:59:59Z".parse().expect("a time");
    let mut accepted = 0;
    for _ in 0..20_000 {
        let field = |random: &mut fastrand::Rng| {
            let pieces: Vec<&str> = (0..random.usize(1..=2))
                .map(|_| PIECES[random.usize(..PIECES.len())])
                .collect();
            match random.u8(..3) {
                0 => "*".to_string(),
                _ => pieces.join(","),
            }
        };
        let fields: Vec<String> = (0..6).map(|_| field(&mut random)).collect();
        if fields.iter().any(String::is_empty) {
            continue;
        }
        let text = fields.join(" ");
        let at = begin + TimeDelta::seconds(random.i64(0..150_000_000));
        let theirs = Schedule::read(&text).ok();
        let theirs = theirs.and_then(|schedule| schedule.after(at));
        let ours = SweepSchedule::read(&text).ok();
        accepted += usize::from(ours.is_some());
        let ours = ours.and_then(|schedule| schedule.times(at).next());
        assert_eq!(ours, theirs, "{text:?} after {at}");
    }
    assert!(accepted > 1_000, "{accepted}");
}
