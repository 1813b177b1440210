//! What the ledger knows of the use of resources: when they were on, when they were used, and when nobody looked.

use crate::ledger::{Ledger, LedgerError};
use crate::report::{Day, each_day};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::kinds::evidence::Source;
use lamplighter_core::recommend::{Known, Seen, Sighting, Span, is_of_late, unused_days};
use lamplighter_core::record::{Resource, ResourceState, UseDay, UseSeen, Worked, WorkspaceState};
use lamplighter_core::savings::History;
use lamplighter_core::schedule::Power;
use std::collections::BTreeMap;

/// One resource.
pub struct OfResource {
    pub resource: Resource,
    /// Its weeks; `None`: nothing was observed of it in the period.
    pub seen: Option<Seen>,
    pub known: Known,
    /// What governs it, as tags; empty where nothing does.
    pub governed_by: Vec<String>,
}

/// What the ledger knows.
pub struct LedgerUse {
    pub from: DateTime<Utc>,
    /// The end of the period, or the last sweep, if that was before it.
    pub to: DateTime<Utc>,
    pub resources: Vec<OfResource>,
    /// Ledger documents that could not be read.
    pub unreadable: Vec<String>,
}

/// So long before a period it is looked at how a resource was found: what does not change is recorded each four weeks.
const REACH: TimeDelta = TimeDelta::days(35);
/// What was found out later than this after the period changes nothing.
const AFTER: TimeDelta = TimeDelta::days(7);

