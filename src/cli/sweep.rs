//! `lamplighter sweep`.

use super::output::{self, Format, OutputArgs};
use super::{CliResult, block_on, complain, instant, settings};
use chrono::{DateTime, Utc};
use lamplighter_agent::handler::logging;
use lamplighter_agent::report::money;
use lamplighter_agent::snapshot::{self, Scope};
use lamplighter_agent::sweep::{self, Context, Options, Summary};
use lamplighter_agent::table::{Page, Table};
use lamplighter_core::record::Action;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// Decide and report; touch nothing
    #[arg(long)]
    dry_run: bool,
    /// Wait until Azure has finished what was asked for
    #[arg(long)]
    wait: bool,
    /// JSON is structured log lines; the last is the summary
    #[command(flatten)]
    output: OutputArgs,
    /// Judge as at this instant (RFC 3339) instead of now: for a simulator whose clock runs elsewhere
    #[arg(long, value_parser = instant)]
    at: Option<DateTime<Utc>>,
    /// Also write every resource as it is before anything is done, for `replay`
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
}

/// Runs one sweep. Exit 1 where anything failed, is unsettled or was not reached.
pub fn run(args: Args) -> CliResult {
    let settings = settings()?;
    let json = args.output.format() == Format::Json;
    if json {
        logging::init(true, settings.log_level);
    }
    let options = Options {
        dry_run: args.dry_run,
        wait: args.wait,
        ..Options::at(args.at.unwrap_or_else(Utc::now))
    };
    let (snapshot, summary) = block_on(async {
        let context = match args.dry_run {
            true => Context::open_to_read(settings)
                .await
                .map_err(|error| error.to_string())?,
            false => Context::open(settings)
                .await
                .map_err(|error| error.to_string())?,
        };
        // The sweep does its work whether or not the snapshot can be kept.
        let snapshot = match &args.snapshot {
            Some(path) => keep(&context, &options, path).await,
            None => Ok(()),
        };
        let summary = sweep::run(&context, &options).await;
        Ok::<_, String>((snapshot, summary.map_err(|error| error.to_string())))
    })??;
    if let Err(message) = &snapshot {
        complain(message);
    }
    let summary = summary?;
    if !json {
        output::print_page(&args.output, page(&summary))?;
    }
    Ok(if summary.is_clean() && snapshot.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Takes a snapshot and writes it.
async fn keep(context: &Context, options: &Options, path: &Path) -> Result<(), String> {
    let snapshot = snapshot::take(context, options.now, &Scope::Everything).await;
    let snapshot = snapshot.map_err(|error| format!("no snapshot was taken: {error}"))?;
    snapshot::write(path, &snapshot).map_err(|error| error.to_string())
}

fn page(summary: &Summary) -> Page {
    Page {
        table: decisions(summary),
        problems: problems(summary),
        end: last_line(summary),
        ..Page::default()
    }
}

/// What cannot be read, was refused or went wrong.
fn problems(summary: &Summary) -> String {
    let mut out = String::new();
    for line in &summary.decisions {
        let resource = &line.resource;
        for error in &line.errors {
            out.push_str(&format!(
                "\n{}/{}:\n{error}\n",
                resource.workspace, resource.name
            ));
        }
    }
    for line in &summary.decisions {
        if let Some(warning) = &line.warning {
            let resource = &line.resource;
            let (workspace, name) = (&resource.workspace, &resource.name);
            out.push_str(&format!("warning: {workspace}/{name}: {warning}\n"));
        }
    }
    for action in summary.actions.iter().filter(|action| !action.accepted) {
        let why = action.why.as_deref().unwrap_or("no reason given");
        out.push_str(&format!(
            "refused: {} of {}/{}: {why}\n",
            action.action, action.resource.workspace, action.resource.name
        ));
    }
    for (what, lines) in [
        ("problem", &summary.problems),
        ("oddity", &summary.oddities),
        ("not reached", &summary.not_reached),
    ] {
        lines
            .iter()
            .for_each(|line| out.push_str(&format!("{what}: {line}\n")));
    }
    out
}

/// Every decision that is not plainly "nothing to do", and those with a tag that cannot be read.
fn decisions(summary: &Summary) -> Table {
    let mut table = Table::new([
        "Workspace",
        "Resource",
        "State",
        "Decision",
        "Reason",
        "Why",
    ]);
    for line in &summary.decisions {
        if line.action == Action::Leave && line.reason.is_plain() && line.errors.is_empty() {
            continue;
        }
        let decision = line.action.to_string();
        let decision = if line.dry_run {
            format!("{decision} (dry run)")
        } else {
            decision
        };
        let (resource, reason) = (&line.resource, line.reason.to_string());
        table.add([
            &resource.workspace,
            &resource.name,
            &line.state,
            &decision,
            &reason,
            &line.text,
        ]);
    }
    table
}

fn last_line(summary: &Summary) -> String {
    let what = if summary.dry_run {
        "Would have"
    } else {
        "Have"
    };
    format!(
        "{what} stopped {} and started {} of {} resources in {} workspaces; {} wait, {} settled, {} failed. \
         Off because of Lamplighter: {}, saving {} {} an hour.\n",
        summary.stops,
        summary.starts,
        summary.resources,
        summary.workspaces,
        summary.waits,
        summary.settled,
        summary.failed,
        summary.off_by_lamplighter,
        money(summary.saving_per_hour),
        summary.currency,
    ) + &observed_line(summary)
}

/// What is due where Lamplighter only observes: not among what it has done, or would have.
fn observed_line(summary: &Summary) -> String {
    match (summary.would_stop, summary.would_start) {
        (0, 0) => String::new(),
        (stops, starts) => format!(
            "Only observed (ACT_IN, LAMPLIGHTER_MODE, lamp-mode): {stops} to stop and {starts} to start.\n"
        ),
    }
}
