//! What stays the same for the whole pass over one workspace.

use super::clock::Clock;
use super::context::Context;
use super::options::Options;
use super::presence::BeaconList;
use super::stop_limit::StopLimit;
use super::target::WorkspaceTarget;
use tokio::time::Instant;

pub struct Pass<'a> {
    pub context: &'a Context,
    pub options: &'a Options,
    pub target: &'a WorkspaceTarget,
    pub beacons: &'a BeaconList,
    pub stop_limit: &'a StopLimit,
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

    /// Whether nothing more may be begun: the deadline has passed, or the host has gone, and another one's sweep does the
    /// rest.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.deadline || self.context.host.is_gone()
    }

    /// Why nothing may be acted on for the clock's sake. Whoever only looks is not held back.
    pub fn clock_problem(&self) -> Option<String> {
        let problem = self.clock.problem(self.context);
        problem.filter(|_| !self.options.dry_run)
    }
}
