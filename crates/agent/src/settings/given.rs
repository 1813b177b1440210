//! What `serve` needs before all other settings are read, and whatever they say.

use super::error::BadSettings;
use super::reader::Reader;
use std::str::FromStr;
use tracing::Level;

const PORT: &str = "FUNCTIONS_CUSTOMHANDLER_PORT";

/// What the Functions host gives its handler, and how much that logs.
#[derive(Clone, Debug)]
pub struct Given {
    pub port: Result<u16, BadSettings>,
    /// Whether the Functions host has started this process: it names the port.
    pub by_host: bool,
    /// `info` where `LOG_LEVEL` cannot be read.
    pub log_level: Level,
}

/// Reads what cannot wait for the other settings.
pub fn given(lookup: impl Fn(&str) -> Option<String>) -> Given {
    let by_host = lookup(PORT).is_some_and(|port| !port.trim().is_empty());
    let mut reader = Reader::new(lookup);
    let port = reader.port();
    Given {
        port: port.ok_or_else(|| BadSettings(std::mem::take(&mut reader.bad))),
        by_host,
        log_level: Level::from_str(&reader.text("LOG_LEVEL")).unwrap_or(Level::INFO),
    }
}

/// The text of a setting as it was given, or its default's.
pub fn text_of(name: &'static str, lookup: impl Fn(&str) -> Option<String>) -> String {
    Reader::new(lookup).raw(name)
}
