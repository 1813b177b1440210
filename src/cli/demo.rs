//! `lamplighter demo`.

use super::CliResult;
use crate::demo::{self, Args};
use std::process::ExitCode;

/// Exit 1 where a promise was not kept.
pub fn run(args: Args) -> CliResult {
    Ok(match demo::run(args)? {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}
