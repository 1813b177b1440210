//! What is planned to happen to clusters.

use chrono::NaiveDate;

/// Something that will happen to a cluster, with the places of what it happens to.
#[derive(Clone, Debug)]
pub(in crate::world) enum ClusterHappening {
    Booted {
        cluster: usize,
        node: u64,
    },
    Left {
        cluster: usize,
        node: u64,
    },
    /// A node may have been idle for long enough.
    IdleOut {
        cluster: usize,
    },
    Updated {
        cluster: usize,
        change: String,
    },
    JobEnd {
        job: usize,
    },
    /// A day on which Terraform may apply.
    Day {
        cluster: usize,
        date: NaiveDate,
    },
    Apply {
        cluster: usize,
    },
}
