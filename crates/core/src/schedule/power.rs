//! The desired state of a resource.

use serde::{Deserialize, Serialize};

/// Whether a resource is to be running or stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Power {
    /// Running.
    On,
    /// Stopped.
    Off,
}
