//! `lamplighter explain`.

mod args;
pub mod batch;
mod helpers;
mod live;
mod live_text;
mod tags;
mod text;
mod time;

pub use args::Args;

use super::given::{Given, is_id, is_name};
use super::{CliResult, settings};
use lamplighter_core::explain::Ask;

/// Exit 1 where a tag cannot be read, a line is malformed, or the compute is not seen.
pub fn run(args: Args) -> CliResult {
    let settings = settings()?;
    if args.batch {
        return batch::run(Ask::Explain, &settings);
    }
    match &args.what[..] {
        [id] if is_id(id) || is_name(id) => live::run(settings, id, &args),
        what => tags::run(&args, &settings, &Given::parse(what)?),
    }
}
