//! How a function app is to be run, and the clock that its host shows.

use crate::queues::Queues;
use crate::traces::Traces;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the host's clock shows: real time, or an instant at which it was made to stand. The handler is told in every
/// invocation.
#[derive(Clone, Debug, Default)]
pub struct HostClock(Arc<Mutex<Option<DateTime<Utc>>>>);

impl HostClock {
    pub fn now(&self) -> DateTime<Utc> {
        self.lock().unwrap_or_else(Utc::now)
    }

    /// Sets the clock, which stands there: however long the work takes, it is done at that instant.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.lock() = Some(now);
    }

    fn lock(&self) -> MutexGuard<'_, Option<DateTime<Utc>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a function app is to be run.
pub struct Plan {
    /// The folder that was packaged.
    pub root: PathBuf,
    /// App settings: they are environment variables of the host.
    pub settings: Vec<(String, String)>,
    /// What else the host's environment has, which its handlers inherit whole.
    pub environment: Vec<(String, String)>,
    /// Instances of the host, each with a handler of its own.
    pub copies: usize,
    pub queues: Option<Queues>,
    pub clock: HostClock,
    pub traces: Traces,
    /// How long a message is nobody else's while it is worked on; then an instance that died has lost it. Azure's
    /// is 10 minutes.
    pub lease: Duration,
    /// How soon after an instance was taken away what it had taken is handed out again, where nobody is to wait until
    /// its lease ends; a lease as short as that would end while a slow one works, too.
    pub lost_after: Option<Duration>,
    /// How long a message that failed rests; host.json's where `None`.
    pub again_after: Option<Duration>,
    pub waits: Waits,
    /// The function key that callers of functions with `authLevel` `function` must give; `None`: none.
    pub key: Option<String>,
    /// Invocations carry a trace context. The host that was seen sends none; one that is bound to Application Insights
    /// is documented to.
    pub traced: bool,
}

/// How long the host waits, as it was seen to.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// How often a new handler is asked whether it answers.
    pub ready_every: Duration,
    /// One that does not answer within this is killed and started again.
    pub ready_within: Duration,
    /// The third error of a handler within this stops the host.
    pub errors_within: Duration,
    /// How soon an empty queue is asked again.
    pub poll: Duration,
    /// `functionTimeout`; host.json's where `None`.
    pub timeout: Option<Duration>,
    /// A host that is told to end waits so long for what runs, and then ends without it.
    pub end_within: Duration,
}

impl Default for Waits {
    fn default() -> Waits {
        Waits {
            ready_every: Duration::from_millis(25),
            ready_within: Duration::from_secs(30),
            errors_within: Duration::from_secs(30 * 60),
            // The real one asks ever more seldom, once a minute at last; nobody here waits for that.
            poll: Duration::from_millis(50),
            timeout: None,
            end_within: Duration::from_secs(12),
        }
    }
}

impl Plan {
    /// One copy of the package in `root`, without queues.
    pub fn of(root: &Path) -> Plan {
        Plan {
            root: root.to_path_buf(),
            settings: Vec::new(),
            environment: Vec::new(),
            copies: 1,
            queues: None,
            clock: HostClock::default(),
            traces: Traces::default(),
            lease: Duration::from_secs(600),
            lost_after: None,
            again_after: None,
            waits: Waits::default(),
            key: None,
            traced: false,
        }
    }
}
