//! A fleet with at least one of each kind.

use crate::fleet::organisation::Fleet;
use crate::fleet::read::{FleetError, parse};

/// Clusters and endpoints of every sort, attached computes with what is billed behind them, and who uses all that.
///
/// # Errors
/// Never in a build whose tests passed: the text is part of the program.
pub fn kinds_fleet() -> Result<Fleet, FleetError> {
    let scaled = parse(include_str!("kinds_fleet.json"), "built-in fleet of kinds")?;
    let behind = parse(include_str!("kinds_behind.json"), "built-in fleet of kinds")?;
    Ok(scaled.joined(behind))
}
