//! `lamplighter package`.

use super::CliResult;
use lamplighter_agent::handler;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// An empty or new folder
    dir: PathBuf,
}

pub fn run(args: Args) -> CliResult {
    handler::package(&args.dir).map_err(|error| error.to_string())?;
    println!(
        "{} is ready: zip its content and deploy it as the function app's package",
        args.dir.display()
    );
    Ok(ExitCode::SUCCESS)
}
