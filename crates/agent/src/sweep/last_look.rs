//! A resource read once more before an action, as its kind is read: with whatever may have come to keep it from that.

use super::decided::Decided;
use super::pass::Pass;
use chrono::TimeDelta;
use lamplighter_azure::{AzureError, Metric};
use lamplighter_core::kinds::{Kind, aks, standing};
use lamplighter_core::observe::{Compute, Span};
use tokio::time::Instant;

/// Whose pods run is judged by the last samples within this time.
const PODS_WITHIN: TimeDelta = TimeDelta::minutes(20);

/// The resource as it is now.
pub async fn read(
    pass: &Pass<'_>,
    decided: &Decided,
    is_stop: bool,
    until: Instant,
) -> Result<Compute, AzureError> {
    let (observed, arm) = (&decided.observed, &pass.context.arm);
    let kind = &observed.resource.kind;
    let Some(known) = kind.known() else {
        let words = "nothing is done to this kind";
        return Err(AzureError::not_begun("read a resource", words));
    };
    let workspace = &pass.target.workspace;
    let mut compute = arm
        .resource(known, workspace, &observed.compute, until)
        .await?;
    if *kind == Kind::Deployment {
        let subscription = &workspace.subscription;
        let scaled = arm.autoscaled(subscription, until).await?;
        let is = scaled.contains(&compute.id.to_lowercase());
        standing::autoscaled(&mut compute, is);
    }
    if *kind == Kind::Aks && is_stop {
        compute.by_kind.no_stop = match compute.by_kind.no_stop.take() {
            Some(why) => Some(why),
            None => pods(pass, &compute, until).await,
        };
    }
    Ok(compute)
}

/// Why the pods on a cluster keep it from being stopped, if they do.
async fn pods(pass: &Pass<'_>, compute: &Compute, until: Instant) -> Option<String> {
    let now = pass.options.now;
    let metric = Metric {
        id: &compute.id,
        name: "kube_pod_status_phase",
        filter: "phase eq 'Running' and namespace eq '*'",
        span: Span {
            from: now - PODS_WITHIN,
            to: now,
            step: TimeDelta::minutes(5),
        },
    };
    let share = &compute.by_kind.namespaces;
    match pass.context.arm.series(metric, until).await {
        Ok(series) => aks::pods::held_by(&series, share),
        Err(error) => Some(format!("which pods run on it could not be read: {error}")),
    }
}
