//! `lamplighter settings`.

use super::output::{self, Format, OutputArgs};
use super::{CliResult, instant, print};
use chrono::{DateTime, Utc};
use lamplighter_agent::settings::{Settings, print_json, print_table};
use lamplighter_agent::table::{Page, Table};
use lamplighter_core::kinds::{self, Kind, Right};
use serde_json::Value;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
    /// The sweeps after this instant (RFC 3339) instead of now
    #[arg(long, value_parser = instant)]
    at: Option<DateTime<Utc>>,
    /// Instead: every right that Lamplighter needs, and what for; of another kind than instance, those it needs as well
    #[arg(long, value_name = "KIND", value_parser = kind, num_args = 0..=1, default_missing_value = "instance")]
    rights: Option<Kind>,
    /// Instead: the custom role with these rights, as JSON; of another kind than instance, the one it needs as well
    #[arg(
        long,
        value_name = "KIND",
        value_parser = kind,
        num_args = 0..=1,
        default_missing_value = "instance",
        conflicts_with_all = ["json", "output", "rights"]
    )]
    role: Option<Kind>,
}

/// Prints every setting; exit 2 where one is bad, after saying which.
pub fn run(args: Args) -> CliResult {
    if let Some(kind) = &args.role {
        return document(&kinds::role_of(kind));
    }
    if let Some(kind) = &args.rights {
        let rights = match kind.known() {
            Some(known) if *kind != Kind::Instance => known.rights(),
            _ => kinds::rights(),
        };
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

/// A kind that can be acted on, by its name in any letter case.
fn kind(text: &str) -> Result<Kind, String> {
    let kind = Kind::from(text.to_lowercase());
    let names: Vec<&str> = Kind::names().collect();
    let known = kind.known().is_some();
    known
        .then_some(kind)
        .ok_or_else(|| format!("expected one of {}", names.join(", ")))
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
