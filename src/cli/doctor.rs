//! `lamplighter doctor`.

use super::{CliResult, Failure, block_on, complain, instant, print, settings};
use chrono::{DateTime, Utc};
use comfy_table::{Table, presets};
use lamplighter_agent::doctor::{self, Diagnosis};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Judge as at this instant (RFC 3339) instead of now: for a simulator whose clock runs elsewhere
    #[arg(long, value_parser = instant)]
    at: Option<DateTime<Utc>>,
}

/// Checks everything that a sweep needs. Exit 1 where something failed, 2 where settings cannot be read.
pub fn run(args: Args) -> CliResult {
    let at = args.at.unwrap_or_else(Utc::now);
    let (found, worst) = match settings() {
        Ok(settings) => {
            let found = block_on(doctor::examine(settings, at, false))?;
            (found.map_err(|error| error.to_string())?, ExitCode::from(1))
        }
        Err(Failure::Settings(bad)) => {
            complain(&bad.to_string());
            (doctor::bad_settings(&bad, at), ExitCode::from(2))
        }
        Err(other) => return Err(other),
    };
    print(&match args.json {
        true => {
            let json = serde_json::to_string_pretty(&found).map_err(|error| error.to_string())?;
            format!("{json}\n")
        }
        false => table(&found),
    })?;
    Ok(match found.ok {
        true => ExitCode::SUCCESS,
        false => worst,
    })
}

/// One line a check.
fn table(found: &Diagnosis) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["Check", "Result", "Seen", "What to do"]);
    for check in &found.checks {
        let status = check.status.to_string();
        table.add_row([&check.name, &status, &check.seen, &check.to_do]);
    }
    let (failed, warnings) = (found.failed, found.warnings);
    let checks = found.checks.len();
    format!("{table}\n{checks} checks: {failed} failed, {warnings} with a warning.\n")
}
