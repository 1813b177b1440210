//! The subscriptions that the identity sees.

use super::arm::Arm;
use super::error::AzureError;
use super::paging::{Listing, without_duplicates};
use lamplighter_core::kinds::base;
use lamplighter_core::observe::{Subscription, parse};
use tokio::time::Instant;

impl Arm {
    /// Every subscription the identity can see.
    pub async fn subscriptions(
        &self,
        deadline: Instant,
    ) -> Result<Listing<Subscription>, AzureError> {
        let call = self.wire(&base::subscriptions());
        let mut listing = self.list(call, deadline, parse::subscription).await?;
        listing.items = without_duplicates(listing.items, |s| s.id.to_ascii_lowercase());
        Ok(listing)
    }
}
