//! `lamplighter demo --scale`: a thousand workspaces over several copies of the packaged handler, on a stand-in of the
//! Functions host with queues of Azurite, against a simulator that throttles as ARM does.

mod stage;
mod words;

use lamplighter_host_emulator::{Azurite, Queues};
use lamplighter_agent::handler;
use serde::Serialize;
use stage::Stage;
use std::path::{Path, PathBuf};
use words::words;

#[derive(clap::Args)]
pub struct ScaleArgs {
    /// A round over a thousand workspaces instead, by copies of the packaged handler on a stand-in of the Functions host
    #[arg(long)]
    scale: bool,
    /// Workspaces
    #[arg(long, default_value_t = 1000, requires = "scale", value_parser = clap::value_parser!(u32).range(1..=5000))]
    workspaces: u32,
    /// Machines in each workspace
    #[arg(long, default_value_t = 10, requires = "scale", value_parser = clap::value_parser!(u32).range(2..=100))]
    machines: u32,
    /// Copies of the handler
    #[arg(long, default_value_t = 3, requires = "scale", value_parser = clap::value_parser!(u32).range(1..=20))]
    copies: u32,
    /// Azurite's queue service, where it is neither in tests/node_modules nor in PATH
    #[arg(long, value_name = "PROGRAM", requires = "scale")]
    azurite: Option<PathBuf>,
}

impl ScaleArgs {
    pub fn wanted(&self) -> bool {
        self.scale
    }
}

/// What every call to Azure takes.
const LATENCY_MS: u64 = 50;
/// An instance of Flex Consumption as infra/ makes it, in GB.
const MEMORY_GB: f64 = 0.5;
/// Flex Consumption's free grant of a month: GB-seconds and executions.
const GRANT: (f64, u64) = (100_000.0, 250_000);
/// What is promised of a round, in seconds, and of a copy's memory, in MiB.
const LONGEST_ROUND: f64 = 60.0;
const MOST_MEMORY: u64 = 64;
/// Workspaces of the fleet whose month is reckoned up.
const SMALL: u32 = 100;

/// One round, as it was measured.
#[derive(Debug, Serialize)]
pub struct RoundSeen {
    pub name: &'static str,
    pub seconds: f64,
    /// Reads of the workspaces' machines, of finding workspaces, and all others (of machines before an act, of prices).
    pub reads: u64,
    pub finding: u64,
    pub others: u64,
    pub stops: u64,
    pub throttled: u64,
    /// Workspaces and machines that passes told of.
    pub workspaces: u64,
    pub machines: u64,
}

/// What a month of quiet sweeps is billed for.
#[derive(Debug, Serialize)]
pub struct Month {
    pub workspaces: u32,
    pub round_seconds: f64,
    pub executions: u64,
    pub gb_seconds: f64,
}

#[derive(Debug, Serialize)]
pub struct Scale {
    pub workspaces: u32,
    pub machines: u32,
    pub copies: u32,
    pub rounds: Vec<RoundSeen>,
    /// The largest of the copies, in MiB.
    pub peak_memory: u64,
    /// Machines that are not as their schedule wants them at the end.
    pub wrong: usize,
    /// The month of the large fleet.
    pub month_large: Month,
    pub month: Month,
    pub problems: Vec<String>,
}

/// Runs it and prints it. The answer is whether every promise was kept.
///
/// # Errors
/// One line: Azurite, the package, the simulator or a handler cannot be had.
pub fn run(args: &ScaleArgs, json: bool) -> Result<bool, String> {
    let folder = std::env::temp_dir().join(format!("lamplighter-scale-{:x}", fastrand::u64(..)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("no async runtime: {error}"))?;
    let seen = runtime.block_on(play(args, &folder));
    // Best effort: a folder left behind in the system's temporary place does no harm.
    let _ = std::fs::remove_dir_all(&folder);
    let seen = seen?;
    match json {
        true => println!(
            "{}",
            serde_json::to_string_pretty(&seen).map_err(|e| e.to_string())?
        ),
        false => print!("{}", words(&seen)),
    }
    Ok(seen.is_clean())
}

async fn play(args: &ScaleArgs, folder: &Path) -> Result<Scale, String> {
    let app = folder.join("app");
    host::package(&app).map_err(|error| error.to_string())?;
    let azurite = Azurite::start(args.azurite.as_deref()).map_err(|error| error.to_string())?;
    let queues = Queues::at(&azurite.endpoint);
    let large = Stage::start(
        &app,
        folder,
        Some(queues),
        (args.workspaces, args.machines, args.copies),
    )
    .await?;
    let rounds = large.day().await?;
    let peak_memory = large.peak_memory();
    let (wrong, problems) = (large.wrong().await?, large.problems());
    let quiet = rounds.last().map(std::slice::from_ref).unwrap_or_default();
    let month_large = large.month(args.workspaces, args.copies, quiet);
    drop(large);
    let small = Stage::start(&app, folder, None, (SMALL, args.machines, 1)).await?;
    for minute in ["18:50:00", "18:55:00", "19:00:10", "19:05:10"] {
        small.round(minute, "").await?;
    }
    small.forget();
    let mut quiet = Vec::new();
    for minute in ["19:10:10", "19:15:10", "19:20:10"] {
        quiet.push(small.round(minute, "quiet").await?);
    }
    Ok(Scale {
        workspaces: args.workspaces,
        machines: args.workspaces * args.machines,
        copies: args.copies,
        rounds,
        peak_memory,
        wrong,
        month_large,
        month: small.month(SMALL, 1, &quiet),
        problems,
    })
}

impl Scale {
    fn is_clean(&self) -> bool {
        let machines = u64::from(self.machines);
        let kept = |round: &RoundSeen| {
            let whole = round.machines == machines && round.throttled == 0;
            // One list of each workspace's machines.
            whole && round.reads == u64::from(self.workspaces) && round.seconds <= LONGEST_ROUND
        };
        let small = self.peak_memory <= MOST_MEMORY;
        let right = self.wrong == 0 && self.problems.is_empty();
        right && small && self.rounds.iter().all(kept) && self.month.fits()
    }
}

impl Month {
    fn fits(&self) -> bool {
        self.gb_seconds <= GRANT.0 && self.executions <= GRANT.1
    }
}
