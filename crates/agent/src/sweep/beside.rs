//! What stands beside the computes of many workspaces of one subscription, found by one call for all of them.

use super::context::Context;
use super::target::WorkspaceTarget;
use lamplighter_core::kinds::standing::{self, Endpoints, Wanted};
use lamplighter_core::observe::Workspace;
use serde_json::Value;
use std::collections::BTreeMap;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// The rows of a subscription's endpoints, as the first pass that needs them has asked for them.
pub struct Beside {
    /// How many workspaces share them.
    workspaces: usize,
    /// `None`: they could not be had, and each asks for its own.
    rows: OnceCell<Option<Vec<Value>>>,
}

impl Beside {
    pub fn of(workspaces: usize) -> Beside {
        Beside {
            workspaces,
            rows: OnceCell::new(),
        }
    }

    /// What the workspaces of each subscription share, by its id in lower case.
    pub fn of_each(targets: &[WorkspaceTarget]) -> BTreeMap<String, Beside> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for target in targets {
            *counts.entry(Beside::key(target)).or_default() += 1;
        }
        let counts = counts.into_iter();
        counts
            .map(|(key, count)| (key, Beside::of(count)))
            .collect()
    }

    /// The key of a workspace's subscription.
    pub fn key(target: &WorkspaceTarget) -> String {
        target.workspace.subscription.to_lowercase()
    }

    /// Those of one workspace; `None` where it shares them with no other, or they could not be had.
    pub async fn rows(
        &self,
        context: &Context,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Option<Vec<Value>> {
        if self.workspaces < 2 {
            return None;
        }
        let subscription = [workspace.subscription.to_lowercase()];
        let asked = self.rows.get_or_init(|| async {
            let all = Wanted {
                endpoints: Endpoints::All,
                attached: &[],
            };
            let query = all.query();
            let found = context.arm.graph_standing(&query, &subscription, deadline);
            found.await.ok().map(|found| found.items)
        });
        let all = asked.await.as_ref()?.iter();
        let own = all.filter(|row| standing::is_of(row, workspace));
        Some(own.cloned().collect())
    }
}
