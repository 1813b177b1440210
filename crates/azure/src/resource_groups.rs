//! The resource groups of a subscription, for their tags.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::paging::{Listing, without_duplicates};
use lamplighter_core::kinds::base;
use lamplighter_core::observe::{ResourceGroup, parse};
use tokio::time::Instant;

impl Arm {
    /// Every resource group of the subscription (its bare id).
    pub async fn resource_groups(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<Listing<ResourceGroup>, AzureError> {
        let call = self.wire(&base::resource_groups(subscription));
        let mut listing = self.list(call, deadline, parse::resource_group).await?;
        listing.items = without_duplicates(listing.items, |g| g.name.to_lowercase());
        Ok(listing)
    }

    /// One resource group as it is now.
    pub async fn resource_group(
        &self,
        subscription: &str,
        name: &str,
        deadline: Instant,
    ) -> Result<ResourceGroup, AzureError> {
        let call = self.wire(&base::resource_group(subscription, name));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let found = parse::resource_group(&body)
            .map_err(|odd| call.error(ErrorKind::Garbled, &odd.to_string()))?;
        match found.name.eq_ignore_ascii_case(name) {
            true => Ok(found),
            false => Err(call.error(
                ErrorKind::Garbled,
                "the answer is about another resource group",
            )),
        }
    }
}
