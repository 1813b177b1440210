//! What a managed cluster allows, and when.

use super::calls::AksCall;
use super::refusal::AksRefusal;
use super::spec::{AksSpec, PoolKind};
use super::state::{AksPower, Progress};
use chrono::{DateTime, Utc};

/// What of a cluster, beside its spec, decides whether a call is accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    pub power: AksPower,
    pub progress: Progress,
    /// When the last stop began.
    pub stop_began: Option<DateTime<Utc>>,
}

/// Whether Azure accepts a call.
///
/// # Errors
/// Another operation is under way, it is so already, or the cluster is of a sort that cannot be stopped.
pub(crate) fn allow(call: AksCall, spec: &AksSpec, at: Condition) -> Result<(), AksRefusal> {
    if at.progress.is_passing() {
        return Err(AksRefusal::Busy(at.progress));
    }
    match (call, at.power) {
        (AksCall::Start, AksPower::Stopped) => Ok(()),
        (AksCall::Start, AksPower::Running) => Err(AksRefusal::NotStopped),
        (AksCall::Stop, AksPower::Stopped) => Err(AksRefusal::NotRunning(at.stop_began)),
        (AksCall::Stop, AksPower::Running) => can_stop(spec),
    }
}

fn can_stop(spec: &AksSpec) -> Result<(), AksRefusal> {
    let scale_sets = |pool: &super::spec::PoolSpec| pool.kind == PoolKind::VirtualMachineScaleSets;
    if !spec.pools.iter().all(scale_sets) {
        Err(AksRefusal::AvailabilitySet)
    } else if spec.node_auto_provisioning {
        Err(AksRefusal::NodeAutoProvisioning)
    } else if spec.hosted_system {
        Err(AksRefusal::HostedSystem)
    } else if spec.wildcard_webhook {
        Err(AksRefusal::Webhook)
    } else {
        Ok(())
    }
}
