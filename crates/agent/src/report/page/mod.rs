//! The page people look at: everything it shows as plain data, and that data as one self-contained HTML file.

mod charts;
mod html;
mod locale;
mod read;
mod sections;
mod week;

pub use html::{Served, html};
pub use locale::Language;
pub use read::read;
pub use week::{Span, Spell, Week};

use super::{By, Days, Known, Report, of_days};
use lamplighter_core::decide::{Action, Reason, Seen};
use lamplighter_core::record::{Machine, Record, What};
use lamplighter_core::savings::{ByCause, Figures};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use std::collections::HashMap;

/// Decisions on the page; the latest ones.
const DECISIONS: usize = 1_500;
/// Machines in the week's timeline, and in lists of what runs.
const MACHINES: usize = 400;
/// Lines of what needs somebody.
const NEEDS: usize = 200;
/// Owners and machines in the lists of the highest.
const TOP: usize = 10;

/// What the page is made from.
#[derive(Debug)]
pub struct Input {
    pub now: DateTime<Utc>,
    /// The period of the page.
    pub known: Known,
    /// The period before it.
    pub before: Before,
    /// The last two weeks' records, in order of time: for the timelines of one week and for its decisions.
    pub records: Vec<Record>,
    /// What the last sweeps saw, of every machine they remember.
    pub standing: Vec<(Machine, Seen)>,
    /// What could not be read.
    pub problems: Vec<String>,
}

/// Everything that the page shows. Money is exact here and rounded when shown.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    pub generated_at: DateTime<Utc>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// ISO 4217; `None` where no price was known.
    pub currency: Option<String>,
    pub total: Figures,
    pub stops: usize,
    pub starts: usize,
    pub before: Before,
    /// By UTC day of the period.
    pub days: Vec<(NaiveDate, ByCause)>,
    pub causes: ByCause,
    pub running: Vec<Standing>,
    /// All that run; `running` may be cut short.
    pub running_count: usize,
    pub off_by_us_count: usize,
    pub needs: Vec<Need>,
    pub needs_count: usize,
    pub owners: Vec<(String, Figures)>,
    pub machines: Vec<(Name, Figures)>,
    pub week: Week,
    pub decisions: Vec<Decision>,
    pub decisions_count: usize,
}

/// The period before the page's own.
#[derive(Clone, Debug, Serialize)]
pub struct Before {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// As much of it as the page's own period has had so far.
    pub same_part: Figures,
    pub whole: Figures,
    /// Whether the ledger knows anything of that time.
    pub recorded: bool,
}

/// What a machine is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Name {
    pub workspace: String,
    pub compute: String,
    pub owner: Option<String>,
}

/// A machine as the last sweep saw it.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    pub name: Name,
    pub seen: Seen,
    /// Why it is as it is, as its last decision said.
    pub why: String,
}

/// What needs somebody.
#[derive(Clone, Debug, Serialize)]
pub struct Need {
    pub what: &'static str,
    pub name: Option<Name>,
    pub text: String,
}

/// A decision that differed from the one before.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    pub at: DateTime<Utc>,
    pub name: Name,
    pub action: Action,
    pub reason: Reason,
    pub text: String,
    pub dry_run: bool,
}

impl From<&Machine> for Name {
    fn from(machine: &Machine) -> Name {
        Name {
            workspace: machine.workspace.clone(),
            compute: machine.compute.clone(),
            owner: machine.owner.clone(),
        }
    }
}

/// The period before another: the month before a month's, else as long a time.
pub fn before(from: DateTime<Utc>, to: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let month =
        from.day() == 1 && from.time() == NaiveTime::MIN && to - from <= TimeDelta::days(31);
    let earlier = match month {
        true => from.checked_sub_months(Months::new(1)),
        false => from.checked_sub_signed(to - from),
    };
    (earlier.unwrap_or(from), from)
}

/// The month of `now`, up to now.
pub fn this_month(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let first = now.date_naive().with_day(1);
    let first = first.map(|first| first.and_time(NaiveTime::MIN).and_utc());
    (first.unwrap_or(now), now)
}

/// Takes everything together.
pub fn build(input: &Input) -> Page {
    let Input { known, now, .. } = input;
    let report = known.report(By::Owner);
    let names = names(&known.days);
    let whys = whys(&input.records);
    let (needs, needs_count) = needs(input, &report);
    let (decisions, decisions_count) = decisions(&input.records, *now);
    let running = input.standing.iter();
    let running = running.filter(|(_, seen)| seen.power == Some(lamplighter_core::schedule::Power::On));
    let mut running: Vec<Standing> = running
        .map(|(machine, seen)| standing(machine, seen, &names, &whys))
        .collect();
    let running_count = running.len();
    running.sort_by(|a, b| (a.seen.since, &a.name).cmp(&(b.seen.since, &b.name)));
    running.truncate(MACHINES);
    let off_by_us = input
        .standing
        .iter()
        .filter(|(_, seen)| week::off_by_us(seen));
    Page {
        generated_at: *now,
        from: known.from,
        to: known.to.min(*now).max(known.from),
        currency: report.currency.clone(),
        total: report.total.figures.clone(),
        stops: report.total.stops,
        starts: report.total.starts,
        before: input.before.clone(),
        days: every_day(&report, *now),
        causes: report.causes.clone(),
        running,
        running_count,
        off_by_us_count: off_by_us.count(),
        needs,
        needs_count,
        owners: top(report
            .rows
            .iter()
            .map(|(name, row)| (name.clone(), row.figures.clone()))),
        machines: top(report
            .machines
            .iter()
            .filter_map(|(id, figures)| Some((names.get(id.as_str())?.clone(), figures.clone())))),
        week: week::week(&input.records, &input.standing, &names, *now, MACHINES),
        decisions,
        decisions_count,
    }
}

