//! What a call below `/simulator` names.

use super::error::ControlError;
use crate::world::simulation::World;

/// The place of the instance that a reference or an ARM id names.
///
/// # Errors
/// There is none.
pub(super) fn instance(world: &World, name: &str) -> Result<usize, ControlError> {
    world
        .find(name)
        .ok_or_else(|| ControlError::NoInstance(name.to_owned()))
}
