//! Log lines as the Functions host reads them: a line on stderr is an error, a line on stdout is not.

use crate::settings::BadSettings;
use lamplighter_core::text::Visible;
use std::io::{IsTerminal, Write};
use std::sync::Once;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::writer::MakeWriterExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Sends log events to the standard streams: errors to stderr only, everything else to stdout.
///
/// `json`: one JSON object on one line each, never coloured, panics too. `level` is for Lamplighter's own
/// events; those of the libraries below it appear from warnings up, because their details may
/// hold headers. The first call decides; later calls, and a subscriber set by others, are left alone.
pub fn init(json: bool, level: Level) {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| install(json, level));
}

fn install(json: bool, level: Level) {
    let filter = Targets::new()
        .with_default(level.min(Level::WARN))
        .with_target("lamplighter", level);
    // As https://no-color.org has it: set, and to anything.
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let terminals = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
    let coloured = !json && !plain && terminals;
    let errors = move || visible(std::io::stderr(), coloured);
    let writer = errors
        .with_max_level(Level::ERROR)
        .or_else(move || visible(std::io::stdout(), coloured));
    let layer = fmt::layer()
        .with_writer(writer)
        // A line that nobody takes any more, as the host has gone, is no reason to panic.
        .log_internal_errors(false);
    let layer = if json {
        layer
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_ansi(false)
            .boxed()
    } else {
        layer.with_ansi(coloured).boxed()
    };
    let installed = tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .try_init()
        .is_ok();
    if installed && json {
        std::panic::set_hook(Box::new(panicked));
    }
}

/// One Error for each setting that cannot be read.
pub fn bad_settings(bad: &BadSettings) {
    for one in &bad.0 {
        let (setting, expected) = (one.name, &one.expected);
        tracing::error!(event = "setting", setting, expected, "{one}");
    }
}

/// An Error that ends the process.
pub fn fatal(why: &str) {
    tracing::error!("{why}");
}

/// Each event is written whole, so its hidden characters are found.
fn visible<W: Write>(to: W, coloured: bool) -> Visible<W> {
    match coloured {
        true => Visible::coloured(to),
        false => Visible::new(to),
    }
}

/// The usual hook writes several lines, each of which the host would show as an error of its own.
fn panicked(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let message = crate::panic::message(panic.payload());
    tracing::error!(target: "lamplighter", place, "panicked: {message}");
}
