//! Where evidence of work on a resource can come from.

use serde::{Deserialize, Serialize};

/// A source of evidence. Which of them can prove that nobody works on a resource depends on its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    Beacon,
    Metrics,
    Jobs,
}
