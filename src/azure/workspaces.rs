//! The machine-learning workspaces of a subscription.

use super::arm::Arm;
use super::error::AzureError;
use super::model::Workspace;
use super::paging::{Listing, without_duplicates};
use super::parse;
use tokio::time::Instant;

impl Arm {
    /// Every workspace of the subscription (its bare id), of any kind.
    pub async fn workspaces(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<Listing<Workspace>, AzureError> {
        let segments = [
            "subscriptions",
            subscription,
            "providers",
            "Microsoft.MachineLearningServices",
            "workspaces",
        ];
        let url = self.url(&segments, self.api_version());
        let mut listing = self
            .list("list workspaces", url, deadline, parse::workspace)
            .await?;
        listing.items = without_duplicates(listing.items, |w| w.id.to_lowercase());
        Ok(listing)
    }
}
