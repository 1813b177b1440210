//! Changing a workspace's saved state outside the pass that wrote it.

use super::pass::Pass;
use crate::ledger::{LedgerError, SaveError, StateDocument};

/// Another sweep may have written the saved state while Azure answered.
const ATTEMPTS: usize = 8;

/// Changes the newest saved state of the workspace, whoever wrote it last.
///
/// # Errors
/// The ledger fails, or others keep writing.
pub async fn amend(
    pass: &Pass<'_>,
    change: impl Fn(&mut StateDocument) -> Result<(), LedgerError>,
) -> Result<(), SaveError> {
    let (ledger, key) = (&pass.context.ledger, pass.key());
    for _ in 0..ATTEMPTS {
        let loaded = ledger.load_document(key).await;
        let (mut state, version) = loaded.map_err(SaveError::Other)?;
        change(&mut state)?;
        match ledger.save_document(key, &state, &version).await {
            Err(SaveError::Conflict) => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(()),
        }
    }
    Err(SaveError::Conflict)
}
