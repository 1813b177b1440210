//! Record: what a pass found out, decided and did is written down before the saved state that says so. So a crash or a
//! second copy at any point repeats at most the writing of a record under the same name.

use super::complete::Complete;
use super::concurrent::all;
use super::decided::Decided;
use super::gone;
use super::intervals::Settled;
use super::observe::Observed;
use super::owed::ToTell;
use super::pass::Pass;
use super::price::Priced;
use super::{after, owed, timer_claim, vanished};
use crate::ledger::{LedgerError, SaveError, StateDocument, Version};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::{Change, Seen, observation, see_use, unread_jobs};
use lamplighter_core::kinds::standing;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::{Reason, Record, Resource, ResourceState, What};
use lamplighter_core::tz::Tz;
use rust_decimal::Decimal;
use std::time::Duration;

/// Ledger records written at once, by one workspace.
const WRITES: usize = 8;
/// A saved state with an open avoided interval is written at least this often, to know when its resource was last
/// observed.
const WRITTEN_EVERY: TimeDelta = TimeDelta::hours(1);

/// A resource of which everything is decided and written down.
pub struct Recorded {
    pub decided: Decided,
    /// What Azure's own idle timer is to be set to.
    pub timer: Option<Duration>,
    /// What its owner is to be told.
    pub tell: Vec<ToTell>,
    pub saved: Decimal,
    pub changes: Vec<Change>,
}

impl Recorded {
    /// Whether somebody is to be told of it, or its timer is to be set.
    pub fn is_followed(&self) -> bool {
        let decision = &self.decided.decision;
        let told = !self.tell.is_empty() || decision.untold.is_some();
        told || self.timer.is_some() || decision.stuck.is_some()
    }
}

impl From<Settled> for Recorded {
    /// A resource that is only looked at, by a dry run: nothing is written, and nothing follows.
    fn from(settled: Settled) -> Recorded {
        Recorded {
            decided: settled.decided,
            timer: None,
            tell: Vec::new(),
            saved: settled.saved,
            changes: settled.changes,
        }
    }
}

/// A resource with all that is to be written about it, its saved state being final.
pub fn prepare(pass: &Pass<'_>, priced: Priced) -> (Recorded, Vec<Record>) {
    let Priced {
        mut decided,
        mut records,
        saved,
        changes,
    } = priced;
    let now = pass.options.now;
    let decision = decision(pass, &mut decided);
    records.extend(observed(pass, &mut decided));
    records.extend(use_seen(pass, &mut decided, &changes));
    let timer = timer_claim::claim(pass, &mut decided);
    records.extend(warning(pass, &mut decided));
    let unread = unread(&mut decided, now);
    records.extend(unread.as_ref().map(|text| {
        let id = format!("unread:{}:{}", decided.observed.key(), now.to_rfc3339());
        decided.record(id, now, What::Warning { text: text.clone() })
    }));
    if let (Some(_), Some(changing)) = (
        &decided.decision.stuck,
        &mut decided.observed.state.changing,
    ) {
        changing.told_at = Some(now);
    }
    let mut tell = owed::claim(pass, &mut decided, unread.as_ref());
    tell.extend(after::claim(pass, &mut decided, &changes));
    records.extend(decision);
    let recorded = Recorded {
        decided,
        timer,
        tell,
        saved,
        changes,
    };
    (recorded, records)
}

/// Takes what is to be remembered of these resources into the saved state.
///
/// # Errors
/// It has no form in JSON.
pub fn remember(state: &mut StateDocument, recorded: &[Recorded]) -> Result<(), LedgerError> {
    for one in recorded {
        let observed = &one.decided.observed;
        // Of what could not be read as the kind that it is known to be, what is saved stands.
        let unread = observed.resource.kind.known().is_none()
            && !observed.compute.by_kind.observe_only
            && observed.state.resource.is_some();
        if unread || observed.state == ResourceState::default() {
            state.meet(observed.key());
            continue;
        }
        let resource = ResourceState {
            resource: Some(resource(observed)),
            ..observed.state.clone()
        };
        state.put(observed.key(), &resource)?;
    }
    Ok(())
}

/// Writes what ended with deleted resources, then the saved state. `false`: there was nothing to save.
pub async fn save(
    pass: &Pass<'_>,
    (mut state, version): (StateDocument, &Version),
    complete: Complete,
    problems: &mut Vec<String>,
) -> Result<bool, SaveError> {
    let now = pass.options.now;
    if complete.computes {
        let at = state.swept_at.unwrap_or(now);
        let gone = vanished::take(pass, &mut state, complete, problems).await;
        let ends = gone
            .iter()
            .flat_map(|(id, known)| gone::deleted(id, known, at, now));
        append_all(pass, &ends.collect::<Vec<_>>()).await?;
    }
    let stale = state.swept_at.is_none_or(|at| now >= at + WRITTEN_EVERY);
    let needed = state.is_changed() || stale && state.any_counted();
    if !needed {
        return Ok(false);
    }
    state.swept_at = Some(now);
    let ledger = &pass.context.ledger;
    let saved = ledger.save_document(pass.key(), &state, version);
    saved.await.map(|_| true)
}

/// What saved state calls a resource: as it is observed, unless a version that knew more of its kind wrote it. One that was
/// only attached here, and decided about elsewhere, is of a kind that is known once it is decided about here.
fn resource(observed: &Observed) -> Resource {
    let before = observed.state.resource.as_ref();
    let newer = before.filter(|before| before.kind.known().is_none() && !is_attached(before));
    newer.unwrap_or(&observed.resource).clone()
}

