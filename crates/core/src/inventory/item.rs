//! One thing that nothing governs, in words.

use crate::kinds::{Kind, reported, rest};
use crate::observe::{Compute, ComputeState};
use crate::policy::{Reading, Target};
use crate::record::{InventoryItem, Requests, Resource, WarmNodes};
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// The warm nodes of a cluster that idle. `enabled`: whether the platform has enabled clusters.
pub fn cluster(resource: &Resource, warm: &WarmNodes, enabled: bool) -> InventoryItem {
    let kept = warm.kept;
    let text = match warm.idle {
        Some(idle) => format!("{idle} of {kept} node(s) that are kept warm idle"),
        None => format!("{kept} node(s) kept warm; how many of them idle is not shown"),
    };
    let tag = format!(
        "lamp-schedule.{} on the workspace, or lamp-schedule on the cluster",
        resource.name
    );
    InventoryItem {
        resource: resource.clone(),
        count: warm.idle,
        price: None,
        since: warm.idle.map(|_| warm.since),
        requests: None,
        text,
        remedy: remedy(
            (!warm.tagged).then_some(tag),
            (!enabled).then_some(Target::Cluster),
        ),
    }
}

/// Anything else, as it was just read; `None` where it is governed: a tag counts, and its kind is enabled.
pub fn item(
    compute: &Compute,
    (workspace, workspace_id): (&str, &str),
    reading: &Reading,
    enabled: bool,
    requests: Option<Requests>,
) -> Option<InventoryItem> {
    let tagged = reading.policy.governed;
    let target = Kind::of(compute).known().map(|kind| kind.target());
    if tagged && enabled && target.is_some() {
        return None;
    }
    let since = requests.as_ref().and_then(Requests::quiet_week);
    Some(InventoryItem {
        resource: Resource::of(compute, (workspace, workspace_id), reading),
        count: target.and_then(|target| count(compute, target)),
        price: None,
        since,
        text: text(compute, target, reading, requests.as_ref()),
        remedy: target.map_or_else(String::new, |target| {
            let tag = (!tagged).then(|| tag(compute, target));
            match only_deleting(compute, target) {
                Some(words) => words,
                None => remedy(tag, (!enabled).then_some(target)),
            }
        }),
        requests,
    })
}

/// Whether one of a kind costs nothing by itself, so that no price is to be asked for.
///
/// ```
/// use lamplighter_core::inventory::unpriced;
/// use lamplighter_core::kinds::Kind;
///
/// assert!(unpriced(&Kind::Other("serverless".into())) && !unpriced(&Kind::Vm));
/// ```
pub fn unpriced(kind: &Kind) -> bool {
    kind.known().is_none()
}

/// How many instances or machines run.
fn count(compute: &Compute, target: Target) -> Option<u32> {
    let nodes = || compute.by_kind.pools.iter().map(|(count, _)| count).sum();
    match (rest(compute), target) {
        _ if target.is_scaled() => Some(compute.by_kind.scale.as_ref()?.value),
        (Some(Power::Off), _) => Some(0),
        (_, Target::Aks) => Some(nodes()),
        // While it changes, and where it has failed, it may be paid for.
        _ => match compute.state {
            ComputeState::Other(_) => None,
            _ => Some(1),
        },
    }
}

fn text(
    compute: &Compute,
    target: Option<Target>,
    reading: &Reading,
    requests: Option<&Requests>,
) -> String {
    let name = compute.compute_type.as_deref().unwrap_or_default();
    let state = &compute.state;
    let first = match target {
        None => reported::line(name)
            .unwrap_or("nothing is known of its kind")
            .to_owned(),
        Some(Target::Deployment) => match &compute.by_kind.scale {
            Some(scale) => format!("{} instance(s), {state}", scale.value),
            None => "how many instances it has is not shown".to_owned(),
        },
        Some(_) if rest(compute) == Some(Power::On) => "running".to_owned(),
        Some(_) if rest(compute) == Some(Power::Off) => "stopped".to_owned(),
        Some(_) => state.to_string(),
    };
    let mut words = vec![first];
    words.extend(requests.map(of_requests));
    words.extend(compute.by_kind.notes.iter().cloned());
    if target.is_some() {
        words.extend(compute.by_kind.no_stop.clone());
        words.extend(reading.ungoverned.as_ref().map(ToString::to_string));
    }
    words.join("; ")
}

/// What is asked of a deployment.
fn of_requests(requests: &Requests) -> String {
    let time = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
    let asked = time(requests.asked_at);
    match (requests.none_since, requests.last, &requests.unknown) {
        (Some(since), ..) => {
            let days = requests
                .none_until
                .map_or(0, |until| (until - since).num_days());
            format!(
                "no request from {} to {} ({days} day(s))",
                time(since),
                time(requests.none_until.unwrap_or(requests.asked_at))
            )
        }
        (_, Some(last), _) => format!("a request in the hour up to {}", time(last)),
        (.., Some(why)) => format!("whether it gets requests is not known ({asked}): {why}"),
        _ => format!("whether it gets requests is not known ({asked})"),
    }
}

/// Where no tag would save anything.
fn only_deleting(compute: &Compute, target: Target) -> Option<String> {
    let scale = compute.by_kind.scale.as_ref()?;
    let least = target.usual_floor();
    (target == Target::Deployment && scale.value <= least).then(|| {
        "none: Azure keeps at least one instance, so only deleting the deployment ends its cost"
            .to_owned()
    })
}

fn tag(compute: &Compute, target: Target) -> String {
    match target {
        Target::Deployment => format!(
            "lamp-schedule.{} on the workspace, or lamp-schedule on the deployment or its endpoint",
            compute.name.replace('/', ".")
        ),
        Target::Vm => "lamp-schedule on the virtual machine itself".to_owned(),
        Target::Aks => "lamp-schedule on the managed cluster itself".to_owned(),
        Target::Cluster | Target::Instance | Target::Workbench => {
            format!("lamp-schedule.{}", compute.name)
        }
    }
}

/// What is to be done: a tag, and the kind in `KINDS` with its role.
fn remedy(tag: Option<String>, kind: Option<Target>) -> String {
    let tag = tag.map(|tag| format!("the tag {tag}"));
    let kind = kind.map(|kind| {
        let name = kind.name();
        let place = match kind {
            Target::Vm | Target::Aks => "on it",
            Target::Workbench => "on its account",
            _ => "in the workspace",
        };
        let known = Kind::from(name.to_owned()).known();
        let role = known.map_or(name, |known| known.role_file());
        format!("{name} in KINDS, and the role infra/role/{role}.json {place}")
    });
    let all: Vec<String> = tag.into_iter().chain(kind).collect();
    all.join("; ")
}
