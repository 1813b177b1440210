//! The fleets that `--fleet` names.

use super::demo::demo_fleet;
use super::foundry::foundry_fleet;
use super::kinds::kinds_fleet;
use super::uniform::uniform_fleet;
use crate::fleet::organisation::Fleet;
use crate::fleet::read::{FleetError, read};
use std::num::ParseIntError;
use std::path::Path;

/// Workspaces in each subscription of a uniform fleet where nothing else is said.
const EACH: usize = 20;

/// The fleet that `--fleet` names: `demo`, `demo:SEED`, `kinds`, `foundry`, `uniform:WORKSPACESxINSTANCES` (over
/// `xSUBSCRIPTIONS`, where that follows) or a file.
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
        let counts = counts.split('x').map(str::parse).collect();
        let counts: Vec<usize> = Result::map_err(counts, |_: ParseIntError| wrong())?;
        let (workspaces, instances, subscriptions) = match counts[..] {
            [workspaces, instances] => (workspaces, instances, workspaces.div_ceil(EACH)),
            [workspaces, instances, subscriptions] => (workspaces, instances, subscriptions),
            _ => return Err(wrong()),
        };
        // More than this is a slip of the finger, and would only fill the memory.
        let most = workspaces <= 10_000 && instances <= 2_500 && subscriptions <= workspaces;
        if workspaces == 0 || subscriptions == 0 || !most {
            return Err(wrong());
        }
        return Ok(uniform_fleet(workspaces, instances, subscriptions));
    }
    read(Path::new(given))
}
