//! `lamplighter completions`.

use super::{CliResult, print_as_it_is};
use clap::Command;
use clap_complete::Shell;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// For which shell
    shell: Shell,
}

pub fn run(args: Args, mut program: Command) -> CliResult {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    print_as_it_is(&script)?;
    Ok(ExitCode::SUCCESS)
}
