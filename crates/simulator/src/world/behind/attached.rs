//! A compute that is attached to a workspace.

use super::target::Target;
use crate::kinds::attached::spec::AttachedSpec;
use std::collections::BTreeMap;

/// One attached compute.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    pub spec: AttachedSpec,
    /// Its workspace's place in the world.
    pub workspace: usize,
    /// Its own ARM id.
    pub id: String,
    /// `workspace/compute`.
    pub reference: String,
    pub tags: BTreeMap<String, String>,
    /// The ARM id of what it stands for, as it is shown.
    pub resource_id: Option<String>,
    /// The resource, where it is simulated.
    pub target: Option<Target>,
}
