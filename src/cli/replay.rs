//! `lamplighter replay`.

use super::output::{self, Format, OutputArgs};
use super::{CliResult, block_on, lease, replay_table, settings};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use clap::error::ErrorKind;
use lamplighter_agent::settings::Settings;
use lamplighter_agent::snapshot::{self, Scope};
use lamplighter_agent::sweep::Context;
use lamplighter_agent::table::Page;
use lamplighter_agent::threads::Threads;
use lamplighter_core::replay::{self, Overlay, Plan, Replay, STEPS};
use lamplighter_core::snapshot::Snapshot;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// The period's beginning: RFC 3339, or a date (midnight UTC)
    #[arg(long, value_parser = instant_or_date)]
    from: DateTime<Utc>,
    /// The period's end, not part of it; at most 366 days after the beginning
    #[arg(long, value_parser = instant_or_date)]
    to: DateTime<Utc>,
    /// How often the rules are asked, as sweeps are: 1m to 1d
    #[arg(long, default_value = "5m", value_parser = step)]
    step: TimeDelta,
    /// The fleet, from a file that `sweep --snapshot` wrote; without it, Azure is asked
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Lay a tag over every compute's own ('lamp-schedule=Mon-Fri 08:00-19:00'); without a value, take it away
    #[arg(long, value_name = "NAME=VALUE", value_parser = tag)]
    set: Vec<(String, String)>,
    /// List every stop and start, however many; as rows (csv, tsv), these instead of the resources
    #[arg(long)]
    events: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// More stops and starts than this are listed only when asked for.
const FEW: usize = 40;

/// Plays a period and prints what would have been done. Exit 1 where something could not be read.
pub fn run(args: Args) -> CliResult {
    let settings = settings()?;
    let overlay =
        Overlay::read(args.set.clone(), &settings.defaults).map_err(|error| error.to_string())?;
    let plan = match Plan::new((args.from, args.to), args.step, lease(&settings), overlay) {
        Ok(plan) => plan,
        Err(error) => clap::Error::raw(ErrorKind::ValueValidation, format!("{error}\n")).exit(),
    };
    let defaults = block_on(super::defaults(&settings, Utc::now()))??;
    let snapshot = fleet(&args, settings)?;
    let replay =
        replay::replay(&snapshot, &defaults, &plan, &Threads).map_err(|error| error.to_string())?;
    output::print(&args.output, &replay, |width| page(&args, &replay, width))?;
    let code = ExitCode::from(u8::from(!replay.is_clean()));
    // The process ends, and its memory goes back whole: piece by piece takes as long as printing.
    std::mem::forget((replay, snapshot));
    Ok(code)
}

fn page(args: &Args, replay: &Replay, width: Option<usize>) -> Page {
    let mut page = replay_table::page(replay, width);
    let rows = matches!(args.output.format(), Format::Csv | Format::Tsv);
    let count = replay.events.len();
    if rows {
        page.table = match args.events {
            true => replay_table::events(replay),
            false => replay_table::rows(replay),
        };
    } else if count > 0 && (args.events || count <= FEW) {
        page.end = format!("\n{}", replay_table::events(replay).drawn(width));
    } else if count > 0 {
        page.end = format!("\n--events lists the {count} stops and starts.\n");
    }
    page
}

fn fleet(args: &Args, settings: Settings) -> Result<Snapshot, String> {
    match &args.snapshot {
        Some(path) => snapshot::read(path).map_err(|error| error.to_string()),
        None => block_on(async {
            let context = Context::open_to_read(settings)
                .await
                .map_err(|error| error.to_string())?;
            let taken = snapshot::take(&context, Utc::now(), &Scope::Everything).await;
            taken.map_err(|error| error.to_string())
        })?,
    }
}

/// An instant, or a date that stands for its first midnight in UTC.
fn instant_or_date(text: &str) -> Result<DateTime<Utc>, String> {
    let date = text.parse::<NaiveDate>();
    date.map(|date| date.and_time(NaiveTime::MIN).and_utc())
        .or_else(|_| DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()))
        .map_err(|_| "expected RFC 3339, such as 2026-11-23T19:05:00Z, or a date".into())
}

fn step(text: &str) -> Result<TimeDelta, String> {
    let length = lamplighter_core::duration::parse(text)
        .map_err(|error| format!("at character {}: {error}", error.at + 1))?;
    let step = TimeDelta::from_std(length).ok();
    // Whole seconds, so that what is printed is what was meant.
    step.filter(|step| STEPS.contains(step) && step.subsec_nanos() == 0)
        .ok_or_else(|| "expected a length from 1m to 1d, in whole seconds".into())
}

/// `--set NAME=VALUE`.
pub fn tag(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_string(), value.trim().to_string()))
        }
        _ => Err("expected NAME=VALUE, such as 'lamp-mode=stop-only'".into()),
    }
}
