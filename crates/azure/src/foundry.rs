//! Microsoft Foundry: its projects and accounts by Resource Graph, and the machines of each.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::paging::{Listing, without_duplicates};
use lamplighter_core::kinds::workbench::room::{self, Held};
use lamplighter_core::kinds::workbench::{self, parse, place, place::Place};
use lamplighter_core::observe::{Compute, Workspace};
use serde_json::Value;
use tokio::time::Instant;

impl Arm {
    /// Every project and account of these subscriptions (bare ids) that may have machines.
    ///
    /// # Errors
    /// As [`Arm::graph_workspaces`].
    pub async fn graph_foundry(
        &self,
        subscriptions: &[String],
        deadline: Instant,
    ) -> Result<Listing<Place>, AzureError> {
        let name = "find projects of Foundry by Resource Graph";
        let read = |row: &Value| Ok(row.clone());
        let query = place::query();
        let rows = self
            .graph(name, &query, subscriptions, deadline, read)
            .await?;
        let (places, odd) = place::read(&rows.items);
        let mut listing = Listing::empty();
        listing.unreadable = odd.len();
        listing.oddities = odd.iter().map(ToString::to_string).collect();
        listing.items = without_duplicates(places, |one| one.workspace.id.to_lowercase());
        Ok(listing)
    }

    /// The machines of a project or an account, with the tags of the account above a project.
    pub(super) async fn machines(
        &self,
        within: &Workspace,
        deadline: Instant,
    ) -> Result<Listing<Compute>, AzureError> {
        let version = self.foundry_version();
        let read = |item: &Value| parse::machine(item, version);
        let call = self.wire(&workbench::list(within, version));
        let mut listing = self.list(call, deadline, read).await?;
        listing.items = without_duplicates(listing.items, |c| c.id.to_lowercase());
        for machine in &mut listing.items {
            machine.by_kind.above = within.above.clone();
            // The newest version does not say where a workbench is.
            if machine.location.is_none() {
                machine.location.clone_from(&within.location);
            }
        }
        Ok(listing)
    }

    /// The models that an account serves on machines of its own.
    ///
    /// # Errors
    /// As Azure answers, or its list breaks off.
    pub async fn held_machines(
        &self,
        account: &Workspace,
        deadline: Instant,
    ) -> Result<Vec<Held>, AzureError> {
        let call = self.wire(&workbench::managed_deployments(
            account,
            self.foundry_version(),
        ));
        let listing = self.list(call, deadline, room::held).await?;
        match listing.incomplete {
            Some(error) => Err(error),
            None => Ok(listing.items),
        }
    }

    /// A project or an account as it is now; of a project with the tags of its account.
    pub(super) async fn foundry_place(
        &self,
        known: &Workspace,
        deadline: Instant,
    ) -> Result<Workspace, AzureError> {
        let mut found = self.place_itself(known, deadline).await?;
        if let Some(account) = place::account_of(known) {
            found.above = self.place_itself(&account, deadline).await?.tags;
        }
        Ok(found)
    }

    async fn place_itself(
        &self,
        known: &Workspace,
        deadline: Instant,
    ) -> Result<Workspace, AzureError> {
        let call = self.wire(&workbench::get_place(known, self.foundry_version()));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let (places, _) = place::read(std::slice::from_ref(&body));
        let found = places.into_iter().map(|one| one.workspace);
        let mut found = found.filter(|one| one.id.eq_ignore_ascii_case(&known.id));
        found
            .next()
            .ok_or_else(|| call.error(ErrorKind::Garbled, "the answer is about another resource"))
    }
}
