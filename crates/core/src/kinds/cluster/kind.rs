//! A cluster as one of the kinds.

use super::{calls, parse, prices, rights};
use crate::kinds::call::Call;
use crate::kinds::evidence::Source;
use crate::kinds::goes_on::GoesOn;
use crate::kinds::meter::Meter;
use crate::kinds::resource_kind::ResourceKind;
use crate::kinds::right::Right;
use crate::observe::parse::Fields;
use crate::observe::{Compute, Workspace};
use crate::policy::Target;

/// The compute cluster.
#[derive(Clone, Copy, Debug)]
pub struct Cluster;

impl ResourceKind for Cluster {
    fn name(&self) -> &'static str {
        "cluster"
    }

    fn compute_type(&self) -> &'static str {
        "AmlCompute"
    }

    fn read(&self, properties: &mut Fields<'_, '_>, compute: &mut Compute) {
        parse::read(properties, compute);
    }

    fn proves_quiet(&self, _: Source) -> bool {
        false
    }

    /// Fewer warm nodes take none away from a job: nodes leave only when they idle.
    fn jobs_delay(&self) -> bool {
        false
    }

    fn target(&self) -> Target {
        Target::Cluster
    }

    fn meters(&self, compute: &Compute) -> Vec<Meter> {
        Meter::of(compute).into_iter().collect()
    }

    fn goes_on(&self, compute: &Compute, floor: u32) -> Vec<GoesOn> {
        prices::goes_on(compute, floor)
    }

    fn goes_on_in_words(&self) -> &'static str {
        "A cluster without nodes goes on costing a load balancer for each 50 that it may have, about 0.33 USD a day each"
    }

    /// Nobody wrote down how a bill names a cluster: its own id, its workspace's, or that of a scale set of Azure's.
    fn may_be_scale_sets(&self, _: Option<&str>) -> bool {
        true
    }

    fn start(&self, workspace: &Workspace, compute: &Compute, to: Option<u32>) -> Call {
        scaled(workspace, compute, to)
    }

    fn stop(&self, workspace: &Workspace, compute: &Compute, to: Option<u32>) -> Call {
        scaled(workspace, compute, to)
    }

    fn by_hand(&self, workspace: &Workspace, compute: &Compute, to: Option<u32>) -> String {
        let (name, group) = (&workspace.name, &workspace.resource_group);
        let to = to.map_or_else(|| "…".to_owned(), |to| to.to_string());
        format!(
            "give it its minimum number of nodes in the studio, or run: az ml compute update --name {} \
             --min-instances {to} --workspace-name {name} --resource-group {group}",
            compute.name
        )
    }

    fn rights(&self) -> Vec<Right> {
        rights::rights()
    }

    fn role(&self) -> (&'static str, &'static str) {
        rights::ROLE
    }
}

fn scaled(workspace: &Workspace, compute: &Compute, to: Option<u32>) -> Call {
    let scale = compute.by_kind.scale.clone().unwrap_or_default();
    // Whoever asks for no value asks for no change.
    let to = to.unwrap_or(scale.value);
    calls::set_warm(workspace, &compute.name, &scale, to)
}
