//! `lamplighter demo`: two working weeks of a believable fleet, played on the embedded simulator.
//!
//! The sweeps are the real ones and know the simulator by HTTP only. A second simulator lives the same people's
//! same fortnight without Lamplighter: its bill is what the resources would have cost.

mod bills;
mod boxes;
mod check;
mod kinds;
mod lives;
mod scale;

use crate::cli::output::{self, Format, OutputArgs};
use bills::Bills;
use boxes::AzureBox;
use check::Check;
use chrono::{DateTime, TimeDelta, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use kinds::KindRow;
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::{self, GroupBy, Report};
use lamplighter_agent::settings::Settings;
use lamplighter_agent::sweep::{self, Context, Options};
use lamplighter_agent::table::Page;
use lamplighter_azure::Pace;
use lamplighter_core::savings::Counted;
use lamplighter_simulator::{Fleet, demo_fleet};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Keep the ledger in this folder, to be read with `report` afterwards
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Other people, other days: any number
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Play only the first days of the fortnight
    #[arg(long, value_name = "N", default_value_t = DAYS, value_parser = clap::value_parser!(i64).range(1..=DAYS))]
    days: i64,
    /// JSON has each resource's bill and figures, and what went wrong if anything did
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    scale: scale::ScaleArgs,
}

/// The time that is played, at most.
const DAYS: i64 = 14;
/// The cadence of the sweeps: half as often as the default, so that a fortnight is soon over.
const STEP: TimeDelta = TimeDelta::minutes(10);

/// What `--json` prints.
#[derive(Serialize)]
struct DemoOutcome<'a> {
    report: &'a Report,
    /// By kind.
    kinds: &'a BTreeMap<String, KindRow>,
    /// By resource (ARM id, lower case): billed with Lamplighter, and without.
    bills: &'a BTreeMap<String, (Decimal, Decimal)>,
    check: &'a Check,
    sweeps: usize,
}

/// Plays the fortnight and prints the table. The answer is whether every promise was kept.
///
/// # Errors
/// One line: the ledger's folder cannot be used, or a sweep could not do its work.
pub fn run(args: Args) -> Result<bool, String> {
    if args.scale.scale {
        return scale::run(&args.scale, &args.output);
    }
    let fleet = demo_fleet(args.seed).map_err(|error| error.to_string())?;
    let start = fleet.start.ok_or("the demo's fleet has no beginning")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("no async runtime: {error}"))?;
    let with = runtime.block_on(AzureBox::here(fleet.clone(), start))?;
    let without = AzureBox::start(fleet.clone(), start)?;
    // The credential is azure_identity's own, which knows a managed identity's endpoint by these two only.
    // SAFETY: the simulator's thread reads no environment, and no other thread runs yet.
    unsafe {
        std::env::set_var("IDENTITY_ENDPOINT", format!("{}/msi/token", with.url));
        std::env::set_var("IDENTITY_HEADER", &with.identity_header);
    }
    let keep = args.keep.as_deref();
    if let Some(keep) = keep {
        unused(keep)?;
    }
    let settings = settings(&with.url)?;
    let quiet = args.output.format() != Format::Table;
    let span = (start, start + TimeDelta::days(args.days));
    let played = async {
        let ledger = match keep {
            Some(keep) => Ledger::scratch(keep).await,
            None => Ok(Ledger::in_memory()),
        };
        let ledger = ledger.map_err(|error| error.to_string())?;
        play((settings, ledger), (&with, &without), &fleet, span, quiet).await
    };
    let Played {
        report,
        kinds,
        bills,
        check,
        sweeps,
    } = runtime.block_on(played)?;
    let outcome = DemoOutcome {
        report: &report,
        kinds: &kinds,
        bills: &bills.by_resource,
        check: &check,
        sweeps,
    };
    output::print(&args.output, &outcome, |width| {
        let mut page = closing(&report, &bills, &check, sweeps, keep);
        let by_kind = kinds::table(&kinds, &report.total, bills.total());
        page.after = format!("\n{}{}", by_kind.drawn(width), page.after);
        page
    })?;
    Ok(check.is_clean())
}

