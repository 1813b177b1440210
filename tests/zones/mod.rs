//! Time zones as people who run Lamplighter meet them: right this year, of a release that is shown everywhere, and newer
//! where they lay newer ones over them.

mod laid_over;
mod windows;

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What the program is built with.
const RELEASE: &str = "2026f";

fn run(args: &[&str], tzdata: Option<&Path>, input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .args(args)
        .env_clear()
        .envs(tzdata.map(|path| ("TZDATA", path)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut to = child.stdin.take().expect("a pipe");
    // One that does not read its input closes it, which is no failure here.
    let _ = to.write_all(input.as_bytes());
    drop(to);
    child.wait_with_output().expect("the program ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What `tests/setup zones` made.
fn pypi(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.cache/zones");
    let entries = std::fs::read_dir(folder.join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}; `bash tests/setup zones` makes it"));
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths.next().expect("something is in it")
}

fn wheel() -> PathBuf {
    pypi("wheel")
}

/// The folder that `pip install` made: `tzdata` is in it.
fn installed() -> PathBuf {
    pypi("lib").join("site-packages")
}

#[test]
fn clocks_that_changed_their_ways_this_year_are_right() {
    let office = |place: &str| format!("Mon-Fri 08:00-19:00 {place}");
    // Where, when, what the schedule wants, since when and until when.
    let cases = [
        (
            "Africa/Casablanca",
            "2026-11-26T18:30:00Z",
            "on",
            "2026-11-26T08:00:00Z",
            "2026-11-26T19:00:00Z",
        ),
        (
            "Africa/Casablanca",
            "2026-11-26T07:30:00Z",
            "off",
            "2026-11-25T19:00:00Z",
            "2026-11-26T08:00:00Z",
        ),
        (
            "Africa/El_Aaiun",
            "2026-11-26T18:30:00Z",
            "on",
            "2026-11-26T08:00:00Z",
            "2026-11-26T19:00:00Z",
        ),
        (
            "America/Vancouver",
            "2026-11-26T15:10:00Z",
            "on",
            "2026-11-26T15:00:00Z",
            "2026-11-27T02:00:00Z",
        ),
        (
            "America/Vancouver",
            "2026-11-27T02:10:00Z",
            "off",
            "2026-11-27T02:00:00Z",
            "2026-11-27T15:00:00Z",
        ),
        (
            "America/Edmonton",
            "2026-11-27T01:10:00Z",
            "off",
            "2026-11-27T01:00:00Z",
            "2026-11-27T14:00:00Z",
        ),
        (
            "America/Los_Angeles",
            "2026-11-27T02:10:00Z",
            "on",
            "2026-11-26T16:00:00Z",
            "2026-11-27T03:00:00Z",
        ),
    ];
    let lines: String = cases
        .iter()
        .map(|(place, now, ..)| {
            let started = json!({"operationName": "Start", "operationTime": "2026-11-24T08:00:00Z"});
            let case = json!({"id": place, "tags": {"lamp-schedule": office(place)}, "now": now, "state": "Running", "lastOperation": started});
            format!("{case}\n")
        })
        .collect();
    let answered = stdout(&run(&["explain", "--batch"], None, &lines));
    let answers: Vec<Value> = answered
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), cases.len(), "{answered}");
    for ((place, now, desired, since, next), answer) in cases.into_iter().zip(answers) {
        let case = format!("{place} at {now}: {answer}");
        assert_eq!(answer["desired"], desired, "{case}");
        assert_eq!(answer["since"], since, "{case}");
        assert_eq!(answer["next"]["at"], next, "{case}");
        let decided = if desired == "off" { "stop" } else { "leave" };
        assert_eq!(answer["decision"], decided, "{case}");
        assert_eq!(answer["timeZones"], RELEASE);
    }
}

#[test]
fn the_release_is_shown_wherever_zones_matter() {
    let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-ledger");
    let report = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
        command.env_clear().env("LEDGER", &nowhere).arg("report");
        stdout(&command.args(more).output().expect("the program runs"))
    };
    let tag = "lamp-schedule=Mon-Fri 08:00-19:00 Europe/Lisbon";
    for (what, shown, expected) in [
        (
            "--version",
            stdout(&run(&["--version"], None, "")),
            format!("\ntime zones: IANA {RELEASE}\n"),
        ),
        (
            "explain",
            stdout(&run(&["explain", tag], None, "")),
            format!("\ntime zones: IANA {RELEASE}\n"),
        ),
        (
            "explain --json",
            stdout(&run(&["explain", "--json", tag], None, "")),
            format!("\"timeZones\": \"{RELEASE}\""),
        ),
        (
            "report",
            report(&[]),
            format!("Time zones: IANA {RELEASE}.\n"),
        ),
        (
            "report --json",
            report(&["--json"]),
            format!("\"time_zones\": \"{RELEASE}\""),
        ),
        (
            "report --page-json",
            report(&["--page-json"]),
            format!("\"time_zones\": \"{RELEASE}\""),
        ),
        (
            "report --html",
            report(&["--html", "-"]),
            format!("Time zones of tags: IANA {RELEASE}."),
        ),
    ] {
        assert!(shown.contains(&expected), "{what}: {shown}");
    }
}

#[test]
fn the_nightly_check_fails_where_the_compiled_in_zones_are_older_and_where_it_cannot_tell() {
    let folder = crate::common::folder::Folder::new("tzdata-check");
    let program = |name: &str, release: &str| {
        let path = folder.join(name);
        let script =
            format!("#!/bin/sh\necho 'lamplighter 9.9.9'\necho 'time zones: IANA {release}'\n");
        std::fs::write(&path, script).expect("a script");
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, executable).expect("a script that can be run");
        path
    };
    let own = PathBuf::from(env!("CARGO_BIN_EXE_lamplighter"));
    let no_wheel = folder.join("nothing.whl");
    for (program, wheel, code, told) in [
        (own.clone(), wheel(), 0, "and PyPI's of 2026f"),
        (program("newer", "2026za"), wheel(), 0, "of 2026za"),
        (program("older", "2025b"), wheel(), 1, "2026f is out"),
        (program("strange", "of late"), wheel(), 2, "not known"),
        (own, no_wheel, 2, "not known"),
    ] {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/tzdata.py");
        let mut command = Command::new("python3");
        command.arg(script).arg("--program").arg(&program);
        let checked = command
            .arg("--wheel")
            .arg(wheel)
            .output()
            .expect("Python runs");
        let printed = stdout(&checked) + &stderr(&checked);
        assert_eq!(checked.status.code(), Some(code), "{program:?}: {printed}");
        assert!(printed.contains(told), "{program:?}: {printed}");
    }
}
