//! The jobs of a workspace.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use lamplighter_core::kinds::base;
use lamplighter_core::observe::{Job, Workspace, parse};
use serde_json::Value;
use tokio::time::Instant;

impl Arm {
    /// Every job of the workspace, of any status, archived ones included: when a finished one was submitted
    /// still tells that its resource was used. That no job runs on a resource must be proved, so a list that
    /// breaks off, or an item of it that may be active and cannot be read, is an error here. Only where the first
    /// page is refused can the error say that the identity [lacks the right](AzureError::lacks_right).
    ///
    /// Of them all, those that are `wanted` are kept: a workspace of years has more jobs than memory should hold.
    pub async fn jobs(
        &self,
        workspace: &Workspace,
        wanted: impl Fn(&Job) -> bool,
        deadline: Instant,
    ) -> Result<Vec<Job>, AzureError> {
        let call = self.wire(&base::jobs(workspace));
        let read = |item: &Value| parse::job(item).map(|job| wanted(&job).then_some(job));
        let listing = self.list_of(call.clone(), deadline, read).await?;
        if let Some(error) = listing.incomplete {
            let words = format!("the list breaks off: {error}");
            return Err(call.error(ErrorKind::Garbled, &words));
        }
        match listing.oddities.first() {
            Some(odd) => Err(call.error(ErrorKind::Garbled, odd)),
            None => Ok(listing.items),
        }
    }
}
