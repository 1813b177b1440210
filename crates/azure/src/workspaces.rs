//! The machine-learning workspaces of a subscription.

use super::arm::{Arm, Call};
use super::error::{AzureError, Kind};
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

    /// One workspace as it is now, by what its ARM id names.
    pub async fn workspace(
        &self,
        known: &Workspace,
        deadline: Instant,
    ) -> Result<Workspace, AzureError> {
        let call = Call::get("get workspace", self.workspace_url(known, &[]));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let found = parse::workspace(&body).map_err(|odd| call.error(Kind::Garbled, &odd))?;
        match found.id.eq_ignore_ascii_case(&known.id) {
            true => Ok(found),
            false => Err(call.error(Kind::Garbled, "the answer is about another workspace")),
        }
    }
}
