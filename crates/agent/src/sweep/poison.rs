//! Messages that nobody could work on.

use serde::{Deserialize, Serialize};

/// A message that could not be worked on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Poison {
    pub text: String,
    /// The workspace's ARM id in lower case, where the message named one.
    pub workspace: Option<String>,
}
