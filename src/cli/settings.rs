//! `lamplighter settings`.

use super::Outcome;
use lamplighter_agent::settings::{Settings, print_json, print_table};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Prints every setting; exit 1 where one is bad, after saying which.
pub fn run(args: Args) -> Outcome {
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
