//! The pass over one workspace, stage by stage: observe, decide, act, price, record, tell. What is known at a stage is what
//! its type holds: `Observed`, `Decided`, `Settled`, `Priced`, `Recorded`; and where something is due, `Claimed` and
//! `Confirmed` on the way to the action.

use super::act::{Acted, act, wait};
use super::decided::{Decided, KnownJobs, Terms, Work};
use super::intervals::{Settled, settle};
use super::observe::observe;
use super::pass::Pass;
use super::price::price_all;
use super::record::{Recorded, prepare, write};
use super::report::PassReport;
use super::tell::tell;
use super::waiting::{Gathered, PassOutcome, Waiting, Wanted, wanted, with_evidence};
use super::{jobs, log, stuck, timer};
use crate::ledger::{LedgerError, SaveError, Version};
use chrono::{DateTime, Utc};
use lamplighter_azure::Listing;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::WorkspaceState;

/// Another sweep wrote the saved state first; what it did is observed afresh this often.
const ATTEMPTS: usize = 6;

/// Observes all resources of one workspace and does what is due, unless that hangs on evidence. Never fails: what goes
/// wrong is reported.
pub async fn begin<'a>(pass: &'a Pass<'a>) -> PassOutcome<'a> {
    let mut report = PassReport {
        unseen: Some(pass.key().to_lowercase()),
        ..PassReport::default()
    };
    if pass.is_over() {
        report.not_reached.push(pass.name());
        return PassOutcome::Done(report);
    }
    let arm = &pass.context.arm;
    let listing = match arm.computes(&pass.target.workspace, pass.deadline).await {
        Ok(listing) => listing,
        Err(error) if error.is_deadline() => {
            report.not_reached.push(pass.name());
            return PassOutcome::Done(report);
        }
        Err(error) => {
            report.unread = true;
            let problem = format!("{}: its computes could not be read: {error}", pass.name());
            report.problems.push(problem);
            return PassOutcome::Done(report);
        }
    };
    if let Some(problem) = pass.clock_problem() {
        report.unread = true;
        report.problems.push(problem);
        return PassOutcome::Done(report);
    }
    let (mut computes, complete) = whole(pass, listing, &mut report);
    match attempts(pass, &mut computes, complete, None, &mut report).await {
        Some(wanted) => PassOutcome::Waits(Waiting {
            pass,
            report,
            computes,
            complete,
            wanted,
        }),
        None => PassOutcome::Done(report),
    }
}

/// The computes of a list, and whether they are all.
fn whole(
    pass: &Pass<'_>,
    listing: Listing<Compute>,
    report: &mut PassReport,
) -> (Vec<Compute>, bool) {
    // One that cannot be read may be any of those that are known.
    let complete = listing.is_whole();
    if let Some(odd) = listing.oddities.first() {
        let (name, count) = (pass.name(), listing.unreadable);
        report.problems.push(format!(
            "{name}: {count} of its computes could not be read: {odd}"
        ));
        report.unread = listing.items.is_empty();
    }
    if let Some(error) = listing.incomplete {
        let name = pass.name();
        report.problems.push(format!(
            "{name}: its list of computes was cut short: {error}"
        ));
    }
    (listing.items, complete)
}

/// Goes on with a pass, now that evidence is known.
pub async fn resume(waiting: Waiting<'_>, gathered: &Gathered) -> PassReport {
    let Waiting {
        pass,
        mut report,
        mut computes,
        complete,
        ..
    } = waiting;
    if pass.is_over() {
        report.not_reached.push(pass.name());
        return report;
    }
    attempts(pass, &mut computes, complete, Some(gathered), &mut report).await;
    report
}

/// Decides on all resources and does what is due, from the newest saved state; or, without evidence, names the
/// resources of which it is wanted first.
async fn attempts(
    pass: &Pass<'_>,
    computes: &mut [Compute],
    complete: bool,
    gathered: Option<&Gathered>,
    report: &mut PassReport,
) -> Option<Vec<Wanted>> {
    let (mut jobs, mut acted) = (KnownJobs::of(computes), None);
    // Acting takes a turn of its own.
    for _ in 0..=ATTEMPTS {
        let (before, version) = load(pass, acted.is_some(), report).await?;
        let mut decided = first_decisions(pass, computes, &before);
        decided = match (gathered, &acted) {
            (Some(gathered), _) => with_evidence(decided, gathered),
            (None, Some(_)) => decided,
            (None, None) => match wanted(computes, &decided) {
                wanted if wanted.is_empty() => decided,
                wanted => return Some(wanted),
            },
        };
        decided = jobs::with_jobs(pass, decided, &mut jobs).await;
        let settled = all_settled(pass, decided, acted.as_ref(), before.swept_at);
        if pass.options.dry_run {
            shown(pass, settled, complete, report).await;
            return None;
        }
        if acted.is_none() && settled.iter().any(is_due) {
            match act_first(pass, settled, (&before, &version), &mut jobs, report).await {
                Ok(done) => acted = Some(done?),
                Err(Conflict) => continue,
            }
            // Everything else goes by the saved state with these actions in it.
            acted.iter_mut().for_each(|done| done.refresh(computes));
            continue;
        }
        let whole = (complete, &jobs);
        if finish(pass, settled, (&before, version), whole, report).await {
            if let Some(acted) = acted.filter(|_| pass.options.wait) {
                wait(pass, acted, report).await;
            }
            return None;
        }
    }
    let words = "other sweeps kept writing its saved state; left to them";
    report.problems.push(format!("{}: {words}", pass.name()));
    None
}

