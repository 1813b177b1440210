//! `lamplighter settings`.

use super::output::{self, Format, OutputArgs};
use super::{CliResult, instant, print};
use chrono::{DateTime, Utc};
use lamplighter_agent::settings::{Settings, print_json, print_table};
use lamplighter_agent::table::{Page, Table};
use lamplighter_core::kinds::{self, Right};
use serde_json::Value;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
    /// The sweeps after this instant (RFC 3339) instead of now
    #[arg(long, value_parser = instant)]
    at: Option<DateTime<Utc>>,
    /// Instead: every right that Lamplighter needs, and what for
    #[arg(long)]
    rights: bool,
    /// Instead: the custom role with these rights, as JSON
    #[arg(long, conflicts_with_all = ["json", "output", "rights"])]
    role: bool,
}

/// Prints every setting; exit 2 where one is bad, after saying which.
pub fn run(args: Args) -> CliResult {
    if args.role {
        return document(&kinds::role());
    }
    if args.rights {
        let rights = kinds::rights();
        match args.output.format() {
            Format::Table => output::print_text(&args.output, &listed(&rights))?,
            _ => output::print(&args.output, &rights, |_| rights_table(&rights))?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    let lookup = |name: &str| std::env::var(name).ok();
    let at = args.at.unwrap_or_else(Utc::now);
    match args.output.format() {
        Format::Table => output::print_text(&args.output, &print_table(lookup, at))?,
        _ => {
            let json = print_json(lookup, at);
            output::print(&args.output, &json, |_| settings_table(&json))?;
        }
    }
    Settings::from_environment()?;
    Ok(ExitCode::SUCCESS)
}

fn document(value: &impl serde::Serialize) -> CliResult {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    print(&format!("{text}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Each setting as a row.
fn settings_table(json: &Value) -> Page {
    let mut table = Table::new(["Name", "Value", "Set", "Default", "Help"]);
    for row in json.as_array().into_iter().flatten() {
        let cell = |name: &str| match &row[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        table.add(["name", "value", "set", "default", "help"].map(cell));
    }
    Page {
        table,
        ..Page::default()
    }
}

/// Each right as a row.
fn rights_table(rights: &[Right]) -> Page {
    let mut table = Table::new(["Action", "Why", "Calls"]);
    for right in rights {
        let calls: Vec<&str> = right.calls.iter().map(|call| call.name).collect();
        table.add([
            right.action.to_string(),
            right.why.to_string(),
            calls.join(", "),
        ]);
    }
    Page {
        table,
        ..Page::default()
    }
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
