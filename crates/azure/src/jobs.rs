//! The jobs of a workspace.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use lamplighter_core::kinds::base;
use lamplighter_core::observe::{Job, Workspace, parse};
use tokio::time::Instant;

impl Arm {
    /// Every job of the workspace, of any status, archived ones included: when a finished one was submitted
    /// still tells that its resource was used. That no job runs on a resource must be proved, so a list that
    /// breaks off, or an item of it that may be active and cannot be read, is an error here.
    pub async fn jobs(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Vec<Job>, AzureError> {
        let call = self.wire(&base::jobs(workspace));
        let listing = self.list(call.clone(), deadline, parse::job).await?;
        if let Some(error) = listing.incomplete {
            return Err(error);
        }
        match listing.oddities.first() {
            Some(odd) => Err(call.error(ErrorKind::Garbled, odd)),
            None => Ok(listing.items),
        }
    }
}
