//! The pass over one workspace: its computes are read, and then taken through their turns, see `turn.rs`.

use super::complete::Complete;
use super::pass::Pass;
use super::place_seen;
use super::report::PassReport;
use super::standing::standing;
use super::turn::Turns;
use super::waiting::{Gathered, PassOutcome, Waiting};
use lamplighter_azure::Listing;
use lamplighter_core::observe::Compute;

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
    let last_seen = match place_seen::last_seen(pass).await {
        Ok(seen) => seen,
        Err(error) => {
            report.problems.push(pass.without_state(&error));
            return PassOutcome::Done(report);
        }
    };
    if last_seen.as_ref().is_some_and(|seen| seen.is_enough(pass)) {
        report.unseen = None;
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
    let (computes, complete) = whole(pass, listing, &mut report);
    if let Some(seen) = last_seen.filter(|_| complete)
        && let Err(error) = seen.keep(pass, &computes).await
    {
        report.problems.push(pass.without_state(&error));
        return PassOutcome::Done(report);
    }
    let (computes, complete) = with_standing(pass, computes, complete, &mut report).await;
    let mut turns = Turns::new(pass, computes, complete, None);
    match turns.run(&mut report).await {
        Some(wanted) => PassOutcome::Waits(Waiting {
            pass,
            report,
            computes: turns.computes,
            complete,
            wanted,
        }),
        None => PassOutcome::Done(report),
    }
}

/// The same with what stands beside them, in one order.
async fn with_standing(
    pass: &Pass<'_>,
    computes: Vec<Compute>,
    complete: bool,
    report: &mut PassReport,
) -> (Vec<Compute>, Complete) {
    let workspace = &pass.target.workspace;
    let found = standing(
        pass.context,
        workspace,
        computes,
        (Some(pass.options.now), Some(pass.beside)),
        pass.deadline,
    )
    .await;
    let name = pass.name();
    let problems = found.problems.iter();
    report
        .problems
        .extend(problems.map(|problem| format!("{name}: {problem}")));
    let mut computes = found.computes;
    // What is first in the list is acted on first, and a stop limit falls on the last: that order is Azure's whim.
    computes.sort_unstable_by(|one, other| letters(one).cmp(letters(other)));
    let complete = Complete {
        computes: complete,
        beside: complete && found.whole,
    };
    (computes, complete)
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

/// An id without regard to case, and without a copy: a workspace may have tens of thousands.
fn letters(compute: &Compute) -> impl Iterator<Item = u8> {
    compute.id.bytes().map(|byte| byte.to_ascii_lowercase())
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
    let mut turns = Turns::new(pass, computes, complete, Some(gathered));
    turns.run(&mut report).await;
    report
}
