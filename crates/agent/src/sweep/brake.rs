//! How many machines one sweep may stop: a slip in a tag, a setting or this program must not empty a company at once.

use super::look::Look;
use super::past::Past;
use lamplighter_core::decide::{Action, Reason};
use crate::ledger::{Appended, Ledger, LedgerError};
use crate::settings::MaxStops;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::OnceCell;

/// An edge explains a stop for this long after the sweep before it: jobs, notices and throttling put stops off.
const EXPLAINS: TimeDelta = TimeDelta::hours(1);
/// The stops without an edge where a share is wanted and nobody knows of how many machines.
const UNKNOWN: u32 = 20;

/// The limit as it holds in one sweep or round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// Stops that a later edge demands are not counted; `None`: every stop is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_since: Option<DateTime<Utc>>,
    pub stops: u32,
}

impl Limit {
    pub fn of(setting: MaxStops, past: &Past, now: DateTime<Utc>) -> Limit {
        let last = past.last.as_ref().map_or(now, |last| last.at.min(now));
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
                stops: share(percent, past.machines),
            },
        }
    }
}

/// A share of the machines, rounded up, so that a small fleet is not held for ever.
fn share(percent: f64, machines: usize) -> u32 {
    match machines {
        0 => UNKNOWN,
        // A float becomes the nearest whole number that fits.
        machines => (machines as f64 * percent / 100.0).ceil() as u32,
    }
}

/// Counts the stops of one sweep, or of one round over all its instances.
pub struct Brake {
    limit: Limit,
    /// The machines that may be stopped, by ARM id: asking twice counts once.
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

impl Brake {
    pub fn of_sweep(limit: Limit) -> Brake {
        Brake {
            limit,
            allowed: Mutex::default(),
            shared: None,
        }
    }

    pub fn of_round(limit: Limit, ledger: Ledger, round: &str) -> Brake {
        let shared = Shared {
            ledger,
            round: format!("{round}:stops"),
            taken: OnceCell::new(),
        };
        Brake {
            shared: Some(shared),
            ..Brake::of_sweep(limit)
        }
    }

    /// Whether what is due may be done.
    ///
    /// # Errors
    /// The instances' common count cannot be written; then it may not.
    pub async fn allows(&self, look: &Look) -> Result<bool, LedgerError> {
        if look.act_due() != Some(Action::Stop) || self.explained(look) {
            return Ok(true);
        }
        let id = &look.machine.id;
        if self.lock().contains(id) {
            return Ok(true);
        }
        match &self.shared {
            None => {
                let mut allowed = self.lock();
                let free = allowed.len() < self.limit.stops as usize;
                Ok(free && allowed.insert(id.clone()))
            }
            Some(shared) => {
                let free = shared.take(self.limit.stops, id).await?;
                if free {
                    self.lock().insert(id.clone());
                }
                Ok(free)
            }
        }
    }

    /// A stop that an edge of the schedule demands, or the end of a lease.
    fn explained(&self, look: &Look) -> bool {
        let by_schedule = matches!(
            look.decision.reason,
            Reason::ScheduleOff | Reason::LeaseEnded | Reason::Enforced
        );
        let since = self.limit.free_since.zip(look.decision.cause);
        by_schedule && since.is_some_and(|(since, cause)| cause > since)
    }

    /// Why a stop is held back, as it goes on after the reason for the stop.
    pub fn words(&self) -> String {
        let kind = match self.limit.free_since {
            Some(_) => "machines that no edge of a schedule explains",
            None => "machines",
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
    /// Takes the next free number below `limit` for a machine.
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
    fn a_share_is_of_the_machines_last_seen_and_never_rounded_down_to_none() {
        assert_eq!(share(10.0, 95), 10);
        assert_eq!(share(1.0, 5), 1);
        assert_eq!(share(0.0, 5), 0);
        assert_eq!(share(50.0, 0), UNKNOWN);
    }
}
