//! The resource groups of a subscription, for their tags.

use super::arm::Arm;
use super::error::AzureError;
use super::model::ResourceGroup;
use super::paging::{Listing, without_duplicates};
use super::parse;
use tokio::time::Instant;

impl Arm {
    /// Every resource group of the subscription (its bare id).
    pub async fn resource_groups(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<Listing<ResourceGroup>, AzureError> {
        let segments = ["subscriptions", subscription, "resourcegroups"];
        let url = self.url(&segments, "2021-04-01");
        let mut listing = self
            .list("list resource groups", url, deadline, parse::resource_group)
            .await?;
        listing.items = without_duplicates(listing.items, |g| g.name.to_lowercase());
        Ok(listing)
    }
}
