//! What one reading of the inventory works with.

use super::context::Context;
use super::target::WorkspaceTarget;
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::Inventory;
use std::collections::HashMap;
use tokio::time::Instant;

/// What one reading works with.
pub struct Reading<'a> {
    pub context: &'a Context,
    /// By the ARM id in lower case.
    pub targets: HashMap<String, &'a WorkspaceTarget>,
    pub before: &'a Inventory,
    pub now: DateTime<Utc>,
    pub until: Instant,
}

impl Reading<'_> {
    pub fn is_enabled(&self, kind: &Kind) -> bool {
        self.context.settings.kinds.enabled(kind.name())
    }

    /// The workspace in which something is found; `None` where that is none of those that are swept.
    pub fn target_of(&self, compute: &Compute) -> Option<&WorkspaceTarget> {
        let attached = compute.by_kind.attached_as.iter();
        let mut ids = std::iter::once(&compute.id).chain(attached);
        ids.find_map(|id| {
            let id = id.to_lowercase();
            // A workspace's ARM id has nine parts, the first of them empty.
            let end = id.match_indices('/').nth(8).map(|(end, _)| end)?;
            self.targets.get(&id[..end]).copied()
        })
    }
}
