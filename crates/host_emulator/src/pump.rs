//! Messages from the queues to one instance's handler, under host.json's rules.

use crate::error::QueueError;
use crate::process::Process;
use crate::queues::{Message, POISON, Queues};
use crate::shared::Shared;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::task::{JoinHandle, JoinSet};

/// Works until it is dropped; what is worked on then is lost, as with an instance.
pub(crate) struct Pump(Vec<JoinHandle<()>>);

impl Drop for Pump {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Pump {
    pub(crate) fn start(shared: Arc<Shared>, process: Arc<Process>, queues: &Queues) -> Pump {
        let functions: Vec<(String, String)> = shared
            .app
            .queue_functions()
            .map(|(name, queue)| (name.to_owned(), queue.to_owned()))
            .collect();
        let tasks = functions.into_iter().map(|(function, queue)| {
            let worker = Worker {
                shared: Arc::clone(&shared),
                process: Arc::clone(&process),
                queues: queues.clone(),
                function,
                queue,
            };
            tokio::spawn(Arc::new(worker).work())
        });
        Pump(tasks.collect())
    }
}

struct Worker {
    shared: Arc<Shared>,
    process: Arc<Process>,
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
                    let taken = self
                        .queues
                        .take(&self.queue, rules.batch, self.shared.lease)
                        .await;
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
                    let _ = this.one(&message).await;
                });
            }
        }
    }

    async fn one(&self, message: &Message) -> Result<(), QueueError> {
        let rules = self.shared.rules;
        // What a poison function does not do has no other queue to go to.
        let last = self.queue.ends_with(POISON);
        let readable = message.text().is_ok();
        if readable {
            let invoked = self.shared.hand(&self.process, &self.function, message);
            if invoked.await.is_success() {
                return self.queues.delete(&self.queue, message).await;
            }
            if last {
                // Not given back either: it comes again when its lease ends.
                return Ok(());
            }
            if message.dequeue_count < rules.tries {
                let (queues, rest) = (&self.queues, rules.again_after);
                return queues.give_back(&self.queue, message, rest).await;
            }
        } else if last {
            return Ok(());
        }
        let poison = format!("{}{POISON}", self.queue);
        self.queues.put_text(&poison, &message.message_text).await?;
        self.queues.delete(&self.queue, message).await
    }
}
