//! The pass over one workspace, stage by stage: observe, decide, confirm, record, tell, act. What is known at a stage is
//! what its type holds: `Observed`, `Decided`, `Settled`, `Confirmed`, `Priced`, `Recorded`.

use super::act::send_claimed;
use super::confirm::confirm;
use super::decided::{Decided, JobsRead, Terms, Work};
use super::intervals::{Settled, settle};
use super::observe::observe;
use super::pass::Pass;
use super::price::price_all;
use super::record::{Recorded, prepare, write};
use super::report::PassReport;
use super::tell::tell;
use super::waiting::{Gathered, PassOutcome, Waiting, Wanted, wanted, with_evidence};
use super::{log, timer};
use crate::ledger::{LedgerError, SaveError, Version};
use lamplighter_core::observe::Compute;
use lamplighter_core::record::WorkspaceState;

/// Another sweep wrote the saved state first; what it did is observed afresh this often.
const ATTEMPTS: usize = 4;

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
    report.oddities.extend(listing.oddities);
    let complete = listing.incomplete.is_none();
    if let Some(error) = listing.incomplete {
        let name = pass.name();
        report.problems.push(format!(
            "{name}: its list of computes was cut short: {error}"
        ));
    }
    let computes = listing.items;
    match attempts(pass, &computes, complete, None, &mut report).await {
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

/// Goes on with a pass, now that evidence is known.
pub async fn resume(waiting: Waiting<'_>, gathered: &Gathered) -> PassReport {
    let Waiting {
        pass,
        mut report,
        computes,
        complete,
        ..
    } = waiting;
    if pass.is_over() {
        report.not_reached.push(pass.name());
        return report;
    }
    attempts(pass, &computes, complete, Some(gathered), &mut report).await;
    report
}

/// Decides on all resources and does what is due, from the newest saved state; or, without evidence, names the
/// resources of which it is wanted first.
async fn attempts(
    pass: &Pass<'_>,
    computes: &[Compute],
    complete: bool,
    gathered: Option<&Gathered>,
    report: &mut PassReport,
) -> Option<Vec<Wanted>> {
    let mut jobs = None;
    for _ in 0..ATTEMPTS {
        let loaded = pass.context.ledger.load::<WorkspaceState>(pass.key());
        let (before, version) = match loaded.await {
            Ok(loaded) => loaded,
            Err(error) => {
                report.problems.push(without_state(pass, &error));
                return None;
            }
        };
        let mut decided = first_decisions(pass, computes, &before);
        match gathered {
            Some(gathered) => decided = with_evidence(decided, gathered),
            None => {
                let wanted = wanted(computes, &decided);
                if !wanted.is_empty() {
                    return Some(wanted);
                }
            }
        }
        let decided = with_jobs(pass, decided, &mut jobs).await;
        let now = pass.options.now;
        let settled = decided.into_iter();
        let settled = settled.map(|one| settle(one, before.swept_at, now));
        let saved = finish(
            pass,
            settled.collect(),
            (&before, version),
            complete,
            report,
        );
        if saved.await {
            return None;
        }
    }
    report.problems.push(format!(
        "{}: other sweeps kept writing its saved state; left to them",
        pass.name()
    ));
    None
}

fn without_state(pass: &Pass<'_>, error: &LedgerError) -> String {
    format!("{}: no action without saved state: {error}", pass.name())
}

/// Each compute with the decision that follows before anything is asked about the work on it.
fn first_decisions(pass: &Pass<'_>, computes: &[Compute], before: &WorkspaceState) -> Vec<Decided> {
    let terms = Terms::of(pass);
    let observed = observe(pass, computes, before).into_iter();
    observed
        .map(|observed| Decided::by(observed, Work::NOT_ASKED, terms))
        .collect()
}

/// Asks for the jobs once, and only where they could change a decision.
async fn with_jobs(
    pass: &Pass<'_>,
    decided: Vec<Decided>,
    jobs: &mut Option<JobsRead>,
) -> Vec<Decided> {
    if !decided.iter().any(Decided::wants_jobs) {
        return decided;
    }
    if jobs.is_none() {
        let arm = &pass.context.arm;
        let read = arm.jobs(&pass.target.workspace, pass.deadline).await;
        *jobs = Some(read.map_err(|error| (error.to_string(), error.is_transient())));
    }
    let Some(jobs) = jobs else {
        return decided;
    };
    let learn = |one: Decided| match one.wants_jobs() {
        true => one.with_jobs(jobs),
        false => one,
    };
    decided.into_iter().map(learn).collect()
}

/// Confirms, records, tells and acts. `false`: another sweep wrote the saved state first, and nothing was done.
async fn finish(
    pass: &Pass<'_>,
    settled: Vec<Settled>,
    (before, version): (&WorkspaceState, Version),
    complete: bool,
    report: &mut PassReport,
) -> bool {
    if pass.options.dry_run {
        let recorded: Vec<Recorded> = settled.into_iter().map(Recorded::from).collect();
        report.unseen = report.unseen.take().filter(|_| !complete);
        log::decisions(pass, &recorded, report);
        return true;
    }
    if pass.context.host.is_gone() {
        report.not_reached.push(pass.name());
        return true;
    }
    let confirmed = confirm(pass, settled, before.swept_at, report).await;
    let priced = price_all(pass, confirmed).await;
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
            if saved {
                tell(pass, &recorded, report).await;
                timer::set_claimed(pass, &recorded, report).await;
                send_claimed(pass, &recorded, report).await;
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
