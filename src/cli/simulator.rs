//! `lamplighter simulator`.

use super::{CliResult, block_on};
use lamplighter_simulator::Options;
use std::process::ExitCode;

/// Runs until it is interrupted.
pub fn run(options: Options) -> CliResult {
    block_on(lamplighter_simulator::run(options))?.map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}
