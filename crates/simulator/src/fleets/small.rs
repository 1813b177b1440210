//! The fleet of a simulator that was given none.

use crate::fleet::organisation::Fleet;
use crate::fleet::read::{FleetError, parse};

/// One workspace, three instances, two people.
///
/// # Errors
/// Never in a build whose tests passed: the text is part of the program.
pub fn small_fleet() -> Result<Fleet, FleetError> {
    parse(include_str!("small_fleet.json"), "built-in fleet")
}
