//! What a channel is to carry: all that one address is to hear of one sweep.

use super::notice::Notice;
use chrono::{DateTime, Utc};

/// All that one address is to hear of one sweep.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The same when it is sent again, so that a receiver can tell; letters, digits, `-` and `_` only.
    pub id: String,
    /// Whom it is for; `None` where nobody is known.
    pub to: Option<&'a str>,
    /// Not empty.
    pub notices: Vec<&'a Notice>,
    /// The instant of this attempt.
    pub now: DateTime<Utc>,
}
