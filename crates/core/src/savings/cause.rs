//! Why an interval opened, and what its subscription has already paid for.

use crate::decide::Reason;
use serde::{Deserialize, Serialize};

/// The one cause of an interval: the rule whose act opened it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The schedule's edge.
    #[default]
    Schedule,
    /// The end of a lease.
    Lease,
    /// `lamp-hold`.
    Hold,
    /// `lamp-idle`.
    Idle,
    /// `lamp-max-uptime`.
    MaxUptime,
    /// `lamp-mode: enforce`.
    Enforce,
}

impl Cause {
    pub const ALL: [Cause; 6] = [
        Cause::Schedule,
        Cause::Lease,
        Cause::Hold,
        Cause::Idle,
        Cause::MaxUptime,
        Cause::Enforce,
    ];

    /// The cause of an act that was decided for `reason`.
    pub fn of(reason: Reason) -> Cause {
        match reason {
            Reason::LeaseEnded => Cause::Lease,
            Reason::HoldOn | Reason::HoldOff => Cause::Hold,
            Reason::Idle => Cause::Idle,
            Reason::MaxUptime => Cause::MaxUptime,
            Reason::Enforced => Cause::Enforce,
            _ => Cause::Schedule,
        }
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// What a subscription has bought ahead (setting `BENEFITS`): then an hour less is not a price less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Benefit {
    /// Pay as you go: an hour off is its price saved.
    #[default]
    None,
    /// The commitment is paid whatever runs: what an hour off does to the cash is unknown.
    SavingsPlan,
    /// The machine is paid for whether it runs or not: an hour off is freed for others, and saves no cash.
    Reservation,
}

impl Benefit {
    pub fn is_none(&self) -> bool {
        *self == Benefit::None
    }
}
