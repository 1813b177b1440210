//! What stays the same for the whole pass over one workspace.

use super::beside::Beside;
use super::clock::Clock;
use super::context::Context;
use super::options::Options;
use super::presence::BeaconList;
use super::stop_limit::StopLimit;
use super::target::WorkspaceTarget;
use super::telling::TellingTime;
use crate::host::GONE;
use lamplighter_azure::AzureError;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// An answer that comes later than this after the host has gone is not waited for: the process has a minute to end in.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

pub struct Pass<'a> {
    pub context: &'a Context,
    pub options: &'a Options,
    pub target: &'a WorkspaceTarget,
    pub beacons: &'a BeaconList,
    pub stop_limit: &'a StopLimit,
    /// What it shares with the other workspaces of its subscription.
    pub beside: &'a Beside,
    /// What is left of the time that the sweep's notices may take.
    pub telling: &'a TellingTime,
    pub clock: Clock,
    pub deadline: Instant,
}

impl Pass<'_> {
    /// The sweep's name.
    pub fn sweep(&self) -> &str {
        self.options.id.as_deref().unwrap_or("")
    }

    /// The key of the workspace's saved state: its ARM id.
    pub fn key(&self) -> &str {
        &self.target.workspace.id
    }

    pub fn name(&self) -> String {
        format!("workspace {}", self.target.workspace.name)
    }

    /// What is told where saved state fails.
    pub fn without_state(&self, error: &impl std::fmt::Display) -> String {
        format!("{}: no action without saved state: {error}", self.name())
    }

    /// Whether nothing more may be begun: the deadline has passed, or the host has gone, and another one's sweep does the
    /// rest.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.deadline || self.context.host.is_gone()
    }

    /// Why nothing more is begun, as it goes on after what would be.
    pub fn why_over(&self) -> &'static str {
        match self.context.host.is_gone() {
            true => "the host that asked for the sweep has gone",
            false => "the sweep's deadline has passed",
        }
    }

    /// Asks Azure for something that changes it, unless the host has gone; what was asked for before is waited for, as
    /// long as the process may live on.
    pub async fn unless_host_gone<T>(
        &self,
        call: &'static str,
        asked: impl Future<Output = Result<T, AzureError>>,
    ) -> Result<T, AzureError> {
        let host = &self.context.host;
        if host.is_gone() {
            return Err(AzureError::not_begun(call, GONE));
        }
        tokio::select! {
            answer = asked => answer,
            () = async { host.gone().await; sleep(ANSWER_WITHIN).await } => {
                Err(AzureError::unanswered(call, GONE))
            }
        }
    }

    /// Why nothing may be acted on for the clock's sake. Whoever only looks is not held back.
    pub fn clock_problem(&self) -> Option<String> {
        let problem = self.clock.problem(self.context);
        problem.filter(|_| !self.options.dry_run)
    }
}
