//! What a machine's price hangs on beside its size and its region.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An operating system, as far as prices tell them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Os {
    #[default]
    Linux,
    Windows,
}

impl Os {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Os::Linux => "Linux",
            Os::Windows => "Windows",
        }
    }
}

/// Who goes first when machines are scarce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Priority {
    /// A virtual machine calls it `Regular`.
    #[default]
    #[serde(alias = "Regular")]
    Dedicated,
    #[serde(alias = "Low")]
    LowPriority,
    Spot,
}

impl Priority {
    /// As Azure Machine Learning spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Dedicated => "Dedicated",
            Priority::LowPriority => "LowPriority",
            Priority::Spot => "Spot",
        }
    }
}

/// What one hour costs, in hundredths of the price of a dedicated Linux machine; the price API has a row for each.
pub(crate) const fn percent(os: Os, priority: Priority) -> i64 {
    match (os, priority) {
        (Os::Linux, Priority::Dedicated) => 100,
        (Os::Linux, Priority::LowPriority | Priority::Spot) => 20,
        (Os::Windows, Priority::Dedicated) => 173,
        (Os::Windows, Priority::LowPriority) => 69,
        (Os::Windows, Priority::Spot) => 38,
    }
}

/// The price of one hour of such a machine, as the price API's row has it.
pub(crate) fn price_of(linux: Decimal, os: Os, priority: Priority) -> Decimal {
    (linux * Decimal::new(percent(os, priority), 2)).round_dp(6)
}
