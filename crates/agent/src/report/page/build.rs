//! From what the ledger knows to everything that the page shows.

use super::could::{CouldBeSaved, could_be_saved, recommended};
use super::data::{DecisionRow, Need, Page, Running};
use super::groups::{Group, groups};
use super::input::Input;
use super::name::{ResourceName, named, names};
use super::outlook::{Outlook, outlook};
use super::week::{Week, begin, off_by_lamplighter, week};
use crate::report::format::hours;
use crate::report::rows::GroupBy;
use crate::report::running;
use crate::report::stale;
use crate::report::totals::Report;
use crate::report::ungoverned::Ungoverned;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::{Record, Resource, What};
use lamplighter_core::savings::{ByCause, Figures, Spent};
use lamplighter_core::schedule::Power;
use std::collections::HashMap;

/// Decisions on the page; the latest ones.
const DECISIONS: usize = 1_500;
/// Resources in the week's timeline, and in lists of what runs.
const RESOURCES: usize = 400;
/// Lines of what needs attention.
const NEEDS: usize = 200;
/// Things that nothing governs; the most expensive.
const UNGOVERNED: usize = 200;
/// Owners and resources in the lists of the highest.
const TOP: usize = 10;

/// Takes everything together.
pub fn build(input: &Input) -> Page {
    let Input { period, now, .. } = input;
    let report = input.period.report(GroupBy::Owner);
    let names = names(&period.days);
    let money = money(input, &report, &names);
    let (running, running_count) = running(input, &names);
    let (needs, needs_count) = needs(input, &report);
    let (decisions, decisions_count) = decisions(input);
    let standing = input.standing.iter();
    let off = standing.filter(|(_, observation)| off_by_lamplighter(observation));
    Page {
        generated_at: *now,
        time_zones: report.time_zones,
        from: period.from,
        to: period.to.min(*now).max(period.from),
        zone: input.zone.name().to_owned(),
        last_sweep: report.last_sweep,
        stale: report.stale.map(|last| stale::text(last, *now)),
        currency: money.currency,
        while_parked: while_parked(&report),
        total: report.total.figures.clone(),
        spent: money.spent,
        could_be_saved: money.could_be_saved,
        recommended: input.recommended.as_ref().map(recommended),
        months: input.months.clone(),
        outlook: money.outlook,
        groups: money.groups,
        stops: report.total.stops,
        starts: report.total.starts,
        before: input.before.clone(),
        days: every_day(&report, *now),
        causes: report.causes.clone(),
        running,
        running_count,
        off_by_lamplighter_count: off.count(),
        needs,
        needs_count,
        ungoverned_count: input.ungoverned.as_ref().map_or(0, |all| all.items.len()),
        ungoverned: ungoverned(input),
        owners: top(report
            .rows
            .iter()
            .map(|(name, row)| (name.clone(), row.figures.clone()))),
        resources: resources(&report, &names),
        week: week(
            &input.records,
            &input.standing,
            &names,
            (*now, input.zone),
            RESOURCES,
        ),
        decisions,
        decisions_count,
    }
}

/// What was spent, where it comes from and where it goes.
struct Money {
    currency: Option<String>,
    spent: Spent,
    could_be_saved: CouldBeSaved,
    groups: Vec<Group>,
    outlook: Outlook,
}

fn money(input: &Input, report: &Report, names: &HashMap<&str, ResourceName>) -> Money {
    let period = &input.period;
    let history = period.days.history();
    let currency = report.currency.as_deref();
    let ran = running::Running::of(period, &input.standing, &history, currency);
    let to = period.to.min(input.now).max(period.from);
    let by_resource = running::by_resource(&ran, &report.resources, (period.from, to), period.now);
    let mut resources = period.days.resources();
    let unchanged = ran.resources().into_iter();
    unchanged.for_each(|(id, resource)| {
        resources.entry(id).or_insert(resource);
    });
    Money {
        currency: ran.currency().map(str::to_owned),
        spent: running::total(by_resource.values()),
        could_be_saved: could_be_saved(&by_resource, &input.no_tag, input.ungoverned.as_ref()),
        groups: groups(&resources, &by_resource, &report.resources),
        outlook: outlook(period, &ran, &history, names, to),
    }
}

/// What goes on costing of other kinds than instances, of which the page always tells.
fn while_parked(report: &Report) -> Vec<&'static str> {
    let kinds = report.while_parked.iter();
    let others = kinds.filter(|(kind, _)| kind.as_str() != Kind::Instance.name());
    others.map(|(_, words)| *words).collect()
}

/// The week of every resource, at the end of what was read.
pub fn week_of(input: &Input) -> Week {
    let names = names(&input.period.days);
    week(
        &input.records,
        &input.standing,
        &names,
        (input.now, input.zone),
        usize::MAX,
    )
}

/// What runs, the longest first, and how many there are.
fn running(input: &Input, names: &HashMap<&str, ResourceName>) -> (Vec<Running>, usize) {
    let whys = whys(&input.records);
    let standing = input.standing.iter();
    let on = standing.filter(|(_, observation)| observation.power == Some(Power::On));
    let mut running: Vec<Running> = on
        .map(|(resource, observation)| {
            let why = whys.get(resource.id.as_str());
            let words = why.map(|why| match why.dry_run {
                true => format!("dry run only: {}", why.text),
                false => why.text.to_string(),
            });
            Running {
                resource: named(resource, names),
                observation: observation.clone(),
                why: words.unwrap_or_else(|| "unchanged for more than two weeks".into()),
                zone: why.and_then(|why| why.zone.map(str::to_owned)),
            }
        })
        .collect();
    let count = running.len();
    running.sort_by(|a, b| {
        (a.observation.since, &a.resource).cmp(&(b.observation.since, &b.resource))
    });
    running.truncate(RESOURCES);
    (running, count)
}

