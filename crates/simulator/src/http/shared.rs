//! What all connections share.

use super::calls::Calls;
use super::faults::Faults;
use super::role::Role;
use super::stage::Stage;
use super::throttle::Buckets;
use crate::beacon_folder::BeaconFolder;
use crate::clock::Clock;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A simulator's state, behind locks that are taken for a moment each.
pub(crate) struct Shared {
    pub stage: Mutex<Stage>,
    pub clock: Mutex<Clock>,
    pub faults: Mutex<Faults>,
    pub calls: Mutex<Calls>,
    /// ARM's token buckets, where it throttles.
    pub(super) buckets: Option<Mutex<Buckets>>,
    pub role: Option<Role>,
    pub tenant: String,
    pub identity_header: Option<String>,
    pub latency: Duration,
    /// Where beacons write, if anywhere.
    pub beacons: Option<BeaconFolder>,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// `127.0.0.1:port`, for callers that send no Host.
    pub authority: String,
}

/// A poisoned lock only means that some other call panicked; what it guards is still whole enough to read.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn new(stage: Stage, clock: Clock, authority: String) -> Shared {
        Shared {
            tenant: stage.world.fleet.tenant().to_owned(),
            stage: Mutex::new(stage),
            clock: Mutex::new(clock),
            faults: Mutex::default(),
            calls: Mutex::default(),
            buckets: None,
            role: None,
            identity_header: None,
            latency: Duration::ZERO,
            beacons: None,
            scheme: "http",
            authority,
        }
    }

    pub fn throttled(&mut self) {
        self.buckets = Some(Mutex::default());
    }

    /// The world at the clock's present.
    pub fn stage(&self) -> MutexGuard<'_, Stage> {
        let now = lock(&self.clock).now();
        let mut stage = lock(&self.stage);
        stage.world.advance_to(now);
        if let Some(folder) = &self.beacons {
            folder.keep(stage.world.take_beacons());
        }
        stage
    }
}
