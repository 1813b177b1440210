//! Jobs of a workspace. Azure filters by neither compute nor status, so all pages are read.

use super::arm::Arm;
use super::error::AzureError;
use super::model::{Job, Workspace};
use super::parse::{text, time};
use serde_json::Value;
use tokio::time::Instant;

impl Arm {
    /// All jobs of a workspace, of every status.
    ///
    /// # Errors
    /// Any page is missing: the absence of a job must be proved, not assumed.
    pub async fn jobs(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Vec<Job>, AzureError> {
        let url = self.url(&format!("{}/jobs", workspace.id), &self.config.api_version);
        let listing = self
            .list(
                "list jobs",
                url,
                Some(&workspace.subscription),
                job,
                deadline,
            )
            .await?;
        match listing.incomplete {
            Some(error) => Err(error),
            None => Ok(listing.items),
        }
    }
}

/// Never an oddity: a job of which nothing is known is one that nothing is known to be on.
fn job(item: &Value) -> Result<Job, String> {
    let properties = item.get("properties").unwrap_or(&Value::Null);
    let created = item
        .get("systemData")
        .and_then(|data| text(data, "createdAt"));
    Ok(Job {
        name: text(item, "name").unwrap_or_else(|| "(a job without a name)".into()),
        display_name: text(properties, "displayName"),
        status: text(properties, "status"),
        compute_id: text(properties, "computeId").or_else(|| text(properties, "compute")),
        created_at: created.as_deref().and_then(time),
    })
}