/// # Errors
/// Something is in the folder already.
fn unused(keep: &Path) -> Result<(), String> {
    let used = keep
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    if used {
        let text = "is not empty: the demo needs a folder of its own";
        return Err(format!("{} {text}", keep.display()));
    }
    Ok(())
}

fn settings(url: &str) -> Result<Settings, String> {
    let settings = Settings::from_lookup(|name| match name {
        "ARM_ENDPOINT" | "PRICES_ENDPOINT" => Some(url.to_string()),
        "METRICS_ENDPOINT" => Some(format!("{url}/metrics-host/{{region}}")),
        "ACT_IN" => Some("all".into()),
        "KINDS" => Some("instance,cluster,deployment,vm,aks,workbench".into()),
        // One request after the other: which stop comes first is then the seed's to say, and not the computer's.
        "CONCURRENCY" => Some("1".into()),
        _ => None,
    });
    settings.map_err(|bad| bad.to_string())
}

/// What came of the fortnight.
struct Played {
    report: Report,
    kinds: BTreeMap<String, KindRow>,
    bills: Bills,
    check: Check,
    sweeps: usize,
}

async fn play(
    (settings, ledger): (Settings, Ledger),
    (with, without): (&AzureBox, &AzureBox),
    fleet: &Fleet,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    quiet: bool,
) -> Result<Played, String> {
    let context = Context::with_ledger(settings, ledger, Pace::Unbounded);
    let context = context.map_err(|error| error.to_string())?;
    let bar = progress(quiet, end - start);
    let sweeps = sweep_all(&context, with, (start, end), &bar);
    // Where nobody sweeps there is nothing to wait for.
    let (swept, alone) = futures::join!(sweeps, without.set_clock(end));
    let (mut check, sweeps) = swept?;
    alone?;
    with.set_clock(end).await?;
    bar.finish_and_clear();
    let bills = Bills::read(fleet, with, without).await?;
    let known = report::read(&context.ledger, start, end, end).await;
    let known = known.map_err(|error| error.to_string())?;
    let report = known.report(GroupBy::Workspace);
    let kinds = kinds::rows(&known.report(GroupBy::Kind), &bills);
    check.record(
        fleet,
        &context.settings.defaults,
        &with.events().await?,
        (start, end),
    );
    check.overstated = overstated(&report, &bills);
    Ok(Played {
        report,
        kinds,
        bills,
        check,
        sweeps,
    })
}

/// Every sweep of this time, with what went wrong in them, and how many there were.
async fn sweep_all(
    context: &Context,
    simulator: &AzureBox,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    bar: &ProgressBar,
) -> Result<(Check, usize), String> {
    let mut check = Check::default();
    let (mut now, mut sweeps, mut acted) = (start, 0, 0usize);
    // Also at its very end: the time is watched until then.
    while now <= end {
        simulator.set_clock(now).await?;
        let options = Options::at(now);
        let summary = sweep::run(context, &options)
            .await
            .map_err(|error| error.to_string())?;
        check.problems.extend(summary.problems);
        sweeps += 1;
        acted += usize::from(summary.stops + summary.starts > 0);
        // Now and then a second sweep at the same instant, which must find nothing to do.
        if summary.stops + summary.starts > 0 && acted.is_multiple_of(5) {
            let again = sweep::run(context, &options)
                .await
                .map_err(|error| error.to_string())?;
            check.repeated_actions += again.stops + again.starts;
            check.second_sweeps += 1;
        }
        bar.set_position((now - start).num_minutes().unsigned_abs());
        bar.set_message(now.format("%a %d %b %H:%M").to_string());
        now += STEP;
    }
    Ok((check, sweeps))
}

