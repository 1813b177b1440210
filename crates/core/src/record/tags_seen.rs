//! A resource's own tags, as they were last shown.

use crate::observe::Tags;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Tags as an answer showed them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagsSeen {
    pub tags: Tags,
    pub at: DateTime<Utc>,
    /// Its owner was told that they are not shown any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub told: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}
