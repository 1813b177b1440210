//! One file per subcommand that needs one: its arguments, and how its answer is printed.

#[cfg(feature = "completions")]
pub mod completions;
#[cfg(feature = "simulator")]
pub mod demo;
pub mod doctor;
pub mod explain;
#[cfg(feature = "files")]
mod files;
mod given;
mod group_by;
#[cfg(feature = "simulator")]
pub mod host;
pub mod lint;
#[cfg(feature = "completions")]
pub mod man;
pub mod output;
pub mod package;
pub mod prices;
pub mod recommend;
pub mod replay;
mod replay_table;
pub mod report;
pub mod serve;
pub mod settings;
#[cfg(feature = "simulator")]
pub mod simulator;
pub mod sweep;
mod verify;

use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::settings::{BadSettings, Settings, time_zones};
use lamplighter_agent::sweep::Calendars;
use lamplighter_core::policy::Defaults;
use lamplighter_core::text::visible;
use std::future::Future;
use std::process::ExitCode;
use std::sync::OnceLock;

/// What a command comes to: its exit code, or why it could not do its work.
pub type CliResult = Result<ExitCode, Failure>;

/// Why a command could not do its work, and with which code it ends.
#[derive(Debug)]
pub enum Failure {
    /// One line that says what went wrong: 1.
    Failed(String),
    /// Settings that cannot be read: 2, as for wrong usage, since trying again mends nothing.
    Settings(BadSettings),
    /// Arguments that mean nothing together with what is there: 2.
    #[cfg(feature = "files")]
    Usage(String),
}

impl Failure {
    pub fn code(&self) -> ExitCode {
        match self {
            Failure::Failed(_) => ExitCode::from(1),
            Failure::Settings(_) => ExitCode::from(2),
            #[cfg(feature = "files")]
            Failure::Usage(_) => ExitCode::from(2),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Failed(message) => f.write_str(message),
            Failure::Settings(bad) => bad.fmt(f),
            #[cfg(feature = "files")]
            Failure::Usage(message) => f.write_str(message),
        }
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Failure {
        Failure::Failed(message)
    }
}

impl From<BadSettings> for Failure {
    fn from(bad: BadSettings) -> Failure {
        Failure::Settings(bad)
    }
}

/// This program's version, and below it which time zones it has.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let program = env!("CARGO_PKG_VERSION");
        match time_zones(|name| std::env::var(name).ok()) {
            Ok(release) => format!("{program}\ntime zones: IANA {release}"),
            Err(bad) => format!("{program}\ntime zones: {bad}"),
        }
    })
}

/// Settings, or the list of all that are wrong.
pub fn settings() -> Result<Settings, Failure> {
    Ok(Settings::from_environment()?)
}

/// Runs a future on this thread: a sweep waits far more than it computes, and one thread is small.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    Ok(runtime
        .map_err(|error| format!("no async runtime: {error}"))?
        .block_on(future))
}

/// `LEASE`, as decisions take it.
pub fn lease(settings: &Settings) -> TimeDelta {
    // `Settings` keeps the lease within days, far inside what a `TimeDelta` holds.
    TimeDelta::from_std(settings.lease).unwrap_or(TimeDelta::hours(4))
}

/// The defaults of the settings, with the platform's calendars as they are now; what is wrong with one is printed to
/// stderr and fails nothing.
pub async fn defaults(settings: &Settings, now: DateTime<Utc>) -> Result<Defaults, String> {
    let calendars = Calendars::new(settings.calendars.clone(), settings.defaults.zone);
    let calendars = calendars.map_err(|error| error.to_string())?;
    let calendars = calendars.get(now).await;
    for (name, calendar) in calendars.iter() {
        for told in calendar.problem.iter().chain(calendar.notes.iter()) {
            complain(&format!("calendar {name}: {told}"));
        }
    }
    Ok(Defaults {
        calendars,
        ..settings.defaults.clone()
    })
}

/// Says on standard error what goes wrong while a command goes on.
pub fn complain(message: &str) {
    eprintln!("lamplighter: {}", visible(message));
}

/// Prints to standard output, with hidden characters written out; a reader that has gone away (`head`) is no failure.
pub fn print(text: &str) -> Result<(), String> {
    print_as_it_is(visible(text).as_bytes())
}

/// The same for what a program reads, to the letter.
pub fn print_as_it_is(bytes: &[u8]) -> Result<(), String> {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}

/// An instant on the command line: RFC 3339, such as `2026-11-23T19:05:00Z`.
pub fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.to_utc())
        .map_err(|_| "expected RFC 3339, such as 2026-11-23T19:05:00Z".into())
}

/// An instant, or a date: its beginning in UTC.
pub fn instant_or_date(text: &str) -> Result<DateTime<Utc>, String> {
    let date = text.parse::<chrono::NaiveDate>().ok();
    let begin = date.map(|date| date.and_time(chrono::NaiveTime::MIN).and_utc());
    let read = begin.map_or_else(|| instant(text), Ok);
    read.map_err(|_| {
        "expected a date such as 2026-11-01, or RFC 3339 such as 2026-11-23T19:05:00Z".into()
    })
}
