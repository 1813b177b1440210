//! `lamplighter settings`.

use super::{CliResult, instant, print};
use chrono::{DateTime, Utc};
use lamplighter_agent::settings::{Settings, print_json, print_table};
use lamplighter_core::kinds::{self, Right};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// The sweeps after this instant (RFC 3339) instead of now
    #[arg(long, value_parser = instant)]
    at: Option<DateTime<Utc>>,
    /// Instead: every right that Lamplighter needs, and what for
    #[arg(long)]
    rights: bool,
    /// Instead: the custom role with these rights, as JSON
    #[arg(long, conflicts_with_all = ["json", "rights"])]
    role: bool,
}

/// Prints every setting; exit 2 where one is bad, after saying which.
pub fn run(args: Args) -> CliResult {
    if args.role {
        return document(&kinds::role());
    }
    if args.rights {
        let rights = kinds::rights();
        return match args.json {
            true => document(&rights),
            false => {
                print(&listed(&rights))?;
                Ok(ExitCode::SUCCESS)
            }
        };
    }
    let lookup = |name: &str| std::env::var(name).ok();
    let at = args.at.unwrap_or_else(Utc::now);
    print(&match args.json {
        true => format!("{:#}\n", print_json(lookup, at)),
        false => print_table(lookup, at),
    })?;
    Settings::from_environment()?;
    Ok(ExitCode::SUCCESS)
}

fn document(value: &impl serde::Serialize) -> CliResult {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    print(&format!("{text}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Each right, and below it what it is for.
fn listed(rights: &[Right]) -> String {
    let mut out = String::new();
    for right in rights {
        let calls: Vec<&str> = right.calls.iter().map(|call| call.name).collect();
        let calls = calls.join(", ");
        out.push_str(&format!("{}\n    {} ({calls})\n", right.action, right.why));
    }
    out
}
