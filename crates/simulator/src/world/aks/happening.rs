//! What is planned to happen to managed clusters, by place in the world.

use crate::kinds::aks::calls::AksCall;
use chrono::NaiveDate;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum AksHappening {
    /// A pod's day is drawn.
    Plan {
        cluster: usize,
        pod: usize,
        date: NaiveDate,
    },
    Due {
        cluster: usize,
        pod: usize,
        minutes: u32,
    },
    PodEnd {
        cluster: usize,
        pod: usize,
    },
    Settle {
        cluster: usize,
        call: AksCall,
        operation: String,
    },
    /// Somebody else's change is done.
    Updated {
        cluster: usize,
        update: u64,
    },
}
