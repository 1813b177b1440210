//! `explain --batch` and `lint --batch`: JSON lines from stdin.

use super::helpers::Helpers;
use crate::cli::{CliResult, block_on, defaults, lease};
use chrono::Utc;
use lamplighter_agent::settings::Settings;
use lamplighter_core::explain::{self, Ask, Base};
use lamplighter_core::text::Visible;
use std::io::ErrorKind;
use std::process::ExitCode;

/// What is read at once, where it comes from a file: enough for the helpers to be worth their keep.
const AT_ONCE: usize = 1 << 19;

/// Answers the JSON lines of stdin on stdout. Exit 1 where one is malformed or a tag cannot be read.
pub fn run(ask: Ask, settings: &Settings) -> CliResult {
    let platform = Base {
        defaults: block_on(defaults(settings, Utc::now()))??,
        lease: lease(settings),
    };
    let mut from = std::io::BufReader::with_capacity(AT_ONCE, std::io::stdin().lock());
    let mut to = Visible::new(std::io::stdout().lock());
    let done = std::thread::scope(|scope| {
        let mut helpers = Helpers::new(scope, ask, platform);
        explain::batch(&mut from, &mut to, |lines| helpers.answer(lines))
    });
    match done {
        Ok(done) => Ok(ExitCode::from(u8::from(
            done.malformed + done.unreadable > 0,
        ))),
        // A reader that has gone away, such as `head`, has what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(format!("the cases could not be read or answered: {error}").into()),
    }
}
