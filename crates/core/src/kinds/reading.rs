//! The tags in force on a resource, read as its kind reads them.

use super::kind::Kind;
use super::workbench;
use crate::observe::{Compute, Tags};
use crate::policy::{Defaults, Endpoint, Layers, Reading, Subject, Target, read_for};

/// What the tags in force on a resource say. `workspace`, `resource_group`: the tags above it.
///
/// ```
/// use lamplighter_core::kinds::{instance, reading};
/// use lamplighter_core::observe::{ComputeState, Tags};
/// use lamplighter_core::policy::Defaults;
///
/// let workspace = Tags::from([("lamp-schedule".into(), "Mon-Fri 08:00-19:00".into())]);
/// let mut compute = instance::imagined(ComputeState::Running);
/// let read = |compute: &_| reading(compute, &workspace, &Tags::new(), &Defaults::default());
/// assert!(read(&compute).policy.governed);
/// // No cluster is drawn in by a tag that was not written for it.
/// compute.compute_type = Some("AmlCompute".into());
/// assert!(!read(&compute).policy.governed);
/// ```
pub fn reading(
    compute: &Compute,
    workspace: &Tags,
    resource_group: &Tags,
    defaults: &Defaults,
) -> Reading {
    // Also of a kind that is not enabled: what its tags ask for is said.
    let kind = Kind::named(compute.compute_type.as_deref());
    // Of what is never acted on, its place tells how its tags' layers are called.
    let usual = match workbench::place::is_foundry(&compute.id) {
        true => Target::Workbench,
        false => Target::Instance,
    };
    let target = kind.known().map_or(usual, |kind| kind.target());
    let above = &compute.by_kind.above;
    let mut subject = Subject {
        target,
        namesakes: compute.by_kind.namesake,
        ..Subject::default()
    };
    let mut name = compute.name.as_str();
    match (target, name.split_once('/')) {
        (Target::Deployment, Some((endpoint, deployment))) => {
            subject.endpoint = Some(Endpoint {
                name: endpoint,
                tags: above,
            });
            name = deployment;
        }
        (Target::Vm | Target::Aks, _) => {
            subject.attached = Some(above);
            let attached = compute.by_kind.attached_as.first();
            name = attached
                .and_then(|id| id.rsplit('/').next())
                .unwrap_or(name);
        }
        (Target::Workbench, _) if workbench::place::is_workbench(&compute.id) => {
            subject.account = Some(above);
        }
        _ => {}
    }
    let layers = Layers {
        compute_name: name,
        compute: &compute.tags,
        workspace,
        resource_group,
    };
    let mut reading = read_for(&subject, &layers, defaults);
    let least = compute.by_kind.scale.as_ref().and_then(|scale| scale.least);
    if let Some(least) = least {
        reading.policy.raise_floor(target, least);
    }
    reading
}
