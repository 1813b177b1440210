//! A workspace that a sweep goes through, with what lies above it.

use lamplighter_core::observe::{Tags, Workspace};

pub struct WorkspaceTarget {
    pub workspace: Workspace,
    pub resource_group_tags: Tags,
    /// False: the resource groups could not be read, so a policy may be missing a layer.
    pub tags_known: bool,
}
