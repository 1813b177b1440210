//! The pass over one workspace.
//!
//! What was found is written before the memory that says so, and the memory before any act: so a crash or a
//! second copy at any point repeats at most the writing of a record under the same name.

use super::act::send_claimed;
use super::brake::Brake;
use super::clock::Clock;
use super::confirm::confirm_and_claim;
use super::discover::Place;
use super::evidence::Beaconed;
use super::look::Look;
use super::notice::tell;
use super::price::price_all;
use super::summary::Report;
use super::waiting::{Found, Outcome, Waiting, Wanted, learn_evidence, wanted};
use super::{Context, Options, intervals, records, say, timer};
use lamplighter_core::observe::{Compute, Job};
use lamplighter_core::decide::{MachineMemory, NoticeGiven, WorkspaceMemory};
use lamplighter_core::record::Record;
use crate::ledger::{SaveError, Version};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use tokio::time::Instant;

/// What stays the same for the whole pass.
pub struct Pass<'a> {
    pub context: &'a Context,
    pub options: &'a Options,
    pub place: &'a Place,
    pub beacons: &'a Beaconed,
    pub brake: &'a Brake,
    pub clock: Clock,
    pub deadline: Instant,
}

/// Ledger records written at once, by one workspace.
const WRITES: usize = 8;
/// Another sweep wrote the memory first; what it did is looked at afresh this often.
const ATTEMPTS: usize = 4;
/// A memory with an open avoided interval is written at least this often, to know when its machine was last seen.
const SEEN_EVERY: TimeDelta = TimeDelta::hours(1);

impl Pass<'_> {
    pub fn sweep(&self) -> &str {
        self.options.id.as_deref().unwrap_or("")
    }

    pub fn dry_run(&self) -> bool {
        self.options.dry_run
    }

    /// Whether nothing may be acted on for the clock's sake. Whoever only looks is not held back.
    fn clock_is_wrong(&self, report: &mut Report) -> bool {
        let problem = self.clock.problem(self.context);
        let problem = problem.filter(|_| !self.options.dry_run);
        let wrong = problem.is_some();
        report.problems.extend(problem);
        wrong
    }

    fn key(&self) -> &str {
        &self.place.workspace.id
    }

    fn name(&self) -> String {
        format!("workspace {}", self.place.workspace.name)
    }
}

/// Looks at all machines of one workspace and does what is due, unless that hangs on evidence. Never fails: what goes
/// wrong is reported.
pub async fn pass<'a>(pass: &'a Pass<'a>) -> Outcome<'a> {
    let mut report = Report {
        unseen: Some(pass.key().to_lowercase()),
        ..Report::default()
    };
    if Instant::now() >= pass.deadline {
        report.not_reached.push(pass.name());
        return Outcome::Done(report);
    }
    let read = pass
        .context
        .arm
        .computes(&pass.place.workspace, pass.deadline);
    match read.await {
        Ok(_) if pass.clock_is_wrong(&mut report) => report.unread = true,
        Ok(listing) => {
            report.oddities.extend(listing.oddities);
            let complete = listing.incomplete.is_none();
            if let Some(error) = listing.incomplete {
                report.problems.push(format!(
                    "{}: its list of computes was cut short: {error}",
                    pass.name()
                ));
            }
            let wanted = machines(pass, &listing.items, complete, None, &mut report).await;
            if !wanted.is_empty() {
                return Outcome::Waits(Waiting {
                    pass,
                    report,
                    computes: listing.items,
                    complete,
                    wanted,
                });
            }
        }
        Err(error) if error.is_deadline() => report.not_reached.push(pass.name()),
        Err(error) => {
            report.unread = true;
            report.problems.push(format!(
                "{}: its computes could not be read: {error}",
                pass.name()
            ));
        }
    }
    Outcome::Done(report)
}

/// Goes on with a pass, now that evidence is known.
pub async fn resume(waiting: Waiting<'_>, found: Found) -> Report {
    let Waiting {
        pass,
        mut report,
        computes,
        complete,
        ..
    } = waiting;
    if Instant::now() >= pass.deadline {
        report.not_reached.push(pass.name());
        return report;
    }
    machines(pass, &computes, complete, Some(&found), &mut report).await;
    report
}

/// Decides on all machines and does what is due; or, without evidence, says of which machines it is wanted first.
async fn machines(
    pass: &Pass<'_>,
    computes: &[Compute],
    complete: bool,
    found: Option<&Found>,
    report: &mut Report,
) -> Vec<Wanted> {
    let done = Vec::new;
    let mut jobs = None;
    let no_memory = |error| format!("{}: no act without a memory: {error}", pass.name());
    for _ in 0..ATTEMPTS {
        let loaded = pass.context.ledger.load::<WorkspaceMemory>(pass.key());
        let (before, version) = match loaded.await {
            Ok(loaded) => loaded,
            Err(error) => {
                report.problems.push(no_memory(error));
                return done();
            }
        };
        let mut looks = look(pass, computes, &before);
        match found {
            Some(found) => learn_evidence(&mut looks, found),
            None => {
                let wanted = wanted(computes, &looks);
                if !wanted.is_empty() {
                    return wanted;
                }
            }
        }
        learn_jobs(pass, &mut looks, &mut jobs).await;
        let gone = vanished(pass, &before, &looks, complete);
        for look in &mut looks {
            intervals::settle(look, before.swept_at, pass.options.now);
        }
        if !pass.options.dry_run {
            confirm_and_claim(pass, &mut looks, before.swept_at, report).await;
            price_all(pass, &mut looks).await;
        }
        match remember_all(pass, &before, version, &mut looks, gone).await {
            Ok(saved) => {
                report.unseen = report.unseen.take().filter(|_| !complete);
                say::decisions(pass, &mut looks, report);
                if saved {
                    tell(pass, &looks, report).await;
                    timer::set_claimed(pass, &looks, report).await;
                    send_claimed(pass, &looks, report).await;
                }
                return done();
            }
            Err(SaveError::Conflict) => continue,
            Err(SaveError::Other(error)) => {
                say::decisions(pass, &mut looks, report);
                report.problems.push(no_memory(error));
                return done();
            }
        }
    }
    report.problems.push(format!(
        "{}: other sweeps kept writing its memory; left to them",
        pass.name()
    ));
    done()
}

