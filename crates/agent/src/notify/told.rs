//! What a channel made of a message.

use std::time::Duration;

/// What a channel made of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// As settings name it: `teams`, `slack`, `webhook`, `azure`, `eventgrid`, `email`.
    pub channel: &'static str,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has it; whether a person reads it, nobody can know.
    Accepted,
    /// Not now; perhaps later, and no sooner than `after`. `why` is one line without an address or a secret.
    Failed {
        why: String,
        after: Option<Duration>,
    },
    /// It was not asked, or not for long enough: it takes only so many, or there was no time left. That is nobody's
    /// failure.
    Later {
        why: String,
        after: Option<Duration>,
    },
    /// It cannot carry this message, now or later.
    Unfit { why: String },
}

/// Why a channel can never carry a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("nobody's mail address is known")]
    NoAddress,
}
