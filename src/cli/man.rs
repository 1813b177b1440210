//! `lamplighter man`.

use super::{CliResult, print_as_it_is};
use clap::Command;
use clap_mangen::Man;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// A folder, for one file a command (lamplighter-sweep.1, …); without it, the page of the program is printed
    folder: Option<PathBuf>,
}

pub fn run(args: Args, program: Command) -> CliResult {
    // The second line of the version, on time zones, is about this computer's settings.
    let program = program.version(env!("CARGO_PKG_VERSION"));
    match args.folder {
        Some(folder) => {
            let failed = |error| format!("{}: {error}", folder.display());
            std::fs::create_dir_all(&folder).map_err(failed)?;
            clap_mangen::generate_to(program, &folder).map_err(failed)?;
        }
        None => {
            let mut page = Vec::new();
            let drawn = Man::new(program).render(&mut page);
            drawn.map_err(|error| error.to_string())?;
            print_as_it_is(&page)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
