//! What a schedule answers: edges, and the desired state between them.

use super::power::Power;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which kind of rule an edge comes from: a manual override after an [`EdgeKind::Edge`] has no lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// The begin or the end of a window.
    Window,
    /// A `start` or `stop`.
    Edge,
}

/// The instant at which a schedule begins to want `power`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// On a whole second.
    pub at: DateTime<Utc>,
    pub power: Power,
    pub kind: EdgeKind,
}

/// A schedule's answer for one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desired {
    /// `None`: no opinion.
    pub power: Option<Power>,
    /// The edge that made it so; `None` for `always`, `never`, `none` and windows without a gap.
    pub since: Option<Edge>,
    /// The first edge later than the instant.
    pub next: Option<Edge>,
}

impl Desired {
    /// No opinion, ever.
    pub const NONE: Desired = Desired::ever(None);

    /// What no edge has made so, and none ends.
    pub(super) const fn ever(power: Option<Power>) -> Desired {
        Desired {
            power,
            since: None,
            next: None,
        }
    }
}