fn names(days: &Days) -> HashMap<&str, Name> {
    let machines = days.machines().into_iter();
    machines
        .map(|(id, machine)| (id, Name::from(machine)))
        .collect()
}

fn named(machine: &Machine, names: &HashMap<&str, Name>) -> Name {
    // The records know its owner and how its name is spelt.
    let known = names.get(machine.id.as_str()).cloned();
    known.unwrap_or_else(|| machine.into())
}

fn standing(
    machine: &Machine,
    seen: &Seen,
    names: &HashMap<&str, Name>,
    whys: &HashMap<&str, (&str, bool)>,
) -> Standing {
    let why = whys
        .get(machine.id.as_str())
        .map(|(why, dry_run)| match dry_run {
            true => format!("dry run only: {why}"),
            false => why.to_string(),
        });
    Standing {
        name: named(machine, names),
        seen: seen.clone(),
        why: why.unwrap_or_else(|| "as it was for more than two weeks".into()),
    }
}

/// The last words on each machine.
fn whys(records: &[Record]) -> HashMap<&str, (&str, bool)> {
    let said = records.iter().filter_map(|record| match &record.what {
        What::Decision { text, dry_run, .. } => Some((
            record.machine.as_ref()?.id.as_str(),
            (text.as_str(), *dry_run),
        )),
        _ => None,
    });
    said.collect()
}

/// The figures of the period before, of which as much again as `so_far`.
pub fn earlier(before: &Known, so_far: TimeDelta) -> Before {
    let same = before.from.checked_add_signed(so_far);
    let same = same.unwrap_or(before.to).min(before.to);
    let part = of_days(&before.days, By::Workspace, before.from, same, before.now);
    Before {
        from: before.from,
        to: before.to,
        recorded: !before.days.within.is_empty(),
        same_part: part.total.figures,
        whole: before.report(By::Workspace).total.figures,
    }
}

/// Every day of the period so far, also those without figures.
fn every_day(report: &Report, now: DateTime<Utc>) -> Vec<(NaiveDate, ByCause)> {
    let last = report.to.min(now);
    let days = report.from.date_naive().iter_days();
    let days = days.take_while(|day| day.and_time(NaiveTime::MIN).and_utc() < last);
    days.map(|day| (day, report.days.get(&day).cloned().unwrap_or_default()))
        .collect()
}

/// The highest headlines first.
fn top<N: Ord>(figures: impl Iterator<Item = (N, Figures)>) -> Vec<(N, Figures)> {
    let saved = |figures: &Figures| !figures.headline.is_zero() || figures.headline_seconds > 0;
    let mut all: Vec<(N, Figures)> = figures.filter(|(_, figures)| saved(figures)).collect();
    let order = |figures: &Figures| (figures.headline, figures.headline_seconds);
    all.sort_by(|a, b| order(&b.1).cmp(&order(&a.1)).then_with(|| a.0.cmp(&b.0)));
    all.truncate(TOP);
    all
}

fn needs(input: &Input, report: &Report) -> (Vec<Need>, usize) {
    let of = |what, machine: &Machine, text: String| Need {
        what,
        name: Some(machine.into()),
        text,
    };
    let tags = report.unreadable.iter();
    let tags = tags.map(|(machine, error)| of("Unreadable tag", machine, error.to_string()));
    let failed = report.failed.iter();
    let failed = failed.map(|(machine, why)| of("Failed act", machine, why.clone()));
    let warnings = report.warnings.iter();
    let warnings = warnings.map(|(machine, text)| of("Warning", machine, text.clone()));
    let unpriced = report
        .machines
        .iter()
        .filter(|(_, figures)| figures.unpriced_seconds > 0);
    let machines = input.known.days.machines();
    let unpriced = unpriced.filter_map(|(id, figures)| {
        let machine = machines.get(id.as_str())?;
        let hours = super::hours(figures.unpriced_seconds);
        let size = machine.vm_size.as_deref().unwrap_or("an unknown size");
        Some(of(
            "Unknown price",
            machine,
            format!("{hours} h off without a known price for {size}"),
        ))
    });
    let problems = input.problems.iter().map(|problem| Need {
        what: "Ledger",
        name: None,
        text: problem.clone(),
    });
    let mut needs: Vec<Need> = tags
        .chain(failed)
        .chain(warnings)
        .chain(unpriced)
        .chain(problems)
        .collect();
    let count = needs.len();
    needs.truncate(NEEDS);
    (needs, count)
}

/// The last week's decisions, the latest first.
fn decisions(records: &[Record], now: DateTime<Utc>) -> (Vec<Decision>, usize) {
    let since = week::begin(now);
    let all = records
        .iter()
        .rev()
        .filter_map(|record| match &record.what {
            What::Decision {
                action,
                reason,
                text,
                dry_run,
                ..
            } if record.at >= since => Some(Decision {
                at: record.at,
                name: record.machine.as_ref()?.into(),
                action: *action,
                reason: *reason,
                text: text.clone(),
                dry_run: *dry_run,
            }),
            _ => None,
        });
    let mut all: Vec<Decision> = all.collect();
    let count = all.len();
    all.truncate(DECISIONS);
    (all, count)
}
