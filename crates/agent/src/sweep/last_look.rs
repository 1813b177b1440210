//! A resource read once more before an action, as its kind is read: with whatever may have come to keep it from that.

use super::decided::Decided;
use super::pass::Pass;
use super::pods;
use lamplighter_azure::{Arm, AzureError};
use lamplighter_core::kinds::{Kind, standing};
use lamplighter_core::observe::{Compute, FoundryVersion, Workspace};
use tokio::time::Instant;

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
    if *kind == Kind::Workbench && is_stop && observed.state.tags_seen.is_none() {
        older_word(arm, workspace, &mut compute, until).await;
    }
    if *kind == Kind::Deployment {
        let subscription = &workspace.subscription;
        // Side by side: neither makes the other old.
        let scaled = arm.autoscaled(subscription, until);
        let above = arm.tags_of_endpoint(&compute, until);
        let (scaled, above) = futures::try_join!(scaled, above)?;
        compute.by_kind.above = above;
        let is = scaled.contains(&compute.id.to_lowercase());
        standing::autoscaled(&mut compute, is);
    }
    if *kind == Kind::Aks && is_stop {
        compute.by_kind.no_stop = match compute.by_kind.no_stop.take() {
            Some(why) => Some(why),
            None => {
                let now = pass.clock.moment(Instant::now());
                pods::held_by(pass.context, &compute, now, until).await
            }
        };
    }
    Ok(compute)
}

/// Before the first stop of a workbench that shows no tags, and of which none are remembered: what an older version shows of
/// them. Somebody may have written there that it stays on. That no version shows any proves nothing, and hinders nothing.
async fn older_word(arm: &Arm, workspace: &Workspace, compute: &mut Compute, until: Instant) {
    if !compute.by_kind.tags_hidden {
        return;
    }
    let mut asked = compute.clone();
    asked.by_kind.read_in = Some(FoundryVersion::July2026);
    let read = match Kind::Workbench.known() {
        Some(known) => arm.resource(known, workspace, &asked, until).await,
        None => return,
    };
    if let Ok(older) = read
        && !older.by_kind.tags_hidden
    {
        compute.tags = older.tags;
        compute.by_kind.tags_hidden = false;
    }
}
