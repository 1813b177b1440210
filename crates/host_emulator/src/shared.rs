//! What the instances of one host have in common.

use crate::app::{App, QueueRules};
use crate::error::QueueError;
use crate::plan::{HostClock, Waits};
use crate::queues::{POISON, Queues};
use crate::traces::Traces;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How far the end of a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    No,
    /// It begins nothing more.
    Ending,
    Ended,
}

pub(crate) struct Shared {
    pub(crate) app: Arc<App>,
    /// The host's whole environment.
    pub(crate) environment: Arc<Vec<(String, String)>>,
    pub(crate) queues: Option<Queues>,
    pub(crate) rules: QueueRules,
    pub(crate) lease: Duration,
    pub(crate) lost_after: Option<Duration>,
    pub(crate) timeout: Duration,
    pub(crate) waits: Waits,
    pub(crate) key: Option<String>,
    pub(crate) traced: bool,
    pub(crate) clock: HostClock,
    pub(crate) traces: Traces,
    pub(crate) end: watch::Sender<End>,
    /// Messages that are being worked on, by all instances.
    pub(crate) working: AtomicUsize,
    /// Invocations so far, by function: executions, and their whole time in milliseconds.
    pub(crate) executions: Mutex<BTreeMap<String, (u64, u64)>>,
}

impl Shared {
    /// Makes the queues of all bindings, and their poison queues.
    pub(crate) async fn make_queues(&self) -> Result<(), QueueError> {
        let Some(queues) = &self.queues else {
            return Ok(());
        };
        let outputs = self
            .app
            .functions
            .values()
            .flat_map(|one| one.outputs.values());
        let triggers = self.app.queue_functions().map(|(_, queue)| queue);
        let outputs = outputs.map(String::as_str);
        for queue in outputs.chain(triggers) {
            queues.create(queue).await?;
            if !queue.ends_with(POISON) {
                queues.create(&format!("{queue}{POISON}")).await?;
            }
        }
        Ok(())
    }

    pub(crate) fn is_ending(&self) -> bool {
        *self.end.borrow() >= End::Ending
    }

    /// Waits until the host has ended.
    pub(crate) async fn ended(&self) {
        let mut end = self.end.subscribe();
        // The sender is this very value's.
        let _ = end.wait_for(|end| *end == End::Ended).await;
    }

    /// Nothing panics while it holds the lock.
    pub(crate) fn executions(&self) -> MutexGuard<'_, BTreeMap<String, (u64, u64)>> {
        self.executions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
