//! The computes of a workspace, what is known of any kind, and the idle timer of an instance.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::paging::{Listing, without_duplicates};
use lamplighter_core::kinds::instance::quota::{self, QuotaShown};
use lamplighter_core::kinds::workbench::place::is_foundry;
use lamplighter_core::kinds::{self, ResourceKind, deployment, instance::calls};
use lamplighter_core::observe::{Compute, Tags, Workspace};
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::Instant;

impl Arm {
    /// Every compute of the workspace, of any kind; of a project or an account of Foundry, its machines.
    pub async fn computes(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Listing<Compute>, AzureError> {
        if is_foundry(&workspace.id) {
            return self.machines(workspace, deadline).await;
        }
        let read = |item: &Value| kinds::compute(item, workspace);
        let call = self.wire(&kinds::base::list_computes(workspace));
        let mut listing = self.list(call, deadline, read).await?;
        listing.items = without_duplicates(listing.items, |c| c.name.to_lowercase());
        Ok(listing)
    }

    /// Which instances of the workspace give their cores up when they stop, as far as Azure shows that.
    ///
    /// # Errors
    /// As Azure answers: it need not know the api-version that shows it.
    pub async fn quota_shown(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Listing<QuotaShown>, AzureError> {
        let call = self.wire(&calls::list_with_quota(workspace));
        let read = |item: &Value| quota::read(item, &workspace.id);
        self.list_of(call, deadline, read).await
    }

    /// A resource that is known, as it is now. [`ErrorKind::NotFound`] where it has been deleted.
    pub async fn resource(
        &self,
        kind: &dyn ResourceKind,
        workspace: &Workspace,
        known: &Compute,
        deadline: Instant,
    ) -> Result<Compute, AzureError> {
        let call = self.wire(&kind.get(workspace, known));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let found = kind.answer(&body, known);
        let mut found = found
            .unwrap_or_else(|| kinds::compute(&body, workspace))
            .map_err(|odd| call.error(ErrorKind::Garbled, &odd.to_string()))?;
        found.by_kind.namesake = known.by_kind.namesake;
        match found.name.eq_ignore_ascii_case(&known.name) {
            true => Ok(found),
            false => Err(call.error(ErrorKind::Garbled, "the answer is about another resource")),
        }
    }

    /// The tags, as they are now, of the endpoint that a deployment belongs to.
    pub async fn tags_of_endpoint(
        &self,
        deployment: &Compute,
        deadline: Instant,
    ) -> Result<Tags, AzureError> {
        let call = self.wire(&kinds::deployment::calls::endpoint(&deployment.id));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        kinds::standing::tags_above(&body, deployment)
            .map_err(|odd| call.error(ErrorKind::Garbled, &odd.to_string()))
    }

    /// The ids, in lower case, of what an enabled autoscale setting of a subscription scales.
    pub async fn autoscaled(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<Vec<String>, AzureError> {
        let call = self.wire(&kinds::base::autoscale(subscription));
        let read = |item: &Value| Ok::<_, Infallible>(item.clone());
        let listing = self.list(call, deadline, read).await?;
        match listing.incomplete {
            Some(error) => Err(error),
            None => Ok(kinds::standing::enabled_targets(listing.items.iter())),
        }
    }

    /// The least number of instances that Azure lets an online deployment have; `None` where it names none.
    ///
    /// # Errors
    /// As Azure answers, or its list breaks off.
    pub async fn least_instances(
        &self,
        id: &str,
        deadline: Instant,
    ) -> Result<Option<u32>, AzureError> {
        let call = self.wire(&deployment::calls::skus(id));
        let read = |item: &Value| Ok::<_, Infallible>(deployment::parse::least(item));
        let listing = self.list(call, deadline, read).await?;
        match listing.incomplete {
            Some(error) => Err(error),
            None => Ok(listing.items.into_iter().flatten().min()),
        }
    }

    /// Sets Azure's own idle timer, 15 minutes to 3 days. It answers at once; [`ErrorKind::WrongState`] means that it
    /// refuses the value.
    pub async fn set_idle_timer(
        &self,
        workspace: &Workspace,
        name: &str,
        to: Duration,
        deadline: Instant,
    ) -> Result<(), AzureError> {
        let call = self.wire(&calls::set_idle_timer(workspace, name, to));
        let reply = self.send(&call, deadline).await?;
        match reply.unlike(call.yes) {
            None => Ok(()),
            Some(words) => Err(call.error(ErrorKind::Garbled, &words)),
        }
    }
}
