//! The jobs of a workspace.

use super::arm::Arm;
use super::error::{AzureError, Kind};
use super::model::{Job, Workspace};
use super::parse;
use tokio::time::Instant;

const CALL: &str = "list jobs";

impl Arm {
    /// Every job of the workspace, of any status, archived ones included: when a finished one was submitted
    /// still tells that its machine was used. That no job runs on a machine must be proved, so a list that
    /// breaks off, or an item of it that may be active and cannot be read, is an error here.
    pub async fn jobs(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Vec<Job>, AzureError> {
        let mut url = self.workspace_url(workspace, &["jobs"]);
        url.query_pairs_mut().append_pair("listViewType", "All");
        let listing = self.list(CALL, url.clone(), deadline, parse::job).await?;
        if let Some(error) = listing.incomplete {
            return Err(error);
        }
        match listing.oddities.first() {
            Some(odd) => Err(AzureError::new(Kind::Garbled, CALL, &url, odd)),
            None => Ok(listing.items),
        }
    }
}
