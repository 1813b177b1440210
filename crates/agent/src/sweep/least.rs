//! The least number of instances that Azure lets an online deployment have: asked for before something is done to one, and
//! once a day at most.

use super::context::Context;
use super::decided::Decided;
use super::pass::Pass;
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::{Action, Least};
use tokio::time::Instant;

/// The least of one now. What cannot be read is not known: Azure refuses less than it allows.
pub async fn ask(
    context: &Context,
    compute: &Compute,
    now: DateTime<Utc>,
    until: Instant,
) -> Least {
    let asked = context.arm.least_instances(&compute.id, until).await;
    let value = asked.unwrap_or_else(|error| {
        let name = &compute.name;
        tracing::warn!(
            event = "oddity",
            "{name}: the least number of its instances could not be read, so it is taken for 1: {error}"
        );
        None
    });
    Least {
        value,
        asked_at: now,
    }
}

/// The decisions with it; asked for only where a deployment is to be scaled.
pub async fn with_least(pass: &Pass<'_>, decided: Vec<Decided>) -> Vec<Decided> {
    let now = pass.options.now;
    let mut informed = Vec::with_capacity(decided.len());
    for mut one in decided {
        let scaled = one.observed.resource.kind == Kind::Deployment
            && matches!(one.decision.action, Action::Stop | Action::Start);
        let known = one.observed.state.least.as_ref();
        if scaled && known.is_none_or(|known| known.is_stale(now)) {
            let compute = one.observed.compute.clone();
            let least = ask(pass.context, &compute, now, pass.deadline).await;
            one.observed.state.least = Some(least);
            one = one.again(pass, compute);
        }
        informed.push(one);
    }
    informed
}
