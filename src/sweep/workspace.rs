//! The pass over one workspace.
//!
//! What was found is written before the memory that says so, and the memory before any act: so a crash or a
//! second copy at any point repeats at most the writing of a record under the same name.

use super::act::{claim, send_claimed};
use super::discover::Place;
use super::look::Look;
use super::summary::{DecisionLine, Report};
use super::{Context, Options, intervals, say};
use crate::azure::model::{Compute, Job};
use crate::decide::{Found, MachineMemory, NoticeGiven, Outcome, Reason, WorkspaceMemory};
use crate::ledger::record::{Record, What};
use crate::ledger::{SaveError, Version};
use crate::notify::Notice;
use crate::savings::PricePerHour;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// What stays the same for the whole pass.
pub struct Pass<'a> {
    pub context: &'a Context,
    pub options: &'a Options,
    pub place: &'a Place,
    pub deadline: Instant,
}

/// Ledger records written at once, by one workspace.
const WRITES: usize = 8;
/// Another sweep wrote the memory first; what it did is looked at afresh this often.
const ATTEMPTS: usize = 4;
/// A memory with an open avoided interval is written at least this often, to know when its machine was last seen.
const SEEN_EVERY: TimeDelta = TimeDelta::hours(1);
/// All prices of one pass together take no longer than this: acts that are claimed already wait for them, and an
/// interval without a price loses its money only.
const PRICES_WITHIN: Duration = Duration::from_secs(20);

impl Pass<'_> {
    pub fn sweep(&self) -> &str {
        self.options.id.as_deref().unwrap_or("")
    }

    pub fn dry_run(&self) -> bool {
        self.options.dry_run
    }

    fn key(&self) -> &str {
        &self.place.workspace.id
    }

    fn name(&self) -> String {
        format!("workspace {}", self.place.workspace.name)
    }
}