/// Why a resource is as it is.
struct Why<'a> {
    text: &'a str,
    zone: Option<&'a str>,
    dry_run: bool,
}

/// By the last decision on each resource.
fn whys(records: &[Record]) -> HashMap<&str, Why<'_>> {
    let decided = records.iter().filter_map(|record| match &record.what {
        What::Decision {
            text,
            zone,
            dry_run,
            ..
        } => {
            let why = Why {
                text,
                zone: zone.as_deref(),
                dry_run: *dry_run,
            };
            Some((record.resource.as_ref()?.id.as_str(), why))
        }
        _ => None,
    });
    decided.collect()
}

/// Every day of the period so far, also those without figures.
fn every_day(report: &Report, now: DateTime<Utc>) -> Vec<(NaiveDate, ByCause)> {
    let last = report.to.min(now);
    let days = report.from.date_naive().iter_days();
    let days = days.take_while(|day| day.and_time(NaiveTime::MIN).and_utc() < last);
    days.map(|day| (day, report.days.get(&day).cloned().unwrap_or_default()))
        .collect()
}

/// The highest saved figures first.
fn top<N: Ord>(figures: impl Iterator<Item = (N, Figures)>) -> Vec<(N, Figures)> {
    let saved = |figures: &Figures| !figures.saved.is_zero() || figures.saved_seconds > 0;
    let mut all: Vec<(N, Figures)> = figures.filter(|(_, figures)| saved(figures)).collect();
    let order = |figures: &Figures| (figures.saved, figures.saved_seconds);
    all.sort_by(|a, b| order(&b.1).cmp(&order(&a.1)).then_with(|| a.0.cmp(&b.0)));
    all.truncate(TOP);
    all
}

fn resources(report: &Report, names: &HashMap<&str, ResourceName>) -> Vec<(ResourceName, Figures)> {
    let all = report.resources.iter();
    top(all.filter_map(|(id, figures)| Some((names.get(id.as_str())?.clone(), figures.clone()))))
}

/// What nothing governs; the most expensive of it.
fn ungoverned(input: &Input) -> Option<Ungoverned> {
    let mut all = input.ungoverned.clone()?;
    all.items.truncate(UNGOVERNED);
    Some(all)
}

fn needs(input: &Input, report: &Report) -> (Vec<Need>, usize) {
    let of = |what, resource: &Resource, text: String| Need {
        what,
        resource: Some(resource.into()),
        text,
    };
    let tags = report.unreadable.iter();
    let tags = tags.map(|(resource, error)| of("Unreadable tag", resource, error.to_string()));
    let failed = report.failed.iter();
    let failed = failed.map(|(resource, why)| of("Failed action", resource, why.clone()));
    let warnings = report.warnings.iter();
    let warnings = warnings.map(|(resource, text)| of("Warning", resource, text.clone()));
    let kept = input.kept.iter().map(|(resource, hold)| {
        let until = hold.until.with_timezone(&input.zone);
        let until = format!("{} {}", until.format("%Y-%m-%d %H:%M"), input.zone);
        let text = format!("held on until {until} {}", hold.whose());
        of("Kept on", resource, text)
    });
    let unpriced = report
        .resources
        .iter()
        .filter(|(_, figures)| figures.unpriced_seconds > 0);
    let resources = input.period.days.resources();
    let unpriced = unpriced.filter_map(|(id, figures)| {
        let resource = resources.get(id.as_str())?;
        let hours = hours(figures.unpriced_seconds);
        let size = resource.size().unwrap_or("an unknown size");
        Some(of(
            "Unknown price",
            resource,
            format!("{hours} h off without a known price for {size}"),
        ))
    });
    let (stale, problems) = needs_of_the_ledger(input, report);
    let mut needs: Vec<Need> = stale
        .into_iter()
        .chain(tags)
        .chain(failed)
        .chain(warnings)
        .chain(unpriced)
        .chain(kept)
        .chain(problems)
        .collect();
    let count = needs.len();
    needs.truncate(NEEDS);
    (needs, count)
}

/// What comes first, where no sweep has ended for a day; and what comes last: documents.
fn needs_of_the_ledger(input: &Input, report: &Report) -> (Option<Need>, Vec<Need>) {
    let of = |what, text| Need {
        what,
        resource: None,
        text,
    };
    let newer = report.newer_records.iter();
    let newer = newer.map(|(kind, count)| {
        format!("records of the kind {kind} ({count}) are in no figure: only a later version of Lamplighter knows what they mean")
    });
    let problems = input.problems.iter().cloned().chain(newer);
    let stale = report.stale.map(|last| stale::text(last, input.now));
    (
        stale.map(|text| of("No sweep", text)),
        problems.map(|text| of("Ledger", text)).collect(),
    )
}

/// The last week's decisions, the latest first.
fn decisions(input: &Input) -> (Vec<DecisionRow>, usize) {
    let since = begin(input.now, input.zone);
    let all = input
        .records
        .iter()
        .rev()
        .filter_map(|record| match &record.what {
            What::Decision {
                action,
                reason,
                text,
                zone,
                dry_run,
                ..
            } if record.at >= since => Some(DecisionRow {
                at: record.at,
                resource: record.resource.as_ref()?.into(),
                action: *action,
                reason: *reason,
                text: text.clone(),
                zone: zone.clone(),
                dry_run: *dry_run,
            }),
            _ => None,
        });
    let mut all: Vec<DecisionRow> = all.collect();
    let count = all.len();
    all.truncate(DECISIONS);
    (all, count)
}