/// One look at each compute. A name that stands twice in the list counts once.
fn look(pass: &Pass<'_>, computes: &[Compute], before: &WorkspaceMemory) -> Vec<Look> {
    let mut seen = std::collections::HashSet::new();
    let fresh = computes
        .iter()
        .filter(|compute| seen.insert(compute.name.to_lowercase()));
    fresh
        .map(|compute| {
            let memory = before
                .machines
                .get(&compute.name.to_lowercase())
                .cloned()
                .unwrap_or_default();
            Look::new(
                pass.context,
                pass.options,
                pass.place,
                compute.clone(),
                memory,
                pass.beacons.of(compute),
            )
        })
        .collect()
}

/// Asks for the jobs once, and only where they could change a decision.
async fn learn_jobs(
    pass: &Pass<'_>,
    looks: &mut [Look],
    jobs: &mut Option<Result<Vec<Job>, (String, bool)>>,
) {
    if !looks.iter().any(Look::wants_jobs) {
        return;
    }
    if jobs.is_none() {
        let asked = pass
            .context
            .arm
            .jobs(&pass.place.workspace, pass.deadline)
            .await;
        *jobs = Some(asked.map_err(|error| (error.to_string(), error.is_transient())));
    }
    if let Some(jobs) = jobs {
        looks
            .iter_mut()
            .filter(|look| look.wants_jobs())
            .for_each(|look| look.learn_jobs(jobs));
    }
}

/// The machines that the memory knows and a complete list no longer shows, with what ends for them.
fn vanished(
    pass: &Pass<'_>,
    before: &WorkspaceMemory,
    looks: &[Look],
    complete: bool,
) -> Vec<(String, Vec<Record>)> {
    if !complete {
        return Vec::new();
    }
    let present: std::collections::HashSet<String> = looks
        .iter()
        .map(|look| look.compute.name.to_lowercase())
        .collect();
    let gone = before
        .machines
        .iter()
        .filter(|(name, _)| !present.contains(*name));
    let at = before.swept_at.unwrap_or(pass.options.now);
    gone.map(|(name, memory)| {
        (
            name.clone(),
            intervals::deleted(pass.place, name, memory, at, pass.options.now),
        )
    })
    .collect()
}

/// Writes records, then memory. `false`: there was nothing to remember, or this is a dry run.
async fn remember_all(
    pass: &Pass<'_>,
    before: &WorkspaceMemory,
    version: Version,
    looks: &mut [Look],
    gone: Vec<(String, Vec<Record>)>,
) -> Result<bool, SaveError> {
    if pass.options.dry_run {
        return Ok(false);
    }
    let mut after = before.clone();
    let mut records = Vec::new();
    for (name, ends) in gone {
        after.machines.remove(&name);
        records.extend(ends);
    }
    for look in looks.iter_mut() {
        let decision = records::decision(pass, look);
        records::seen(pass, look);
        timer::claim(pass, look);
        records::warning(pass, look);
        if let Some(due) = look.decision.notice.filter(|_| !look.decision.dry_run) {
            look.memory.notice = Some(NoticeGiven {
                cause: due.cause,
                given_at: pass.options.now,
            });
        }
        records.append(&mut look.records);
        records.extend(decision);
        if look.memory != MachineMemory::default() {
            after
                .machines
                .insert(look.compute.name.to_lowercase(), look.memory.clone());
        }
    }
    append_all(pass, &records).await.map_err(SaveError::Other)?;
    let open = after
        .machines
        .values()
        .any(|memory| memory.avoided.is_some());
    let stale = before
        .swept_at
        .is_none_or(|at| pass.options.now >= at + SEEN_EVERY);
    if after == *before && !(open && stale) {
        return Ok(false);
    }
    after.swept_at = Some(pass.options.now);
    pass.context
        .ledger
        .save(pass.key(), &after, &version)
        .await
        .map(|_| true)
}

pub async fn append_all(
    pass: &Pass<'_>,
    records: &[Record],
) -> Result<(), crate::ledger::LedgerError> {
    let writes = records
        .iter()
        .map(|record| pass.context.ledger.append(record.at, &record.id, record));
    let results = super::all(writes.collect(), WRITES).await;
    results
        .into_iter()
        .try_for_each(|result| result.map(|_| ()))
}

pub(super) fn by_name(looks: &[Look]) -> BTreeMap<String, &Look> {
    looks
        .iter()
        .map(|look| (look.compute.name.to_lowercase(), look))
        .collect()
}