/// Looks at all machines of one workspace and does what is due. Never fails: what goes wrong is reported.
pub async fn pass(
    context: &Context,
    options: &Options,
    place: &Place,
    deadline: Instant,
) -> Report {
    let pass = Pass {
        context,
        options,
        place,
        deadline,
    };
    let mut report = Report::default();
    if Instant::now() >= deadline {
        report.not_reached.push(pass.name());
        return report;
    }
    match context.arm.computes(&place.workspace, deadline).await {
        Ok(listing) => {
            report.oddities.extend(listing.oddities);
            let complete = listing.incomplete.is_none();
            if let Some(error) = listing.incomplete {
                report.problems.push(format!(
                    "{}: its list of computes was cut short: {error}",
                    pass.name()
                ));
            }
            machines(&pass, listing.items, complete, &mut report).await;
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
    report
}

async fn machines(pass: &Pass<'_>, computes: Vec<Compute>, complete: bool, report: &mut Report) {
    let mut jobs = None;
    for _ in 0..ATTEMPTS {
        let (before, version) = match pass
            .context
            .ledger
            .load::<WorkspaceMemory>(pass.key())
            .await
        {
            Ok(loaded) => loaded,
            Err(error) => {
                report
                    .problems
                    .push(format!("{}: no act without a memory: {error}", pass.name()));
                return;
            }
        };
        let mut looks = look(pass, &computes, &before);
        learn_jobs(pass, &mut looks, &mut jobs).await;
        let gone = vanished(pass, &before, &looks, complete);
        for look in &mut looks {
            intervals::settle(look, before.swept_at, pass.options.now);
        }
        if !pass.options.dry_run {
            confirm_and_claim(pass, &mut looks, before.swept_at, report).await;
            let until = pass.deadline.min(Instant::now() + PRICES_WITHIN);
            for look in &mut looks {
                price_opened(pass, look, until).await;
            }
        }
        match remember_all(pass, &before, version, &mut looks, gone).await {
            Ok(saved) => {
                finish(pass, &mut looks, report);
                if saved {
                    tell(pass, &looks, report).await;
                    send_claimed(pass, &looks, report).await;
                }
                return;
            }
            Err(SaveError::Conflict) => continue,
            Err(SaveError::Other(error)) => {
                finish(pass, &mut looks, report);
                report
                    .problems
                    .push(format!("{}: no act without a memory: {error}", pass.name()));
                return;
            }
        }
    }
    report.problems.push(format!(
        "{}: other sweeps kept writing its memory; left to them",
        pass.name()
    ));
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

/// Gives newly opened intervals their price, and writes them down.
async fn price_opened(pass: &Pass<'_>, look: &mut Look, until: Instant) {
    for mut interval in std::mem::take(&mut look.opened) {
        interval.price = price(pass, look, until).await;
        let open = [&mut look.memory.avoided, &mut look.memory.unused]
            .into_iter()
            .flatten();
        for known in open.filter(|known| known.id == interval.id) {
            known.price = interval.price.clone();
        }
        let at = interval.opened_at;
        let record = look.record(
            format!("opened:{}", interval.id),
            at,
            What::Opened { interval },
        );
        look.records.push(record);
    }
}

async fn price(pass: &Pass<'_>, look: &Look, until: Instant) -> Option<PricePerHour> {
    let (size, region) = (
        look.compute.vm_size.as_deref()?,
        look.compute.location.as_deref()?,
    );
    match pass.context.prices.linux_price(size, region, until).await {
        Ok(quote) => Some(PricePerHour {
            amount: quote.price,
            currency: quote.currency,
            source: quote.source,
            fetched_at: quote.fetched_at,
        }),
        Err(problem) => {
            tracing::warn!(
                event = "price",
                size,
                region,
                "no price, so hours only: {problem}"
            );
            None
        }
    }
}

/// Looks once more at each machine that is to be acted on, as a person may have been quicker, and claims it.
async fn confirm_and_claim(
    pass: &Pass<'_>,
    looks: &mut [Look],
    last_swept: Option<DateTime<Utc>>,
    report: &mut Report,
) {
    let due: Vec<&mut Look> = looks
        .iter_mut()
        .filter(|look| look.act_due().is_some())
        .collect();
    let confirmed = due.into_iter().map(|look| async move {
        if !pass.place.tags_known {
            look.hold_back("its resource group's tags could not be read");
            return (None, None);
        }
        match pass
            .context
            .arm
            .compute(&pass.place.workspace, &look.compute.name, pass.deadline)
            .await
        {
            Ok(compute) => {
                look.refresh(compute);
                intervals::settle(look, last_swept, pass.options.now);
                if look.act_due().is_some() {
                    claim(pass, look);
                }
                (None, None)
            }
            Err(error) if error.is_not_found() => {
                look.hold_back("it was deleted meanwhile");
                (None, None)
            }
            Err(error) if error.is_deadline() => {
                look.hold_back("the sweep's deadline has passed");
                (
                    Some(format!(
                        "{}/{}",
                        pass.place.workspace.name, look.compute.name
                    )),
                    None,
                )
            }
            Err(error) => {
                look.hold_back("it could not be read a second time");
                (
                    None,
                    Some(format!(
                        "{}/{}: not acted on: {error}",
                        pass.place.workspace.name, look.compute.name
                    )),
                )
            }
        }
    });
    let results = super::all(confirmed.collect(), pass.context.settings.concurrency).await;
    for (unreached, problem) in results {
        report.not_reached.extend(unreached);
        report.problems.extend(problem);
    }
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
        let decision = decision_record(pass, look);
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

/// The record of a decision that differs from the one written before.
fn decision_record(pass: &Pass<'_>, look: &mut Look) -> Option<Record> {
    let decision = &look.decision;
    // What passes by itself within a sweep or two is no news; neither is a kind that we never act on.
    if matches!(
        decision.reason,
        Reason::InTransition | Reason::ActUnderWay | Reason::NotAnInstance
    ) {
        return None;
    }
    let tags: Vec<&str> = look
        .reading
        .errors
        .iter()
        .map(|error| error.value.as_str())
        .collect();
    let saying = format!(
        "{:?} {} {}",
        decision.action,
        decision.reason,
        tags.join(" ")
    );
    if look.memory.said.as_deref() == Some(saying.as_str()) {
        return None;
    }
    let what = What::Decision {
        action: decision.action,
        reason: decision.reason,
        text: decision.text.clone(),
        dry_run: decision.dry_run,
        evidence: decision.evidence.clone(),
        errors: look.reading.errors.clone(),
    };
    let at = pass.options.now;
    let record = look.record(
        format!("decision:{}:{}", look.machine.id, at.to_rfc3339()),
        at,
        what,
    );
    look.memory.said = Some(saying);
    Some(record)
}

/// Says every decision, and counts what the looks found.
fn finish(pass: &Pass<'_>, looks: &mut [Look], report: &mut Report) {
    let now = pass.options.now;
    for look in looks.iter() {
        report.oddities.extend(
            look.compute
                .oddities
                .iter()
                .map(|o| format!("{}: {o}", look.machine.id)),
        );
        let line = DecisionLine {
            machine: look.machine.clone(),
            state: look.compute.state.to_string(),
            action: look.decision.action,
            reason: look.decision.reason,
            text: look.decision.text.clone(),
            dry_run: look.decision.dry_run,
            next: look.decision.next.map(|next| next.at),
            evidence: look.decision.evidence.clone(),
            errors: look.reading.errors.clone(),
        };
        say::decision(pass, &line);
        report.decisions.push(line);
        for found in &look.found {
            if let Found::Ended(act) = found {
                let how = act.ended.as_ref().map(|ended| ended.how);
                report.settled += usize::from(how == Some(Outcome::Settled));
                report.failed += usize::from(how == Some(Outcome::Failed));
            }
        }
        report.unsettled += usize::from(look.memory.last_act().is_some_and(|act| act.overdue(now)));
        report.saved += look.saved;
        if let Some(interval) = &look.memory.avoided {
            report.off_by_us += 1;
            let price = interval.price.as_ref().filter(|_| interval.earns_at(now));
            report.saving_per_hour += price.map(|price| price.amount).unwrap_or_default();
        }
    }
}

/// Gives the notices that are due, each once: the memory already says so.
async fn tell(pass: &Pass<'_>, looks: &[Look], report: &mut Report) {
    for look in looks {
        let Some(due) = look.decision.notice.filter(|_| !look.decision.dry_run) else {
            continue;
        };
        let notice = Notice {
            machine: look.machine.clone(),
            text: look.decision.text.clone(),
            stop_at: due.stop_at,
        };
        let result = pass
            .context
            .notifier
            .deliver(&notice, pass.options.now)
            .await;
        let why = result.as_ref().err().cloned();
        report.problems.extend(why.clone());
        let owner = look.machine.owner.as_deref().unwrap_or("");
        tracing::info!(event = "notice", compute = look.machine.compute, owner, stop_at = %due.stop_at, "{}", notice.text);
        let id = format!("notice:{}:{}", look.machine.id, due.cause.to_rfc3339());
        let (to, text) = (look.machine.owner.clone(), notice.text);
        let what = What::Notice {
            to,
            text,
            stop_at: due.stop_at,
            delivered: why.is_none(),
            why,
        };
        if let Err(error) = append_all(pass, &[look.record(id, pass.options.now, what)]).await {
            report
                .problems
                .push(format!("a notice's record was not written: {error}"));
        }
    }
}

pub(super) fn by_name(looks: &[Look]) -> BTreeMap<String, &Look> {
    looks
        .iter()
        .map(|look| (look.compute.name.to_lowercase(), look))
        .collect()
}
