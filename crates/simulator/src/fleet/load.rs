//! How hard work is for an instance.

use serde::{Deserialize, Serialize};

/// How hard somebody's work, or a run, is for the instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Load {
    /// A person: bursts, at least one minute above 30 % CPU in every ten. A run: steadily high.
    #[default]
    Busy,
    /// Below 3 % all the time: reading, thinking, waiting.
    Light,
}
