//! The sweep itself.

use super::beside::Beside;
use super::clock::Clock;
use super::concurrent::all;
use super::context::Context;
use super::digest::Teller;
use super::discover::{Discovered, Late, discover_soon};
use super::error::SweepError;
use super::history::{self, SweepHistory};
use super::options::Options;
use super::pass::Pass;
use super::passes::passes_all;
use super::presence::BeaconList;
use super::report::PassReport;
use super::stop_limit::{self, StopLimit};
use super::summary::Summary;
use super::telling::TellingTime;
use super::{daily, digest, inventory, log, round, sweep_record};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Before so many workspaces are given to other instances, their subscriptions are waited for this long.
const FANNED_OUT_WITHIN: Duration = Duration::from_secs(30);

/// Runs one sweep, to its end or to the settings' deadline.
///
/// # Errors
/// It could not do its work at all; see [`SweepError`].
pub async fn run(context: &Context, options: &Options) -> Result<Summary, SweepError> {
    let summary = sweep(context, options).await?;
    if !options.dry_run {
        daily::once_a_day(context, &summary.sweep, options.now).await;
    }
    Ok(summary)
}

async fn sweep(context: &Context, options: &Options) -> Result<Summary, SweepError> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let clock = Clock::begin(options.now);
    let mut summary = Summary::begin(options);
    let options = &Options {
        id: Some(summary.sweep.clone()),
        ..options.clone()
    };
    if !options.dry_run {
        // No action without saved state: better to know before the first call than after it.
        context.check_ledger().await.map_err(SweepError::Ledger)?;
    }
    let known = history::history(context).await;
    let (known, broken) = known.map_err(SweepError::Ledger)?;
    summary.problems.extend(broken);
    let clock = clock.checked_before(known.clock_checked);
    // This instance may have shared the budget of calls in a round before.
    context.arm.share_with(1);
    let (context, problems) = &context.with_calendars(options.now).await;
    summary.oddities.extend(problems.iter().cloned());
    let (mut found, late) = discover_soon(context, deadline).await?;
    if !options.dry_run {
        if let Some(problem) = clock.problem(context) {
            return Err(SweepError::Clock(problem));
        }
        summary.oddities.extend(clock.oddity(context));
        let (problems, unseen) = round::collect(context, options.now, &found, &known).await;
        summary.problems.extend(problems);
        summary.unseen.extend(unseen);
    }
    if options.fan_out && found.workspaces.len() > context.settings.spread.fan_out_above {
        let until = deadline.min(Instant::now() + FANNED_OUT_WITHIN);
        found.join(late.within(until).await);
        summary.found(&found, &context.settings.safety);
        let times = (clock, &TellingTime::new(), deadline);
        let told = digests(context, options, &known, times).await;
        summary.problems.extend(told);
        let targets = found.workspaces.iter();
        let told = inventory::take(context, options, targets, &known, until);
        summary.oddities.extend(told.await);
        return fan_out(context, options, &found, summary).await;
    }
    summary.found(&found, &context.settings.safety);
    let telling = TellingTime::new();
    let times = (clock, &telling, deadline);
    let places = (&found, late, &known);
    let (reports, later) = pass_all(context, options, places, &mut summary, times).await;
    // After the passes: notices of stops come first.
    let told = digests(context, options, &known, times).await;
    summary.problems.extend(told);
    let targets = std::iter::once(&found).chain(&later);
    let targets = targets.flat_map(|part| &part.workspaces);
    let told = inventory::take(context, options, targets, &known, deadline);
    summary.oddities.extend(told.await);
    summarize(context, options, summary, reports).await
}

/// The sweep's clock, the time that its notices may take, and its deadline.
type Times<'a> = (Clock, &'a TellingTime, Instant);

async fn digests(
    context: &Context,
    options: &Options,
    known: &SweepHistory,
    (clock, telling, deadline): Times<'_>,
) -> Vec<String> {
    let teller = Teller {
        context,
        options,
        clock,
        telling,
        deadline,
    };
    digest::tell(&teller, known).await
}

