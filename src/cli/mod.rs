//! One file per subcommand that needs one: its arguments, and how its answer is printed.

pub mod explain;
mod explain_live;
mod given;
pub mod host;
pub mod lint;
pub mod prices;
pub mod replay;
pub mod report;
pub mod serve;
pub mod settings;
pub mod sweep;

use chrono::{DateTime, Utc};
use lamplighter_core::policy::Defaults;
use lamplighter_agent::settings::Settings;
use lamplighter_agent::sweep::Calendars;
use std::future::Future;
use std::path::Path;
use std::process::ExitCode;

pub type Outcome = Result<ExitCode, String>;

/// Settings, or the list of all that are wrong.
pub fn settings() -> Result<Settings, String> {
    Settings::from_environment().map_err(|bad| bad.to_string())
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

/// The defaults of the settings, with the platform's calendars as they are now; what is wrong with one is said on
/// stderr and fails nothing.
pub async fn defaults(settings: &Settings, now: DateTime<Utc>) -> Result<Defaults, String> {
    let calendars = Calendars::new(settings.calendars.clone())?.get(now).await;
    for (name, calendar) in calendars.iter() {
        if let Some(problem) = &calendar.problem {
            eprintln!("lamplighter: calendar {name}: {problem}");
        }
    }
    Ok(Defaults {
        calendars,
        ..settings.defaults.clone()
    })
}

/// Prints to standard output; a reader that has gone away (`head`) is no failure.
pub fn print(text: &str) -> Result<(), String> {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
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

pub fn demo(args: crate::demo::Args) -> Outcome {
    let kept = crate::demo::run(args)?;
    Ok(if kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

pub fn simulator(options: lamplighter_simulator::Options) -> Outcome {
    block_on(lamplighter_simulator::run(options))?.map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}

pub fn package(dir: &Path) -> Outcome {
    lamplighter_agent::handler::package(dir).map_err(|error| error.to_string())?;
    println!(
        "{} is ready: zip its content and deploy it as the function app's package",
        dir.display()
    );
    Ok(ExitCode::SUCCESS)
}
