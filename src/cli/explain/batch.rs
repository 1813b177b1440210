//! `explain --batch` and `lint --batch`: JSON lines from stdin.

use crate::cli::{CliResult, block_on, defaults, lease};
use chrono::Utc;
use lamplighter_agent::settings::Settings;
use lamplighter_core::explain::{self, Ask, Base};
use lamplighter_core::text::Visible;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// Answers the JSON lines of stdin on stdout. Exit 1 where one is malformed or a tag cannot be read.
pub fn run(ask: Ask, settings: &Settings) -> CliResult {
    let platform = Base {
        defaults: block_on(defaults(settings, Utc::now()))??,
        lease: lease(settings),
    };
    let mut from = std::io::BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    let to = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut to = Visible::new(to);
    let done = explain::batch(ask, &mut from, &mut to, platform)
        .and_then(|done| to.flush().map(|()| done));
    match done {
        Ok(done) => Ok(ExitCode::from(u8::from(
            done.malformed + done.unreadable > 0,
        ))),
        // A reader that has gone away, such as `head`, has what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(format!("the cases could not be read or answered: {error}").into()),
    }
}