/// Reads what there is to know of `from <= t < to`, of resources that still exist, day by day: of a day only its use is kept.
///
/// # Errors
/// The ledger cannot be read at all.
pub async fn read(
    ledger: &Ledger,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<LedgerUse, LedgerError> {
    let begin = from.checked_sub_signed(REACH).unwrap_or(from);
    // Not only up to now: a simulator's clock runs ahead, and no other has records of the future.
    let end = to.checked_add_signed(AFTER).unwrap_or(to);
    let mut facts = Facts::default();
    let mut unreadable = each_day(ledger, (begin, end), |day| facts.take(day)).await?;
    facts.history.settle();
    let told = ledger.last_sweep().await.unwrap_or_default();
    let recorded = facts.last_sweep;
    let recorded = recorded.and_then(|at| DateTime::from_timestamp(at, 0));
    let end = told.max(recorded).map_or(to, |last| last.min(to)).max(from);
    facts.period = Span::new(from, end);
    let (states, broken) = ledger.saved_states::<WorkspaceState>().await?;
    unreadable.extend(broken);
    let states = states.into_iter().flat_map(|(_, state)| state.resources);
    let resources = states.filter_map(|(id, state)| facts.of_resource(&id, &state));
    Ok(LedgerUse {
        from,
        to: end,
        resources: resources.collect(),
        unreadable,
    })
}

/// What the days tell, by resource.
struct Facts {
    period: Span,
    history: History,
    last_sweep: Option<i64>,
    sightings: BTreeMap<String, Vec<Sighting>>,
    uses: BTreeMap<String, Vec<UseDay>>,
}

impl Default for Facts {
    fn default() -> Facts {
        Facts {
            period: Span::new(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH),
            history: History::default(),
            last_sweep: None,
            sightings: BTreeMap::new(),
            uses: BTreeMap::new(),
        }
    }
}

impl Facts {
    fn take(&mut self, day: &Day) {
        day.tell(&mut self.history);
        let last = day.sweeps.iter().map(|sweep| sweep.at).max();
        self.last_sweep = self.last_sweep.max(last);
        for one in &day.powers {
            let time = |seconds| DateTime::from_timestamp(seconds, 0);
            if let (Some(at), Some(since)) = (time(one.at), time(one.since)) {
                let on = one.power == Power::On;
                let known = self.sightings.entry(one.resource.to_string());
                known.or_default().push(Sighting { at, since, on });
            }
        }
        for (id, seen) in &day.uses {
            let known = self.uses.entry(id.to_string());
            known.or_default().push(seen.clone());
        }
    }

    fn of_resource(&mut self, id: &str, state: &ResourceState) -> Option<OfResource> {
        let resource = state.resource.clone()?;
        // What scales is on and off by its number.
        let kinds = [Kind::Instance, Kind::Vm, Kind::Aks, Kind::Workbench];
        if !kinds.contains(&resource.kind) {
            return None;
        }
        let mut days = self.uses.remove(id).unwrap_or_default();
        days.extend(
            state
                .use_seen
                .as_ref()
                .map(|seen| today(seen, self.period.to)),
        );
        let mut known = known(state, &days, self.period);
        let seen = self.seen(id, &resource, state, days);
        // Saved state counts them by what decides, and these weeks also by what was only watched.
        let watched = seen.as_ref().map_or(0, unused_days);
        known.unused_days = known.unused_days.max(watched);
        Some(OfResource {
            seen,
            governed_by: governed_by(state, known.governed),
            resource,
            known,
        })
    }

    fn seen(
        &mut self,
        id: &str,
        resource: &Resource,
        state: &ResourceState,
        days: Vec<UseDay>,
    ) -> Option<Seen> {
        let mut sightings = self.sightings.remove(id).unwrap_or_default();
        // Of what has not changed for long, saved state alone tells since when.
        let last = state.observation.as_ref();
        sightings.extend(last.and_then(|last| {
            Some(Sighting {
                at: last.since,
                since: last.since,
                on: last.power? == Power::On,
            })
        }));
        let mut seen = Seen::of(resource.clone(), self.period, sightings)?;
        for day in &days {
            seen.changes.extend(&day.changes);
            seen.work.extend(&day.work);
        }
        let quiet: Vec<_> = days.into_iter().flat_map(|day| day.quiet).collect();
        let (from, to) = (seen.period.from.timestamp(), seen.period.to.timestamp());
        let gaps = self.history.gaps_of(id, from, to, to).into_iter();
        let gaps = gaps.filter_map(|(from, to)| {
            let time = |seconds| DateTime::from_timestamp(seconds, 0);
            Some(Span::new(time(from)?, time(to)?))
        });
        Some(seen.with_quiet(quiet).with_unwatched(gaps.collect()))
    }
}

/// The day that is not over yet, with the job that is still there.
fn today(seen: &UseSeen, end: DateTime<Utc>) -> UseDay {
    let mut today = seen.today.clone();
    today.work.extend(
        seen.job_since
            .filter(|since| *since < end)
            .map(|from| Worked {
                from,
                to: end,
                source: Source::Jobs,
            }),
    );
    today
}

fn known(state: &ResourceState, days: &[UseDay], period: Span) -> Known {
    let seen = state.use_seen.as_ref();
    let decided = state.recorded_decision.as_deref();
    let off = state.observation.as_ref();
    let off = off.filter(|last| last.power == Some(Power::Off));
    let within = |day: &&UseDay| {
        let date = day.day;
        period.from.date_naive() <= date && date <= period.to.date_naive()
    };
    let unused = state.unused_starts;
    let unused = unused.filter(|starts| is_of_late(starts.last, period.to));
    Known {
        governed: match seen {
            Some(seen) => seen.governed,
            None => decided.is_some_and(|decided| !decided.starts_with("leave no-policy")),
        },
        idle: seen.is_some_and(|seen| seen.idle.is_some()),
        idle_timer: seen.map(|seen| seen.idle_timer),
        off_since: off.map(|last| last.since),
        unused_days: unused.map_or(0, |starts| starts.days),
        gpu_loads: days
            .iter()
            .filter(within)
            .filter_map(|day| day.gpu_load)
            .collect(),
    }
}

/// What governs it, as far as saved state has it.
fn governed_by(state: &ResourceState, governed: bool) -> Vec<String> {
    if !governed {
        return Vec::new();
    }
    let schedule = state.observation.as_ref();
    let schedule = schedule.and_then(|last| last.schedule.clone());
    let idle = state.use_seen.as_ref().and_then(|seen| seen.idle.clone());
    let schedule = schedule.map(|schedule| format!("schedule {schedule}"));
    let all: Vec<String> = schedule
        .into_iter()
        .chain(idle.map(|idle| format!("idle {idle}")))
        .collect();
    match all.is_empty() {
        true => vec!["other tags".to_owned()],
        false => all,
    }
}
