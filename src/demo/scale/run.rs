//! The rounds, one after another.

use super::args::{EACH, ScaleArgs};
use super::figures::{SMALL, Scale};
use super::stage::Stage;
use super::table::page;
use crate::cli::output::{self, OutputArgs};
use lamplighter_agent::handler;
use lamplighter_host_emulator::{Azurite, Queues};
use std::path::Path;

/// Runs it and prints it. The answer is whether every promise was kept.
///
/// # Errors
/// One line: Azurite, the package, the simulator or a handler cannot be had.
pub fn run(args: &ScaleArgs, output: &OutputArgs) -> Result<bool, String> {
    let folder = std::env::temp_dir().join(format!("lamplighter-scale-{:x}", fastrand::u64(..)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("no async runtime: {error}"))?;
    let measured = runtime.block_on(play(args, &folder));
    // Best effort: a folder left behind in the system's temporary place does no harm.
    let _ = std::fs::remove_dir_all(&folder);
    let measured = measured?;
    output::print(output, &measured, |_| page(&measured))?;
    Ok(measured.is_clean())
}

async fn play(args: &ScaleArgs, folder: &Path) -> Result<Scale, String> {
    let app = folder.join("app");
    handler::package(&app).map_err(|error| error.to_string())?;
    let azurite = Azurite::start(args.azurite.as_deref()).map_err(|error| error.to_string())?;
    let queues = Queues::at(&azurite.endpoint);
    let large = Stage::start(
        &app,
        folder,
        Some(queues),
        (args.workspaces, args.instances, args.subscriptions()),
        args.copies,
    )
    .await?;
    let rounds = large.day().await?;
    let peak_memory = large.peak_memory();
    let (wrong, problems) = (large.wrong().await?, large.problems());
    let quiet = rounds.last().map(std::slice::from_ref).unwrap_or_default();
    let month_large = Stage::month(args.workspaces, args.copies, quiet);
    drop(large);
    let small = Stage::start(&app, folder, None, (SMALL, args.instances, SMALL / EACH), 1).await?;
    for minute in ["18:50:00", "18:55:00", "19:00:10", "19:05:10"] {
        small.round(minute, "").await?;
    }
    let mut quiet = Vec::new();
    for minute in ["19:10:10", "19:15:10", "19:20:10"] {
        quiet.push(small.round(minute, "quiet").await?);
    }
    Ok(Scale {
        workspaces: args.workspaces,
        resources: args.workspaces * args.instances,
        subscriptions: args.subscriptions(),
        copies: args.copies,
        rounds,
        peak_memory,
        wrong,
        month_large,
        month: Stage::month(SMALL, 1, &quiet),
        problems,
    })
}
