//! What the instances of one host have in common.

use crate::app::{App, QueueRules};
use crate::error::QueueError;
use crate::plan::HostClock;
use crate::queues::{POISON, Queues};
use crate::traces::Traces;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) struct Shared {
    pub(crate) app: Arc<App>,
    pub(crate) settings: Arc<Vec<(String, String)>>,
    pub(crate) queues: Option<Queues>,
    pub(crate) rules: QueueRules,
    pub(crate) lease: Duration,
    pub(crate) clock: HostClock,
    pub(crate) traces: Traces,
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
            queues.create(&format!("{queue}{POISON}")).await?;
        }
        Ok(())
    }

    /// Nothing panics while it holds the lock.
    pub(crate) fn executions(&self) -> MutexGuard<'_, BTreeMap<String, (u64, u64)>> {
        self.executions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
