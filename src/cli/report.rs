//! `lamplighter report`.

use super::group_by::{self, GroupByParser};
use super::output::{self, OutputArgs};
use super::{CliResult, block_on, instant_or_date, settings};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use lamplighter_agent::billing::{self, Bill, BillError, Comparison, DateOrder, Resources};
use lamplighter_agent::ledger::{Ledger, NoCredential};
use lamplighter_agent::report::page::{self, Chosen, Language, Page};
use lamplighter_agent::report::{self, GroupBy, ungoverned};
use lamplighter_core::record::{Resource, WorkspaceState};
use lamplighter_core::tz::Tz;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("page").args(["html", "page_json"])))]
pub struct Args {
    /// The period's beginning (a date in UTC, or RFC 3339); default: 30 days before its end
    #[arg(long, value_parser = instant_or_date)]
    from: Option<DateTime<Utc>>,
    /// The period's end, which is not part of it; default: now
    #[arg(long, value_parser = instant_or_date)]
    to: Option<DateTime<Utc>>,
    /// A whole month in UTC, such as 2026-11
    #[arg(long, value_parser = page::month, conflicts_with_all = ["from", "to"])]
    month: Option<NaiveDate>,
    /// What each line is about
    #[arg(long, value_parser = GroupByParser, default_value = "workspace")]
    by: GroupBy,
    #[command(flatten)]
    output: OutputArgs,
    /// The rows behind the figures, as CSV: for avoided intervals and time on, enough to recompute them all
    #[arg(long, conflicts_with_all = ["json", "output"])]
    csv: bool,
    /// A Cost Management export (.csv, .csv.gz) to set beside the ledger, or a folder of such; may be given many times
    #[arg(long, value_name = "PATH", conflicts_with_all = ["from", "to", "month", "csv"])]
    bill: Vec<PathBuf>,
    /// Which number is the month in the bill's dates, where they have slashes and no file tells
    #[arg(long, value_enum, requires = "bill")]
    bill_dates: Option<DateOrder>,
    /// As a page: one HTML file that needs nothing else (`-`: standard output); default period: this month
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "csv", "output"])]
    html: Option<PathBuf>,
    /// What the page shows, as JSON
    #[arg(long, conflicts_with_all = ["json", "csv", "html", "output"])]
    page_json: bool,
    /// The language of the page's numbers and dates, such as de or pt-PT
    #[arg(long, value_parser = language, requires = "html")]
    lang: Option<Language>,
    /// The page of this owner's resources alone
    #[arg(long, requires = "page")]
    owner: Option<String>,
    /// The time zone of the page's week and of its times of day, such as Europe/Lisbon; default: UTC
    #[arg(long, value_parser = page::zone, requires = "page")]
    zone: Option<Tz>,
    /// Instead: everything that nothing governs and what it costs, as it was last read
    #[arg(long, conflicts_with_all = ["from", "to", "month", "csv", "html", "page_json", "bill", "rebuild", "verify"])]
    ungoverned: bool,
    /// Make the roll-ups of past days anew from the records, and say which were missing or wrong
    #[arg(long, conflicts_with_all = ["from", "to", "month", "json", "output", "csv", "html", "page_json", "bill"])]
    rebuild: bool,
    /// Compare the records with the seals of past days, and name the first day that does not fit
    #[arg(long, conflicts_with_all = ["from", "to", "month", "csv", "html", "page_json", "bill", "rebuild"])]
    verify: bool,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::named(tag)
        .ok_or_else(|| "expected a language such as en, en-US, de, fr, es, pt or it".into())
}

impl Args {
    /// The period: `from <= t < to`.
    fn period(&self, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), String> {
        let begin = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
        if let Some(first) = self.month {
            let next = first.checked_add_months(Months::new(1));
            let next = next.filter(|next| next.year() < 10_000);
            let next = next.ok_or("--month: expected a month such as 2026-11")?;
            return Ok((begin(first), begin(next)));
        }
        let page = self.html.is_some() || self.page_json;
        if page && self.from.is_none() && self.to.is_none() {
            return Ok(page::this_month(now));
        }
        let to = self.to.unwrap_or(now);
        let earlier = || to.checked_sub_signed(TimeDelta::days(30));
        let from = self.from.or_else(earlier).unwrap_or(to);
        if from >= to {
            return Err(format!(
                "--from: {from} is not before the period's end, {to}"
            ));
        }
        if page {
            return page::shown((from, to), now).map_err(|why| format!("--{why}"));
        }
        Ok((from, to))
    }
}

