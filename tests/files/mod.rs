//! `lamplighter lint --files`, run as people and their pipelines run it.

mod formats;
mod inputs;
mod templates;

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What a run printed.
struct Printed {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Printed {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|_| panic!("no JSON: {}{}", self.stdout, self.stderr))
    }
}

/// Runs `lamplighter lint` in a folder, with settings and no other environment.
fn lint(folder: &Path, args: &[&str], settings: &[(&str, &str)]) -> Printed {
    let output = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .arg("lint")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .envs(settings.iter().copied())
        .output()
        .expect("the program runs");
    Printed {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
