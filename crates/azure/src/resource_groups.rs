//! The resource groups of a subscription, for their tags.

use super::arm::{Arm, Call};
use super::error::{AzureError, Kind};
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

    /// One resource group as it is now.
    pub async fn resource_group(
        &self,
        subscription: &str,
        name: &str,
        deadline: Instant,
    ) -> Result<ResourceGroup, AzureError> {
        let segments = ["subscriptions", subscription, "resourcegroups", name];
        let call = Call::get("get resource group", self.url(&segments, "2021-04-01"));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let found = parse::resource_group(&body).map_err(|odd| call.error(Kind::Garbled, &odd))?;
        match found.name.eq_ignore_ascii_case(name) {
            true => Ok(found),
            false => Err(call.error(Kind::Garbled, "the answer is about another resource group")),
        }
    }
}