/// Prints the report of a period.
pub fn run(args: Args) -> CliResult {
    let settings = settings()?;
    let now = Utc::now();
    let credential = || {
        let credential = lamplighter_azure::from_environment(settings.azure_client_id.as_deref());
        credential.map_err(NoCredential::from)
    };
    warn_without_ledger(&settings.ledger);
    if args.rebuild {
        return block_on(async {
            let ledger = Ledger::open(&settings.ledger, credential).await;
            rebuild(&ledger.map_err(|error| error.to_string())?, now).await
        })?;
    }
    if args.verify {
        let found = block_on(async {
            let ledger = Ledger::open_to_read(&settings.ledger, credential).await;
            let ledger = ledger.map_err(|error| error.to_string())?;
            ledger.verify().await.map_err(|error| error.to_string())
        })??;
        return super::verify::print(&args.output, &found);
    }
    if !args.bill.is_empty() {
        let comparison = block_on(async {
            let ledger = Ledger::open_to_read(&settings.ledger, credential).await;
            set_beside(&ledger.map_err(|error| error.to_string())?, &args, now).await
        })??;
        return print_comparison(&args, &comparison);
    }
    let (from, to) = args.period(now)?;
    if args.html.is_some() || args.page_json {
        let input = block_on(async {
            let ledger = Ledger::open_to_read(&settings.ledger, credential).await;
            whole_page(
                &ledger.map_err(|error| error.to_string())?,
                &args,
                (from, to),
                now,
            )
            .await
        })??;
        return write_page(&args, &page::build(&input));
    }
    block_on(async {
        let ledger = Ledger::open_to_read(&settings.ledger, credential).await;
        let ledger = ledger.map_err(|error| error.to_string())?;
        let cost_tags = &settings.defaults.cost_tags;
        print(&ledger, &args, cost_tags, (from, to), now).await
    })?
}