fn progress(quiet: bool, length: TimeDelta) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length.num_minutes().unsigned_abs());
    let style = ProgressStyle::with_template("{msg:16} [{bar:50}] {percent:>3}%");
    bar.with_style(
        style
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> "),
    )
}

fn overstated(report: &Report, bills: &Bills) -> Vec<(String, Decimal, Decimal)> {
    let resources = report.resources.iter().filter_map(|(id, figures)| {
        // What has no bill of its own, as a workbench, may claim nothing.
        let bill = bills.by_resource.get(id).copied();
        let (with, without) = bill.unwrap_or_default();
        let truly = without - with;
        let saved = figures.saved.value();
        (saved > truly).then(|| (id.clone(), saved, truly))
    });
    resources.collect()
}

fn closing(
    report: &Report,
    bills: &Bills,
    check: &Check,
    sweeps: usize,
    keep: Option<&Path>,
) -> Page {
    let mut page = report::table(report, Some(&bills.by_workspace));
    let out = &mut page.end;
    let (with, without) = bills.total();
    let fell = without - with;
    let share = |part: Decimal| {
        if without.is_zero() {
            Decimal::ZERO
        } else {
            (part / without * Decimal::ONE_HUNDRED).round_dp(0)
        }
    };
    out.push_str(&format!(
        "\nThe bill fell from {} to {} ({} %), of which Lamplighter claims {} as saved.\n",
        report::money(without),
        report::money(with),
        share(fell),
        report::money(report.total.figures.saved.value()),
    ));
    out.push_str(&reached(report, fell));
    out.push_str(&bills.of_pools());
    out.push_str(&promises(check, sweeps));
    check
        .problems
        .iter()
        .take(5)
        .for_each(|problem| out.push_str(&format!("problem: {problem}\n")));
    if let Some(keep) = keep {
        out.push_str(&format!("The ledger is kept in {}.\n", keep.display()));
    }
    page
}

/// How much of the true fall is claimed as saved, and which rules left the rest out.
fn reached(report: &Report, fell: Decimal) -> String {
    let figures = &report.total.figures;
    let share = |part: Decimal| match fell.is_zero() {
        true => Decimal::ZERO,
        false => (part / fell * Decimal::ONE_HUNDRED).round_dp(1),
    };
    let beyond = |counted| {
        report
            .beyond
            .get(&counted)
            .map_or(Decimal::ZERO, |one| one.1.value())
    };
    let mut rules = vec![
        ("it could have been off anyway", beyond(Counted::OffAnyway)),
        ("after its horizon", beyond(Counted::Horizon)),
        ("no sweep came", figures.unwatched.value()),
        ("starts before anyone came", figures.unused.value()),
    ];
    let named: Decimal = rules.iter().map(|(_, money)| money).sum();
    rules.push((
        "before a sweep observed it stopped",
        fell - figures.saved.value() - named,
    ));
    let rules = rules.iter();
    let rules = rules.map(|(rule, money)| format!("{} % {rule}", share(*money)));
    let rules: Vec<String> = rules.collect();
    format!(
        "That is {} % of the fall; left out: {}.\n",
        share(figures.saved.value()),
        rules.join(", ")
    )
}

fn promises(check: &Check, sweeps: usize) -> String {
    let watched = check.watched;
    format!(
        "By the simulator's own record of {sweeps} sweeps over {watched} resources:\n\
         \x20 {} jobs cut short by Lamplighter, {} pods cut short, {} starts by hand undone,\n\
         \x20 {} resources left on more than two sweeps too long,\n\
         \x20 {} actions repeated by {} second sweeps at the same instant,\n\
         \x20 {} resources that claim more than their bill fell.\n",
        check.jobs_killed.len(),
        check.pods_killed.len(),
        check.starts_undone.len(),
        check.left_on.len(),
        check.repeated_actions,
        check.second_sweeps,
        check.overstated.len(),
    )
}
