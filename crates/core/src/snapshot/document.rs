//! The document.

use super::resource::SnapshotResource;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The only version of the document there is so far.
pub const VERSION: u32 = 1;

/// Names are camelCase, as in Azure's own JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    pub version: u32,
    pub taken_at: DateTime<Utc>,
    /// By ARM id.
    pub resources: Vec<SnapshotResource>,
    /// What could not be read, in words; it spoils only its own part.
    #[serde(default)]
    pub problems: Vec<String>,
}
