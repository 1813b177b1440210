//! Which instances give their cores up to others when they stop: only a preview of Azure's API shows that. It is asked once a
//! day for each workspace with a governed instance, once all that is due there is done, and what it shows counts from the
//! next sweep on. Where it cannot be read nothing is claimed, and nothing else suffers.

use super::observe::{Observed, reading};
use super::pass::Pass;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::{AzureError, Listing};
use lamplighter_core::kinds::Kind;
use lamplighter_core::kinds::instance::quota::QuotaShown;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::QuotaSeen;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

const EVERY: TimeDelta = TimeDelta::days(1);
/// It takes no longer than this from a sweep.
const WITHIN: Duration = Duration::from_secs(10);

/// What was read of a workspace.
pub struct QuotaRead {
    pub at: DateTime<Utc>,
    /// By name, lower case; `None`: the answer does not say.
    shown: HashMap<String, Option<bool>>,
}

impl QuotaRead {
    /// Asks, where that is due. `last`: when it was asked last, whatever came of that.
    pub async fn if_due(
        pass: &Pass<'_>,
        computes: &[Compute],
        last: Option<DateTime<Utc>>,
    ) -> Option<QuotaRead> {
        let now = pass.options.now;
        let fresh = last.is_some_and(|at| at <= now && now - at < EVERY);
        if fresh || pass.is_over() || !computes.iter().any(|one| is_governed(pass, one)) {
            return None;
        }
        let until = pass.deadline.min(Instant::now() + WITHIN);
        let workspace = &pass.target.workspace;
        let listing = pass.context.arm.quota_shown(workspace, until).await;
        let shown = of_listing(&pass.name(), listing);
        Some(QuotaRead { at: now, shown })
    }

    /// Remembers what was read of one resource. Of what was not listed, what is known stands.
    pub fn take_in(&self, observed: &mut Observed) {
        let name = observed.compute.name.to_lowercase();
        let is_instance = observed.resource.kind == Kind::Instance;
        let Some(shown) = self.shown.get(&name).filter(|_| is_instance) else {
            return;
        };
        observed.state.quota_seen = shown.map(|released| QuotaSeen {
            released,
            at: self.at,
        });
    }
}

fn is_governed(pass: &Pass<'_>, compute: &Compute) -> bool {
    let instance = Kind::of(compute) == Kind::Instance && !compute.by_kind.observe_only;
    instance && reading(pass, compute).policy.governed
}

/// As far as it could be read.
fn of_listing(
    name: &str,
    listing: Result<Listing<QuotaShown>, AzureError>,
) -> HashMap<String, Option<bool>> {
    let (items, failed) = match listing {
        Ok(listing) => (listing.items, listing.incomplete),
        Err(error) => (Vec::new(), Some(error)),
    };
    if let Some(error) = failed {
        // Azure need not know that version everywhere, and nobody has to do anything about it.
        tracing::info!(
            event = "quota-unread",
            "{name}: which instances give their cores up could not be read, which is tried again in a day: {error}"
        );
    }
    let each = items.into_iter().map(|one| (one.name, one.released));
    each.collect()
}
