//! People's holds: read before a stop, or a notice of one, and before nothing else, so that quiet workspaces cost no call.

use super::concurrent::all;
use super::context::Context;
use super::decided::Decided;
use super::evidence::hear;
pub use super::observe::FoundHolds;
use super::observe::Observed;
use super::pass::Pass;
use super::report::PassReport;
use crate::beacons::{self, BeaconError, Heard};
use crate::ledger::HeldResource;
use chrono::{DateTime, Utc};
use lamplighter_core::decide::Presence;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::{Door, PersonalHold};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The holds of one workspace take no longer than this before its decisions; what is not known then waits.
const WITHIN: Duration = Duration::from_secs(30);

/// What was asked for, of one resource; or why that is not known.
pub type Asked = Result<Vec<PersonalHold>, BeaconError>;

/// The holds that the ledger has for a workspace.
#[derive(Debug, Default)]
pub struct LedgerHolds {
    held: Vec<HeldResource>,
    unread: Option<String>,
}

/// What a pass knows of people's holds in its workspace.
#[derive(Default)]
pub struct KnownHolds {
    /// `None`: not asked for.
    ledger: Option<LedgerHolds>,
    /// What was asked for on resources themselves, by the key of their saved state.
    beacons: HashMap<String, Asked>,
    /// When the ledger's were last read for a last look.
    pub looked: Option<Instant>,
}

impl KnownHolds {
    pub fn take_ledger(&mut self, holds: LedgerHolds) {
        self.ledger = Some(holds);
    }

    pub fn take_beacon(&mut self, key: &str, asked: Asked) {
        self.beacons.insert(key.to_owned(), asked);
    }

    pub fn of(&self, key: &str) -> FoundHolds {
        let mut found = FoundHolds::default();
        if let Some(ledger) = &self.ledger {
            let here = ledger.held.iter().filter(|held| held.resource == key);
            found.found.extend(here.map(|held| held.hold.clone()));
            found.unread.clone_from(&ledger.unread);
        }
        match self.beacons.get(key) {
            Some(Ok(asked)) => found.found.extend(asked.iter().cloned()),
            Some(Err(why)) => found.unread = Some(why.to_string()),
            None => {}
        }
        found
    }

    /// Why some of them are not known, if that is so.
    fn unread(&self) -> Option<String> {
        let ledger = self.ledger.as_ref();
        let ledger = ledger.and_then(|ledger| ledger.unread.clone());
        let mut beacons = self.beacons.values();
        ledger.or_else(|| beacons.find_map(|asked| asked.as_ref().err().map(ToString::to_string)))
    }
}

/// The decisions with people's holds: read once, and only where a stop hangs on them.
pub async fn with_holds(
    pass: &Pass<'_>,
    decided: Vec<Decided>,
    known: &mut KnownHolds,
) -> Vec<Decided> {
    if !pass.context.settings.takes_holds() {
        return decided;
    }
    let wants: Vec<&Observed> = decided
        .iter()
        .filter(|one| one.wants_holds())
        .map(|one| &one.observed)
        .collect();
    let until = pass.deadline.min(Instant::now() + WITHIN);
    if known.ledger.is_none() && !wants.is_empty() {
        known.ledger = Some(of_ledger(pass.context, pass.key(), pass.options.now, until).await);
    }
    let new = wants.into_iter().filter(|one| has_beacon(one));
    let new = new.filter(|one| !known.beacons.contains_key(one.key()));
    let reads = new.map(|one| async move {
        let heard = hear(pass.context, &one.compute, until).await;
        (one.key().to_owned(), of_beacon(&heard))
    });
    let read = all(reads.collect(), pass.context.settings.concurrency).await;
    known.beacons.extend(read);
    let learn = |one: Decided| {
        let found = known.of(one.observed.key());
        match one.wants_holds() || !found.found.is_empty() {
            true => one.with_holds(found),
            false => one,
        }
    };
    decided.into_iter().map(learn).collect()
}

/// Whether a resource may have a beacon.
pub fn has_beacon(observed: &Observed) -> bool {
    observed.beacon != Presence::Absent && beacons::name(&observed.compute.id).is_some()
}

/// The holds that the ledger has for a workspace: one list, and those of it that are in force.
pub async fn of_ledger(
    context: &Context,
    workspace: &str,
    now: DateTime<Utc>,
    until: Instant,
) -> LedgerHolds {
    let unread = |why: String| LedgerHolds {
        held: Vec::new(),
        unread: Some(why),
    };
    match timeout_at(until, context.ledger.holds_of(workspace, now)).await {
        Ok(Ok(read)) => LedgerHolds {
            held: read.holds,
            unread: read.unreadable.into_iter().next(),
        },
        Ok(Err(error)) => unread(error.to_string()),
        Err(_) => unread("they could not be read in time".into()),
    }
}

/// The same, for the last look of a pass.
pub async fn again(pass: &Pass<'_>, until: Instant) -> LedgerHolds {
    of_ledger(pass.context, pass.key(), pass.options.now, until).await
}

/// What was asked for on a resource itself, as its beacon wrote it.
pub fn of_beacon(heard: &Result<Option<Heard>, BeaconError>) -> Asked {
    let heard = heard.as_ref().map_err(Clone::clone)?;
    let asked = heard.as_ref().map(|heard| heard.hold.clone());
    let asked = asked.transpose()?;
    let hold = asked.flatten().map(|asked| PersonalHold {
        until: asked.until,
        since: asked.at,
        at: asked.at,
        door: Door::Instance,
        by: None,
    });
    Ok(hold.into_iter().collect())
}

/// All that is found of people's holds on one resource, for somebody who asks about it.
pub async fn found(
    context: &Context,
    (workspace, compute, beacon): (&str, &Compute, Presence),
    now: DateTime<Utc>,
    until: Instant,
) -> FoundHolds {
    let key = compute.id.to_lowercase();
    let mut known = KnownHolds::default();
    if !context.settings.takes_holds() {
        return FoundHolds::default();
    }
    known.take_ledger(of_ledger(context, workspace, now, until).await);
    if beacon != Presence::Absent && beacons::name(&compute.id).is_some() {
        let heard = hear(context, compute, until).await;
        known.take_beacon(&key, of_beacon(&heard));
    }
    known.of(&key)
}

/// What the platform hears of holds that could not be read.
pub fn report_unread(pass: &Pass<'_>, known: &KnownHolds, report: &mut PassReport) {
    if let Some(why) = known.unread() {
        report.problems.push(format!(
            "{}: whether somebody keeps a resource on could not be read, so its stop waits for up to an hour: {why}",
            pass.name()
        ));
    }
}
