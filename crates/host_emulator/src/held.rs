//! What one instance has taken from the queues and not finished, so that it can be handed out again soon after the
//! instance was taken away.

use crate::queues::{Message, Queues};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Held(Mutex<State>);

#[derive(Default)]
struct State {
    /// The instance is gone: what comes now, in an answer that was on its way, nobody works on.
    lost: Option<Duration>,
    /// Queue and message.
    messages: Vec<(String, Message)>,
}

impl Held {
    /// Says that these are worked on now. Gives them back where the instance is gone.
    pub(crate) async fn take(&self, queues: &Queues, queue: &str, messages: &[Message]) {
        let lost = {
            let mut state = self.state();
            let held = messages
                .iter()
                .map(|message| (queue.to_owned(), message.clone()));
            state.messages.extend(held);
            state.lost
        };
        if let Some(after) = lost {
            self.lose(queues, after).await;
        }
    }

    /// Says that this one is done with, whatever came of it.
    pub(crate) fn done(&self, message: &Message) {
        let known = |(_, held): &(String, Message)| held.message_id != message.message_id;
        self.state().messages.retain(known);
    }

    /// Hands all of them out again after so long.
    pub(crate) async fn lose(&self, queues: &Queues, after: Duration) {
        let lost = {
            let mut state = self.state();
            state.lost = Some(after);
            std::mem::take(&mut state.messages)
        };
        for (queue, message) in lost {
            // What cannot be given back comes again when its lease ends.
            let _ = queues.give_back(&queue, &message, after).await;
        }
    }

    /// Nothing panics while it holds the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