/// Whether this names a resource as it is attached, and not as what is billed.
fn is_attached(resource: &Resource) -> bool {
    let as_listed = Compute {
        id: resource.id.clone(),
        compute_type: Some(resource.kind.name().to_owned()),
        ..Compute::default()
    };
    standing::behind(&as_listed).is_some()
}

/// Appends records, several at a time.
///
/// # Errors
/// The first that could not be written.
pub async fn append_all(pass: &Pass<'_>, records: &[Record]) -> Result<(), LedgerError> {
    let ledger = &pass.context.ledger;
    let writes = records
        .iter()
        .map(|record| ledger.append(record.at, &record.id, record));
    let results = all(writes.collect(), WRITES).await;
    results
        .into_iter()
        .try_for_each(|result| result.map(|_| ()))
}

/// The record that something about the resource does not work as it should.
fn warning(pass: &Pass<'_>, decided: &mut Decided) -> Option<Record> {
    let text = decided.decision.warning.clone()?;
    let now = pass.options.now;
    decided.observed.state.warned_at = Some(now);
    let id = format!(
        "warning:{}:{}",
        decided.observed.resource.id,
        now.to_rfc3339()
    );
    Some(decided.record(id, now, What::Warning { text }))
}

/// Notes that a list of jobs is missing, and gives the words for the owner where they are due; the log has them as a warning.
fn unread(decided: &mut Decided, now: DateTime<Utc>) -> Option<String> {
    let (state, jobs) = (&mut decided.observed.state, &decided.work.jobs);
    let text = unread_jobs(state, jobs, &decided.decision, now)?;
    let warning = &mut decided.decision.warning;
    *warning = Some(match warning.take() {
        Some(other) => format!("{other}; {text}"),
        None => text.clone(),
    });
    Some(text)
}

/// What has not changed for so long is recorded anew: reports read no further back than three months, and what a
/// resource was then must not depend on what it is now.
const OBSERVED_ANEW: TimeDelta = TimeDelta::days(28);

/// The record of what the resource was observed to be, where that has changed, or was recorded long ago.
fn observed(pass: &Pass<'_>, decided: &mut Decided) -> Option<Record> {
    let now = pass.options.now;
    let one = &decided.observed;
    let observation = observation(&one.compute, &one.reading.policy, &one.state, now)?;
    let id = format!("observed:{}:{}", one.resource.id, now.to_rfc3339());
    let state = &mut decided.observed.state;
    if state.observation.as_ref() == Some(&observation) {
        let recorded_at = state.observation_recorded_at.get_or_insert(now);
        if now - *recorded_at < OBSERVED_ANEW {
            return None;
        }
    }
    state.observation = Some(observation.clone());
    state.observation_recorded_at = Some(now);
    Some(decided.record(id, now, What::Observed { observation }))
}

/// Takes in what was seen of the resource's use, and gives the record of the day before, once that is over.
fn use_seen(pass: &Pass<'_>, decided: &mut Decided, changes: &[Change]) -> Option<Record> {
    let now = pass.options.now;
    let mut state = std::mem::take(&mut decided.observed.state);
    let seen = Seen {
        compute: &decided.observed.compute,
        policy: &decided.observed.reading.policy,
        changes,
        jobs: &decided.work.jobs,
        findings: decided.work.findings(),
        now,
    };
    let day = see_use(&mut state, seen);
    decided.observed.state = state;
    let seen = day?;
    let id = format!("use:{}:{}", decided.observed.resource.id, seen.day);
    Some(decided.record(id, now, What::Use { seen }))
}

/// The record of a decision that differs from the one written before.
fn decision(pass: &Pass<'_>, decided: &mut Decided) -> Option<Record> {
    let decision = &decided.decision;
    // What passes by itself within a sweep or two is no news; neither is a kind that is never acted on.
    if matches!(
        decision.reason,
        Reason::InTransition | Reason::ActionPending | Reason::KindNotGoverned
    ) {
        return None;
    }
    let errors = &decided.observed.reading.errors;
    let tags: Vec<&str> = errors.iter().map(|error| error.value.as_str()).collect();
    let (action, reason) = (decision.action, decision.reason);
    let mut key = format!("{action} {reason} {}", tags.join(" "));
    let now = pass.options.now;
    if !tags.is_empty() {
        // Written anew each month: reports read no further back than a few, and it stands in them until it is mended.
        key.push_str(&now.format(" %Y-%m").to_string());
    }
    if decision.untold.is_some() {
        key.push_str(" untold");
    }
    let state = &decided.observed.state;
    if state.recorded_decision.as_deref() == Some(key.as_str()) {
        return None;
    }
    let zone = decided.observed.reading.policy.zone;
    let what = What::Decision {
        action,
        reason,
        text: decision.text.clone(),
        zone: Some(zone.unwrap_or(Tz::UTC).to_string()),
        dry_run: decision.dry_run,
        evidence: decision.evidence.clone(),
        errors: errors.clone(),
    };
    let id = format!(
        "decision:{}:{}",
        decided.observed.resource.id,
        now.to_rfc3339()
    );
    let record = decided.record(id, now, what);
    decided.observed.state.recorded_decision = Some(key);
    Some(record)
}
