//! How many resources one sweep may stop: a slip in a tag, a setting or this program must not empty a company at once.

use super::history::SweepHistory;
use super::limit::Limit;
use crate::ledger::{Appended, Ledger, LedgerError};
use crate::settings::MaxStops;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::Decision;
use lamplighter_core::record::Action;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::OnceCell;

/// An edge explains a stop for this long after the sweep before it: jobs, notices and throttling put stops off.
const EXPLAINS: TimeDelta = TimeDelta::hours(1);
/// The stops without an edge where a share is wanted and nobody knows of how many resources.
const UNKNOWN: u32 = 20;

/// The limit as the setting means it now.
pub fn limit(setting: MaxStops, history: &SweepHistory, now: DateTime<Utc>) -> Limit {
    let last = history.last.as_ref().map_or(now, |last| last.at.min(now));
    match setting {
        MaxStops::Explained { more } => Limit {
            free_since: Some(last - EXPLAINS),
            stops: more,
        },
        MaxStops::Count(stops) => Limit {
            free_since: None,
            stops,
        },
        MaxStops::Percent(percent) => Limit {
            free_since: None,
            stops: share(percent, history.resources),
        },
    }
}

/// A share of the resources, rounded up, so that a small fleet is not kept from stopping for ever.
fn share(percent: f64, resources: usize) -> u32 {
    match resources {
        0 => UNKNOWN,
        // A float becomes the nearest whole number that fits.
        resources => (resources as f64 * percent / 100.0).ceil() as u32,
    }
}

/// Counts the stops of one sweep, or of one round over all its instances.
pub struct StopLimit {
    limit: Limit,
    /// The resources that may be stopped, by ARM id: asking twice counts once.
    allowed: Mutex<HashSet<String>>,
    /// Where the instances of a round count together.
    shared: Option<Shared>,
}

/// The stops of a round, each a document under the next free number. Numbers are taken in their order, so that as many
/// as there are documents are taken.
struct Shared {
    ledger: Ledger,
    round: String,
    /// Every number below is taken; asked for once.
    taken: OnceCell<AtomicU32>,
}

impl StopLimit {
    pub fn of_sweep(limit: Limit) -> StopLimit {
        StopLimit {
            limit,
            allowed: Mutex::default(),
            shared: None,
        }
    }

    pub fn of_round(limit: Limit, ledger: Ledger, round: &str) -> StopLimit {
        let shared = Shared {
            ledger,
            round: format!("{round}:stops"),
            taken: OnceCell::new(),
        };
        StopLimit {
            shared: Some(shared),
            ..StopLimit::of_sweep(limit)
        }
    }

    /// Whether what is due for a resource (its ARM id, lower case) may be done.
    ///
    /// # Errors
    /// The instances' common count cannot be written; then it may not.
    pub async fn allows(&self, id: &str, decision: &Decision) -> Result<bool, LedgerError> {
        if decision.action != Action::Stop || self.explained(decision) {
            return Ok(true);
        }
        if self.lock().contains(id) {
            return Ok(true);
        }
        match &self.shared {
            None => {
                let mut allowed = self.lock();
                let free = allowed.len() < self.limit.stops as usize;
                Ok(free && allowed.insert(id.to_owned()))
            }
            Some(shared) => {
                let free = shared.take(self.limit.stops, id).await?;
                if free {
                    self.lock().insert(id.to_owned());
                }
                Ok(free)
            }
        }
    }

    /// A stop that an edge of the schedule demands, or the end of a lease.
    fn explained(&self, decision: &Decision) -> bool {
        let by_schedule = decision.reason.is_of_schedule();
        let since = self.limit.free_since.zip(decision.cause);
        by_schedule && since.is_some_and(|(since, cause)| cause > since)
    }

    /// Why a stop is not made, as it goes on after the reason for the stop.
    pub fn explanation(&self) -> String {
        let kind = match self.limit.free_since {
            Some(_) => "resources that no edge of a schedule explains",
            None => "resources",
        };
        format!(
            "this sweep stops no more than {} {kind} (MAX_STOPS_PER_SWEEP)",
            self.limit.stops
        )
    }

    /// Nothing panics while it holds the lock, and a set is never half changed.
    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Takes the next free number below `limit` for a resource.
    async fn take(&self, limit: u32, id: &str) -> Result<bool, LedgerError> {
        let count = || async {
            let count = self.ledger.count_left(&self.round).await?;
            Ok(AtomicU32::new(u32::try_from(count).unwrap_or(u32::MAX)))
        };
        let taken = self.taken.get_or_try_init(count).await?;
        loop {
            let number = taken.load(Ordering::Relaxed);
            if number >= limit {
                return Ok(false);
            }
            let name = format!("stop {number}");
            let left = self.ledger.leave(&self.round, &name, &id).await?;
            // Taken by us or by another instance: taken.
            taken.fetch_max(number + 1, Ordering::Relaxed);
            if left == Appended::Written {
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_the_resources_last_counted_and_never_rounded_down_to_none() {
        assert_eq!(share(10.0, 95), 10);
        assert_eq!(share(1.0, 5), 1);
        assert_eq!(share(0.0, 5), 0);
        assert_eq!(share(50.0, 0), UNKNOWN);
    }
}
