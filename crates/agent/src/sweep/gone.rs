//! What is written down of a resource that is no longer there.

use super::intervals::end;
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::{Record, Resource, ResourceState, What};
use std::collections::BTreeMap;

/// The ends of what was open on a resource that is no longer there; it was last observed at `at`.
pub fn deleted(
    id: &str,
    state: &ResourceState,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Record> {
    let resource = state.resource.clone().unwrap_or_else(|| unnamed(id));
    let ends = state.open_intervals().map(|interval| {
        let closed = end(interval, at, "the resource was deleted".into(), now);
        let vm_size = interval.vm_size.clone();
        let resource = Resource {
            vm_size,
            ..resource.clone()
        };
        let id = format!("closed:{}", interval.id);
        (id, resource, What::Closed { closed })
    });
    let deleted = format!("deleted:{}:{}", resource.id, now.to_rfc3339());
    let all = ends.chain([(deleted, resource.clone(), What::Deleted)]);
    all.map(|(id, resource, what)| Record::new(id, now, Some(resource), what))
        .collect()
}

/// A resource of which its saved state tells no more than the id.
fn unnamed(id: &str) -> Resource {
    Resource {
        id: id.to_owned(),
        kind: Kind::Other(String::new()),
        name: id.rsplit('/').next().unwrap_or_default().to_owned(),
        workspace: String::new(),
        owner: None,
        vm_size: None,
        location: None,
        decided_in: None,
        billed_in: None,
        tags: BTreeMap::new(),
    }
}
