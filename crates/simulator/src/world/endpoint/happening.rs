//! What is planned to happen to endpoints.

use super::shape::Requests;
use chrono::NaiveDate;

/// Something that will happen to an endpoint, with the places of what it happens to.
#[derive(Clone, Debug)]
pub(in crate::world) enum EndpointHappening {
    /// A change of capacity is through.
    Scaled {
        deployment: usize,
        change: String,
    },
    /// A day on which requests may come.
    Requests {
        endpoint: usize,
        plan: usize,
        date: NaiveDate,
    },
    Come {
        endpoint: usize,
        requests: Requests,
    },
    Go {
        endpoint: usize,
        requests: Requests,
    },
    Evaluate {
        setting: usize,
    },
    /// A day on which a pipeline may apply.
    Day {
        deployment: usize,
        date: NaiveDate,
    },
    Apply {
        deployment: usize,
    },
}
