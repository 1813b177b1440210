//! The machine-learning workspaces of a subscription.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::paging::{Listing, without_duplicates};
use lamplighter_core::kinds::base;
use lamplighter_core::kinds::workbench::place::is_foundry;
use lamplighter_core::observe::{Workspace, parse};
use tokio::time::Instant;

impl Arm {
    /// Every workspace of the subscription (its bare id), of any kind.
    pub async fn workspaces(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<Listing<Workspace>, AzureError> {
        let call = self.wire(&base::workspaces(subscription));
        let mut listing = self.list(call, deadline, parse::workspace).await?;
        listing.items = without_duplicates(listing.items, |w| w.id.to_lowercase());
        Ok(listing)
    }

    /// One workspace, or what is swept like one, as it is now, by what its ARM id names.
    pub async fn workspace(
        &self,
        known: &Workspace,
        deadline: Instant,
    ) -> Result<Workspace, AzureError> {
        if is_foundry(&known.id) {
            return self.foundry_place(known, deadline).await;
        }
        let call = self.wire(&base::workspace(known));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let found = parse::workspace(&body)
            .map_err(|odd| call.error(ErrorKind::Garbled, &odd.to_string()))?;
        match found.id.eq_ignore_ascii_case(&known.id) {
            true => Ok(found),
            false => Err(call.error(ErrorKind::Garbled, "the answer is about another workspace")),
        }
    }
}
