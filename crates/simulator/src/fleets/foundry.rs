//! A fleet of Microsoft Foundry.

use crate::fleet::organisation::Fleet;
use crate::fleet::read::{FleetError, parse};

/// Two accounts with workbenches in several states and what they run on, and an ordinary workspace beside them.
///
/// # Errors
/// Never in a build whose tests passed: the text is part of the program.
pub fn foundry_fleet() -> Result<Fleet, FleetError> {
    parse(
        include_str!("foundry_fleet.json"),
        "built-in fleet of Foundry",
    )
}
