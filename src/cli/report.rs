//! `lamplighter report`.

use super::{Outcome, block_on, instant, settings};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter::ledger::Ledger;
use lamplighter::report;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// The period's beginning (RFC 3339); default: 30 days before its end
    #[arg(long, value_parser = instant)]
    from: Option<DateTime<Utc>>,
    /// The period's end (RFC 3339); default: now
    #[arg(long, value_parser = instant)]
    to: Option<DateTime<Utc>>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Prints the report of a period.
pub fn run(args: Args) -> Outcome {
    let settings = settings()?;
    let to = args.to.unwrap_or_else(Utc::now);
    let from = args.from.unwrap_or(to - TimeDelta::days(30));
    let report = block_on(async {
        let credential =
            || lamplighter::azure::from_environment(settings.azure_client_id.as_deref());
        let ledger = Ledger::open_to_read(&settings.ledger, || {
            credential().map_err(|error| error.to_string())
        })
        .await;
        report::read(&ledger.map_err(|error| error.to_string())?, from, to)
            .await
            .map_err(|error| error.to_string())
    })??;
    if args.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        println!("{json}");
    } else {
        print!("{}", report::table(&report, None));
    }
    Ok(ExitCode::SUCCESS)
}
