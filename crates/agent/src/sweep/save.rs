//! Changing a workspace's saved state outside the pass that wrote it.

use super::pass::Pass;
use crate::ledger::{SaveError, Version};
use lamplighter_core::record::WorkspaceState;

/// Another sweep may have written the saved state while Azure answered.
const ATTEMPTS: usize = 8;

/// Changes the newest saved state of the workspace, whoever wrote it last.
///
/// # Errors
/// The ledger fails, or others keep writing.
pub async fn amend(pass: &Pass<'_>, change: impl Fn(&mut WorkspaceState)) -> Result<(), SaveError> {
    let (ledger, key) = (&pass.context.ledger, pass.key());
    let (mut state, mut version): (WorkspaceState, Version) =
        ledger.load(key).await.map_err(SaveError::Other)?;
    for _ in 0..ATTEMPTS {
        change(&mut state);
        match ledger.save(key, &state, &version).await {
            Err(SaveError::Conflict) => {
                (state, version) = ledger.load(key).await.map_err(SaveError::Other)?;
            }
            Err(error) => return Err(error),
            Ok(_) => return Ok(()),
        }
    }
    Err(SaveError::Conflict)
}
