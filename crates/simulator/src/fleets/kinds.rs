//! A fleet with at least one of each kind.

use crate::fleet::organisation::Fleet;
use crate::fleet::read::{FleetError, parse};

/// Clusters and endpoints of every sort, and who uses them.
///
/// # Errors
/// Never in a build whose tests passed: the text is part of the program.
pub fn kinds_fleet() -> Result<Fleet, FleetError> {
    parse(include_str!("kinds_fleet.json"), "built-in fleet of kinds")
}
