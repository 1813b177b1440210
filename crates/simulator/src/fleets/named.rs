//! The fleets that `--fleet` names.

use super::demo::demo_fleet;
use super::foundry::foundry_fleet;
use super::kinds::kinds_fleet;
use super::uniform::uniform_fleet;
use crate::fleet::organisation::Fleet;
use crate::fleet::read::{FleetError, read};
use std::path::Path;

/// The fleet that `--fleet` names: `demo`, `demo:SEED`, `kinds`, `foundry`, `uniform:WORKSPACESxINSTANCES` or a file.
///
/// # Errors
/// The file cannot be read or is bad, or the name after a known word makes no sense.
pub fn named(given: &str) -> Result<Fleet, FleetError> {
    let wrong = || FleetError::Name {
        given: given.to_owned(),
    };
    if given == "demo" {
        return demo_fleet(0);
    }
    if given == "kinds" {
        return kinds_fleet();
    }
    if given == "foundry" {
        return foundry_fleet();
    }
    if let Some(seed) = given.strip_prefix("demo:") {
        return demo_fleet(seed.parse().map_err(|_| wrong())?);
    }
    if let Some(counts) = given.strip_prefix("uniform:") {
        let (workspaces, instances) = counts.split_once('x').ok_or_else(wrong)?;
        let workspaces = workspaces.parse().map_err(|_| wrong())?;
        let instances = instances.parse().map_err(|_| wrong())?;
        // More than this is a slip of the finger, and would only fill the memory.
        if workspaces == 0 || workspaces > 10_000 || instances > 1_000 {
            return Err(wrong());
        }
        return Ok(uniform_fleet(workspaces, instances));
    }
    read(Path::new(given))
}
