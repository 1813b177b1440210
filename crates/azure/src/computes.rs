//! The computes of a workspace: list, get, start, stop, and the idle timer.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::operation::Accepted;
use super::paging::{Listing, without_duplicates};
use lamplighter_core::kinds::{self, instance::calls};
use lamplighter_core::observe::{Compute, Workspace};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

impl Arm {
    /// Every compute of the workspace, of any kind.
    pub async fn computes(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Listing<Compute>, AzureError> {
        let read = |item: &Value| kinds::compute(item, workspace);
        let call = self.wire(&calls::list(workspace));
        let mut listing = self.list(call, deadline, read).await?;
        listing.items = without_duplicates(listing.items, |c| c.name.to_lowercase());
        Ok(listing)
    }

    /// One compute, as it is now. [`ErrorKind::NotFound`] where it has been deleted.
    pub async fn compute(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Compute, AzureError> {
        let call = self.wire(&calls::get(workspace, name));
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let compute = kinds::compute(&body, workspace)
            .map_err(|odd| call.error(ErrorKind::Garbled, &odd.to_string()))?;
        match compute.name.eq_ignore_ascii_case(name) {
            true => Ok(compute),
            false => Err(call.error(ErrorKind::Garbled, "the answer is about another compute")),
        }
    }

    /// Asks Azure to start the instance. [`ErrorKind::WrongState`] means: read its state again.
    pub async fn start(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        self.action(&calls::start(workspace, name), deadline).await
    }

    /// Asks Azure to stop the instance. [`ErrorKind::WrongState`] means: read its state again.
    pub async fn stop(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        self.action(&calls::stop(workspace, name), deadline).await
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
