//! How a function app is to be run, and the clock that its host shows.

use crate::queues::Queues;
use crate::traces::Traces;
use chrono::{DateTime, TimeDelta, Utc};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// What the host's clock shows: real time, or so much off it. The handler is told in every invocation.
#[derive(Clone, Debug, Default)]
pub struct HostClock(Arc<AtomicI64>);

impl HostClock {
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.0.load(Ordering::Relaxed))
    }

    /// Sets the clock, which runs on from there.
    pub fn set(&self, now: DateTime<Utc>) {
        let off = (now - Utc::now()).num_milliseconds();
        self.0.store(off, Ordering::Relaxed);
    }
}

/// How a function app is to be run.
pub struct Plan {
    /// The folder that was packaged.
    pub root: PathBuf,
    /// App settings: they are the handler's environment, which has nothing else of this process's.
    pub settings: Vec<(String, String)>,
    /// Instances of the host, each with a handler of its own.
    pub copies: usize,
    pub queues: Option<Queues>,
    pub clock: HostClock,
    pub traces: Traces,
    /// How long a message is nobody else's while it is worked on; then an instance that died has lost it. Azure's
    /// is 10 minutes.
    pub lease: Duration,
    /// How long a message that failed rests; host.json's where `None`.
    pub again_after: Option<Duration>,
}

impl Plan {
    /// One copy of the package in `root`, without queues.
    pub fn of(root: &Path) -> Plan {
        Plan {
            root: root.to_path_buf(),
            settings: Vec::new(),
            copies: 1,
            queues: None,
            clock: HostClock::default(),
            traces: Traces::default(),
            lease: Duration::from_secs(600),
            again_after: None,
        }
    }
}