/// Passes over all workspaces in this instance, those that are found later too, which are given back.
async fn pass_all(
    context: &Context,
    options: &Options,
    (found, late, known): (&Discovered, Late<'_>, &SweepHistory),
    summary: &mut Summary,
    (clock, telling, deadline): Times<'_>,
) -> (Vec<PassReport>, Vec<Discovered>) {
    let beacons = BeaconList::read(context.beacons.as_ref(), deadline).await;
    summary.problems.extend(beacons.problem());
    let max_stops = context.settings.safety.max_stops;
    let limit = stop_limit::limit(max_stops, known, options.now);
    let all = Passes {
        context,
        options,
        beacons: &beacons,
        stop_limit: &StopLimit::of_sweep(limit),
        telling,
        clock,
        deadline,
    };
    let (mut reports, late) = futures::join!(all.over(found), all.over_late(late));
    let mut later = Vec::new();
    for (part, its_reports) in late {
        summary.found_later(&part, &context.settings.safety);
        reports.extend(its_reports);
        later.push(part);
    }
    (reports, later)
}

/// Leaves the workspaces to other instances, many in a message.
async fn fan_out(
    context: &Context,
    options: &Options,
    found: &Discovered,
    mut summary: Summary,
) -> Result<Summary, SweepError> {
    // The round has the sweep's name, and what it reports is read again by a later tick.
    let known = history::history(context).await;
    let (known, _) = known.map_err(SweepError::Ledger)?;
    let sent = round::messages(context, options, found, &known, &summary.sweep).await;
    summary.messages = sent.map_err(SweepError::Ledger)?;
    summary.end(context);
    log::fan_out(&summary);
    Ok(summary)
}

/// Passes over workspaces in this instance.
struct Passes<'a> {
    context: &'a Context,
    options: &'a Options,
    beacons: &'a BeaconList,
    stop_limit: &'a StopLimit,
    telling: &'a TellingTime,
    clock: Clock,
    deadline: Instant,
}

impl Passes<'_> {
    /// Over all that was found, each subscription by itself: one that hangs takes no other's time. Where only one request
    /// may be made at once, they come one after the other, so that nothing hangs on who answers first.
    async fn over(&self, found: &Discovered) -> Vec<PassReport> {
        let shared = Beside::of_each(&found.workspaces);
        let mut subscriptions: BTreeMap<String, Vec<Pass<'_>>> = BTreeMap::new();
        for target in &found.workspaces {
            let key = Beside::key(target);
            let Some(beside) = shared.get(&key) else {
                continue;
            };
            let pass = Pass {
                context: self.context,
                options: self.options,
                target,
                beacons: self.beacons,
                stop_limit: self.stop_limit,
                beside,
                telling: self.telling,
                clock: self.clock,
                deadline: self.deadline,
            };
            subscriptions.entry(key).or_default().push(pass);
        }
        for passes in subscriptions.values_mut() {
            passes.sort_by_cached_key(|pass| pass.key().to_lowercase());
        }
        let each = subscriptions
            .values()
            .map(|passes| passes_all(self.context, passes, self.options.now, self.deadline));
        let at_once = match self.context.settings.concurrency {
            1 => 1,
            _ => subscriptions.len().max(1),
        };
        let reports = all(each.collect(), at_once).await;
        reports.into_iter().flatten().collect()
    }

    /// Over what is found later.
    async fn over_late(&self, late: Late<'_>) -> Vec<(Discovered, Vec<PassReport>)> {
        let then = |part: Discovered| async move {
            let reports = self.over(&part).await;
            (part, reports)
        };
        late.each(then).await
    }
}

/// What came of all passes, logged and recorded.
async fn summarize(
    context: &Context,
    options: &Options,
    mut summary: Summary,
    reports: Vec<PassReport>,
) -> Result<Summary, SweepError> {
    let count = reports.len();
    let unread = reports.iter().filter(|report| report.unread).count();
    let mut problems = reports.iter().flat_map(|report| report.problems.first());
    let first = problems.next().cloned();
    for report in reports {
        summary.add(report);
    }
    summary.end(context);
    let hourly = !options.dry_run && sweep_record::past_days(context, &summary).await;
    log::summary(&summary);
    if !options.dry_run {
        sweep_record::write(context, &mut summary, hourly).await;
        let last = summary.as_last();
        let (resources, whole) = (summary.resources, summary.unseen.is_empty());
        let kept = history::amend(context, |history| {
            history.last = Some(last.clone());
            history.clock_checked = context.clock_was_right().max(history.clock_checked);
            if whole {
                history.resources = resources;
            }
        });
        if let Err(error) = kept.await {
            let problem = format!("this sweep could not be saved in the history: {error}");
            summary.problems.push(problem);
        }
    }
    match first {
        Some(first) if count > 0 && unread == count => {
            Err(SweepError::NoWorkspace { count, first })
        }
        _ => Ok(summary),
    }
}
