//! `lamplighter explain` and `lamplighter lint`, run as people run them.

mod batch;
mod batch_holds;
mod calendar_places;
mod calendars;
mod kinds;
mod lint;
mod live;
mod named;
mod page;
mod slips;
mod tags;

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// What a run printed.
struct Printed {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Printed {
    /// Standard output as JSON lines.
    fn lines(&self) -> Vec<Value> {
        let line =
            |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        self.stdout.lines().map(line).collect()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|_| panic!("no JSON: {}{}", self.stdout, self.stderr))
    }
}

/// Runs the program without any Azure, with `settings` and `input`.
fn run_with(args: &[&str], settings: &[(&str, &str)], input: &[u8]) -> Printed {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .args(args)
        .env_clear()
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // Another thread, since both pipes may be full.
    let feed = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program ends");
    // One that does not read its input closes it, which is no failure here.
    let _ = feed.join();
    Printed {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn run(args: &[&str]) -> Printed {
    run_with(args, &[], b"")
}
