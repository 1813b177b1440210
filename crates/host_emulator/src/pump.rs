//! Messages from the queues to one instance's handler, under host.json's rules.

use crate::error::QueueError;
use crate::held::Held;
use crate::process::Process;
use crate::queues::{Message, POISON, Queues};
use crate::shared::Shared;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::task::{JoinHandle, JoinSet};

/// Works until it is dropped; what is worked on then is lost, as with an instance.
pub(crate) struct Pump {
    tasks: Vec<JoinHandle<()>>,
    held: Arc<Held>,
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Pump {
    pub(crate) fn start(shared: Arc<Shared>, process: Arc<Process>, queues: &Queues) -> Pump {
        let functions: Vec<(String, String)> = shared
            .app
            .queue_functions()
            .map(|(name, queue)| (name.to_owned(), queue.to_owned()))
            .collect();
        let held = Arc::<Held>::default();
        let tasks = functions.into_iter().map(|(function, queue)| {
            let worker = Worker {
                shared: Arc::clone(&shared),
                process: Arc::clone(&process),
                held: Arc::clone(&held),
                queues: queues.clone(),
                function,
                queue,
            };
            tokio::spawn(Arc::new(worker).work())
        });
        let tasks = tasks.collect();
        Pump { tasks, held }
    }

    /// Ends it, and returns what it worked on.
    pub(crate) fn end(self) -> Arc<Held> {
        Arc::clone(&self.held)
    }
}

struct Worker {
    shared: Arc<Shared>,
    process: Arc<Process>,
    held: Arc<Held>,
    queues: Queues,
    function: String,
    queue: String,
}

/// Counts a message as worked on until it is dropped, however that comes about.
struct Working(Arc<Shared>);

impl Working {
    fn on(shared: &Arc<Shared>) -> Working {
        shared.working.fetch_add(1, Ordering::SeqCst);
        Working(Arc::clone(shared))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Worker {
    async fn work(self: Arc<Self>) {
        let (rules, poll) = (self.shared.rules, self.shared.waits.poll);
        // Dropped with this future, and its tasks with it.
        let mut under_way: JoinSet<()> = JoinSet::new();
        loop {
            while under_way.try_join_next().is_some() {}
            let busy = under_way.len() > rules.threshold as usize;
            // A host that ends takes nothing more; one whose handler is being started does, and that waits.
            let over = self.shared.is_ending() || self.process.has_stopped();
            let taken = match busy || over {
                true => Vec::new(),
                false => {
                    // A task of its own: it goes on when this one is dropped, as what the queue has handed out by
                    // then must not be forgotten.
                    let taken = tokio::spawn(Arc::clone(&self).take()).await;
                    taken.unwrap_or_default()
                }
            };
            if taken.is_empty() {
                match under_way.is_empty() {
                    true => tokio::time::sleep(poll).await,
                    false => {
                        let _ = tokio::time::timeout(poll, under_way.join_next()).await;
                    }
                }
            }
            for message in taken {
                let (this, working) = (Arc::clone(&self), Working::on(&self.shared));
                under_way.spawn(async move {
                    let _working = working;
                    // What cannot be given back or deleted comes again when its lease ends.
                    if this.one(&message).await.is_ok_and(|still| !still) {
                        this.held.done(&message);
                    }
                });
            }
        }
    }

    /// The next messages; none where they cannot be had now.
    async fn take(self: Arc<Self>) -> Vec<Message> {
        let (batch, lease) = (self.shared.rules.batch, self.shared.lease);
        let taken = self.queues.take(&self.queue, batch, lease).await;
        let taken = taken.unwrap_or_default();
        self.held.take(&self.queues, &self.queue, &taken).await;
        taken
    }

    /// Whether its lease goes on.
    async fn one(&self, message: &Message) -> Result<bool, QueueError> {
        let rules = self.shared.rules;
        // What a poison function does not do has no other queue to go to.
        let last = self.queue.ends_with(POISON);
        let readable = message.text().is_ok();
        // One that was taken so often was being worked on by instances that are gone: the host does not run it again.
        let spent = !last && message.dequeue_count > rules.tries;
        if readable && !spent {
            let invoked = self.shared.hand(&self.process, &self.function, message);
            if invoked.await.is_success() {
                self.queues.delete(&self.queue, message).await?;
                return Ok(false);
            }
        }
        if last {
            // Not given back either: it comes again when its lease ends.
            return Ok(true);
        }
        if readable && message.dequeue_count < rules.tries {
            let (queues, rest) = (&self.queues, rules.again_after);
            queues.give_back(&self.queue, message, rest).await?;
            return Ok(false);
        }
        let poison = format!("{}{POISON}", self.queue);
        self.queues.put_text(&poison, &message.message_text).await?;
        self.queues.delete(&self.queue, message).await?;
        Ok(false)
    }
}
