//! What every channel can do.

use crate::notify::message::Message;
use crate::notify::pace::Limit;
use crate::notify::sender::{Answer, Post, outcome};
use crate::notify::told::{Outcome, Unfit};

/// What carries messages.
pub(crate) trait Channel: Send + Sync {
    /// As settings name it.
    fn name(&self) -> &'static str;

    /// What tokens of the identity are asked for; `None` where the URL is all that is needed.
    fn scope(&self) -> Option<String> {
        None
    }

    /// Whether each notice is a post of its own.
    fn is_one_by_one(&self) -> bool {
        false
    }

    /// How many posts the service takes.
    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    /// The posts that carry the message.
    ///
    /// # Errors
    /// This message can never be sent here.
    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, Unfit>;

    /// What the service made of one of them.
    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer, "")
    }
}
