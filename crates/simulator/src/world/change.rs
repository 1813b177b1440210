//! A change of a value that takes its time: of a cluster's scale settings, of a deployment's capacity.

use super::operation::OperationStatus;
use chrono::{DateTime, Utc};

/// What is changed, by place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    Cluster(usize),
    Deployment(usize),
}

/// One change under way, or over.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub id: String,
    pub on: Changed,
    pub began: DateTime<Utc>,
    pub due: DateTime<Utc>,
    pub status: OperationStatus,
}
