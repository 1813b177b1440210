//! The subscriptions that the identity sees.

use super::arm::Arm;
use super::error::AzureError;
use super::model::Subscription;
use super::paging::{Listing, without_duplicates};
use super::parse;
use tokio::time::Instant;

impl Arm {
    /// Every subscription the identity can see.
    pub async fn subscriptions(
        &self,
        deadline: Instant,
    ) -> Result<Listing<Subscription>, AzureError> {
        let url = self.url(&["subscriptions"], "2022-12-01");
        let mut listing = self
            .list("list subscriptions", url, deadline, parse::subscription)
            .await?;
        listing.items = without_duplicates(listing.items, |s| s.id.to_ascii_lowercase());
        Ok(listing)
    }
}