/// The newest saved state; nothing where it cannot be read. `acted`: this pass has stopped or started something already.
async fn load(
    pass: &Pass<'_>,
    acted: bool,
    report: &mut PassReport,
) -> Option<(WorkspaceState, Version)> {
    let loaded = pass.context.ledger.load::<WorkspaceState>(pass.key());
    match loaded.await {
        Ok(loaded) => Some(loaded),
        Err(error) => {
            report.problems.push(match acted {
                false => without_state(pass, &error),
                true => format!("{}: what it did is not all written: {error}", pass.name()),
            });
            None
        }
    }
}

/// The decisions with what the pass has done already, and with the intervals that they open and close.
fn all_settled(
    pass: &Pass<'_>,
    decided: Vec<Decided>,
    acted: Option<&Acted>,
    last_swept: Option<DateTime<Utc>>,
) -> Vec<Settled> {
    let now = pass.options.now;
    let decided = decided.into_iter().map(|one| match acted {
        Some(acted) => acted.over(one),
        None => one,
    });
    decided.map(|one| settle(one, last_swept, now)).collect()
}

fn without_state(pass: &Pass<'_>, error: &LedgerError) -> String {
    format!("{}: no action without saved state: {error}", pass.name())
}

fn is_due(settled: &Settled) -> bool {
    settled.decided.action_due().is_some()
}

/// Each compute with the decision that follows before anything is asked about the work on it.
fn first_decisions(pass: &Pass<'_>, computes: &[Compute], before: &WorkspaceState) -> Vec<Decided> {
    let terms = Terms::of(pass);
    let observed = observe(pass, computes, before).into_iter();
    observed
        .map(|observed| Decided::by(observed, Work::NOT_ASKED, terms))
        .collect()
}

/// A dry run only looks: nothing is written, and nothing follows.
async fn shown(pass: &Pass<'_>, settled: Vec<Settled>, complete: bool, report: &mut PassReport) {
    let recorded: Vec<Recorded> = settled.into_iter().map(Recorded::from).collect();
    report.unseen = report.unseen.take().filter(|_| !complete);
    log::decisions(pass, &recorded, report);
    stuck::tell(pass, &recorded, report).await;
}

/// Another sweep has written the saved state.
struct Conflict;

/// Does what is due before anything else. `None`: without saved state, or without a host, nothing was done, and that is
/// reported.
async fn act_first(
    pass: &Pass<'_>,
    settled: Vec<Settled>,
    state: (&WorkspaceState, &Version),
    jobs: &mut KnownJobs,
    report: &mut PassReport,
) -> Result<Option<Acted>, Conflict> {
    // What was begun is written down; nothing new is begun.
    if pass.context.host.is_gone() {
        report.not_reached.push(pass.name());
        return Ok(None);
    }
    let (due, others): (Vec<_>, Vec<_>) = settled.into_iter().partition(is_due);
    match act(pass, due, state, jobs, report).await {
        Ok(acted) => Ok(Some(acted)),
        Err(SaveError::Conflict) => Err(Conflict),
        Err(SaveError::Other(error)) => {
            let recorded: Vec<Recorded> = others.into_iter().map(Recorded::from).collect();
            log::decisions(pass, &recorded, report);
            report.problems.push(without_state(pass, &error));
            Ok(None)
        }
    }
}

/// Prices, records, saves and tells what the pass has found out. `false`: another sweep wrote the saved state first, so that
/// it must be found out anew.
async fn finish(
    pass: &Pass<'_>,
    settled: Vec<Settled>,
    (before, version): (&WorkspaceState, Version),
    (complete, jobs): (bool, &KnownJobs),
    report: &mut PassReport,
) -> bool {
    let priced = price_all(pass, settled).await;
    let (mut recorded, mut records) = (Vec::with_capacity(priced.len()), Vec::new());
    for one in priced {
        let (one, its_records) = prepare(pass, one);
        recorded.push(one);
        records.extend(its_records);
    }
    match write(pass, (before, version), &recorded, records, complete).await {
        Ok(saved) => {
            report.unseen = report.unseen.take().filter(|_| !complete);
            log::decisions(pass, &recorded, report);
            jobs::report_unread(pass, &recorded, jobs, report);
            if saved {
                stuck::tell(pass, &recorded, report).await;
                tell(pass, &recorded, report).await;
                timer::set_claimed(pass, &recorded, report).await;
            }
            true
        }
        Err(SaveError::Conflict) => false,
        Err(SaveError::Other(error)) => {
            log::decisions(pass, &recorded, report);
            report.problems.push(without_state(pass, &error));
            true
        }
    }
}
