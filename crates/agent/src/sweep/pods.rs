//! Whose pods run on a managed cluster that is to be stopped.

use super::context::Context;
use super::decided::Decided;
use super::pass::Pass;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::Metric;
use lamplighter_core::kinds::{Kind, aks};
use lamplighter_core::observe::{Compute, Span};
use lamplighter_core::record::Action;
use tokio::time::Instant;

/// Judged by the last samples within this time.
const WITHIN: TimeDelta = TimeDelta::minutes(20);

/// Why the pods on a cluster keep it from being stopped, if they do.
pub async fn held_by(
    context: &Context,
    compute: &Compute,
    now: DateTime<Utc>,
    until: Instant,
) -> Option<String> {
    let metric = Metric {
        id: &compute.id,
        name: "kube_pod_status_phase",
        filter: "phase eq 'Running' and namespace eq '*'",
        span: Span {
            from: now - WITHIN,
            to: now,
            step: aks::pods::STEP,
        },
    };
    match context.arm.series(metric, until).await {
        Ok(series) => aks::pods::held_by(&series, now),
        Err(error) => Some(format!("which pods run on it could not be read: {error}")),
    }
}

/// The decisions with the pods; asked for only where a cluster is to be stopped.
pub async fn with_pods(pass: &Pass<'_>, decided: Vec<Decided>) -> Vec<Decided> {
    let mut informed = Vec::with_capacity(decided.len());
    for one in decided {
        let of_cluster = one.observed.resource.kind == Kind::Aks;
        let one = match of_cluster && one.decision.action == Action::Stop {
            true => {
                let (context, now) = (pass.context, pass.clock.moment(Instant::now()));
                let compute = &one.observed.compute;
                let why = held_by(context, compute, now, pass.deadline).await;
                one.guarded(why)
            }
            false => one,
        };
        informed.push(one);
    }
    informed
}