/// Prints the period's report, or what is behind it.
async fn print(
    ledger: &Ledger,
    args: &Args,
    cost_tags: &[String],
    period: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> CliResult {
    let ungoverned = ungoverned::read(ledger).await;
    let ungoverned = ungoverned.map_err(|error| error.to_string())?;
    if args.ungoverned {
        output::print(&args.output, &ungoverned, |_| ungoverned.page())?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.csv {
        print_csv(ledger, period, now).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = report::read_sums(ledger, period, now).await;
    let known = known.map_err(|error| error.to_string())?;
    let by = group_by::named(&args.by, cost_tags, &known.cost_tags())?;
    let mut report = known.report(by);
    report.ungoverned = ungoverned.until(known.to);
    output::print(&args.output, &report, |_| report::table(&report, None))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the rows behind the figures.
async fn print_csv(
    ledger: &Ledger,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<(), String> {
    let known = report::read(ledger, from, to, now).await;
    let known = known.map_err(|error| error.to_string())?;
    let last_seen = page::last_seen(ledger).await;
    let last_seen = last_seen.map_err(|error| error.to_string())?;
    for problem in known.unreadable.iter().chain(&last_seen.unreadable) {
        super::complain(problem);
    }
    let seen = (last_seen.standing.as_slice(), &last_seen.no_tag);
    let written = report::csv::write(&known, seen, std::io::stdout().lock());
    match written.map_err(|error| error.into_kind()) {
        // A reader that has gone away (`head`) is not a failure.
        Err(csv::ErrorKind::Io(gone)) if gone.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(csv::ErrorKind::Io(error)) => {
            Err(format!("standard output cannot be written: {error}"))
        }
        Err(other) => Err(format!("{other:?}")),
        Ok(()) => Ok(()),
    }
}

async fn whole_page(
    ledger: &Ledger,
    args: &Args,
    period: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<page::Input, String> {
    let chosen = Chosen {
        owner: args.owner.clone(),
        ..Chosen::default()
    };
    let wanted = |of: &Resource| chosen.wants(of);
    let zone = args.zone.unwrap_or(Tz::UTC);
    let input = page::read_whole(ledger, period, now, &wanted, zone).await;
    input.map_err(|error| error.to_string())
}

/// A report of nothing is no error, but a mistyped folder would look the same.
fn warn_without_ledger(location: &str) {
    let folder = Path::new(location);
    if !location.contains("://") && !folder.exists() {
        let shown = folder.display();
        eprintln!(
            "lamplighter: there is no ledger at {shown} (setting LEDGER): nothing is recorded"
        );
    }
}

async fn rebuild(ledger: &Ledger, now: DateTime<Utc>) -> CliResult {
    let rebuilt = report::rollup::rebuild(ledger, now).await;
    let rebuilt = rebuilt.map_err(|error| error.to_string())?;
    println!(
        "{} days rolled up, {} of them anew",
        rebuilt.days,
        rebuilt.missing.len() + rebuilt.differed.len()
    );
    for date in &rebuilt.differed {
        println!("{date}: its roll-up differed from its records, and is mended");
    }
    for date in &rebuilt.unreadable {
        println!("{date}: not rolled up, as some of its records cannot be read");
    }
    let months = report::kept_months::rebuild(ledger, now).await;
    let months = months.map_err(|error| error.to_string())?;
    println!(
        "{} months added up, {} of them anew",
        months.months,
        months.missing.len() + months.differed.len()
    );
    for month in &months.differed {
        let month = month.format("%Y-%m");
        println!("{month}: its sums differed from its days, and are mended");
    }
    let differed = rebuilt.differed.is_empty() && months.differed.is_empty();
    let clean = differed && rebuilt.unreadable.is_empty();
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Reads a bill twice: which days it is about decides what is asked of the ledger, and which resources the ledger
/// knows decides what is kept of the bill.
async fn set_beside(
    ledger: &Ledger,
    args: &Args,
    now: DateTime<Utc>,
) -> Result<Comparison, String> {
    let refuse = |error: BillError| format!("--bill: {error}");
    let found = billing::find(&args.bill).map_err(refuse)?;
    let read = |resources: &Resources| {
        billing::read(&found.files, resources, args.bill_dates).map_err(refuse)
    };
    let ids = ledger.saved_states::<WorkspaceState>().await;
    let (saved_states, _) = ids.map_err(|error| error.to_string())?;
    let all = saved_states
        .into_iter()
        .flat_map(|(_, state)| state.resources);
    let mut resources: Resources = all.map(|(id, own)| (id, own.resource)).collect();
    let bill = read(&resources)?;
    let Some((from, to)) = billing::period(&bill) else {
        return Err(about_nothing(&bill));
    };
    let known = report::read(ledger, from, to, now).await;
    let known = known.map_err(|error| error.to_string())?;
    // Resources that are gone by now are in the records.
    let before = resources.clone();
    for (id, own) in known.days.resources() {
        let of = resources.entry(id.to_owned()).or_default();
        *of = of.take().or_else(|| Some(own.clone()));
    }
    let bill = if resources == before {
        bill
    } else {
        read(&resources)?
    };
    Ok(billing::compare(&bill, &known, found.earlier))
}

/// Why nothing can be compared, as far as the bill itself tells.
fn about_nothing(bill: &Bill) -> String {
    let mut why = format!(
        "--bill: no row is about a resource that the ledger knows ({} rows in {} files)",
        bill.rows, bill.files
    );
    let subscriptions: Vec<&str> = bill.subscriptions.iter().map(String::as_str).collect();
    if !subscriptions.is_empty() {
        let some = &subscriptions[..subscriptions.len().min(10)];
        why += &format!("; they are of subscriptions {}", some.join(", "));
    }
    if let Some((id, _)) = bill.not_in_ledger.first_key_value() {
        let count = bill.not_in_ledger.len();
        why += &format!("; virtual machines of Azure Machine Learning: {count}, such as {id}");
    }
    why
}

/// Exit code 1 where something is unexplained.
fn print_comparison(args: &Args, comparison: &Comparison) -> CliResult {
    output::print(&args.output, comparison, |_| billing::table(comparison))?;
    Ok(match comparison.unexplained {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

fn write_page(args: &Args, page: &Page) -> CliResult {
    let Some(file) = &args.html else {
        let json = serde_json::to_string_pretty(page).map_err(|error| error.to_string())?;
        super::print(&format!("{json}\n"))?;
        return Ok(ExitCode::SUCCESS);
    };
    let language = args.lang.unwrap_or_default();
    let language = language.in_zone(args.zone.unwrap_or(Tz::UTC));
    let html = page::html(page, &language, None).html;
    if file.as_os_str() == "-" {
        super::print(&html)?;
    } else {
        let written = std::fs::write(file, html);
        written.map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
