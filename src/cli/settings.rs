//! `lamplighter settings`.

use super::{CliResult, print};
use lamplighter_agent::settings::{Settings, print_json, print_table};
use lamplighter_core::kinds::{self, Right};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Instead: every right that Lamplighter needs, and what for
    #[arg(long)]
    rights: bool,
    /// Instead: the custom role with these rights, as JSON
    #[arg(long, conflicts_with_all = ["json", "rights"])]
    role: bool,
}

/// Prints every setting; exit 1 where one is bad, after saying which.
pub fn run(args: Args) -> CliResult {
    if args.role {
        return document(&kinds::role());
    }
    if args.rights {
        let rights = kinds::rights();
        return match args.json {
            true => document(&rights),
            false => print(&listed(&rights)).map(|()| ExitCode::SUCCESS),
        };
    }
    let lookup = |name: &str| std::env::var(name).ok();
    if args.json {
        println!("{:#}", print_json(lookup));
    } else {
        print!("{}", print_table(lookup));
    }
    Settings::from_environment()
        .map(|_| ExitCode::SUCCESS)
        .map_err(|bad| bad.to_string())
}

fn document(value: &impl serde::Serialize) -> CliResult {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    print(&format!("{text}\n")).map(|()| ExitCode::SUCCESS)
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
