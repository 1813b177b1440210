//! `lamplighter doctor`.

use super::output::{self, OutputArgs};
use super::{CliResult, Failure, block_on, complain, instant, settings};
use chrono::{DateTime, Utc};
use lamplighter_agent::doctor::{self, Diagnosis};
use lamplighter_agent::table::{Page, Table};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
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
    output::print(&args.output, &found, |_| page(&found))?;
    Ok(match found.ok {
        true => ExitCode::SUCCESS,
        false => worst,
    })
}

/// One line a check.
fn page(found: &Diagnosis) -> Page {
    let mut table = Table::new(["Check", "Result", "Seen", "What to do"]);
    for check in &found.checks {
        let status = check.status.to_string();
        table.add([&check.name, &status, &check.seen, &check.to_do]);
    }
    let (failed, warnings) = (found.failed, found.warnings);
    let checks = found.checks.len();
    Page {
        table,
        after: format!("{checks} checks: {failed} failed, {warnings} with a warning.\n"),
        ..Page::default()
    }
}
