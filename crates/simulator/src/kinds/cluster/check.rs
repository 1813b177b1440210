//! What the types of a fleet file's cluster cannot tell.

use super::scale::{NodeScale, ScaleError};
use super::spec::ClusterSpec;
use crate::fleet::machine::Priority;

/// What is wrong with a cluster of a fleet file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClusterError {
    #[error(transparent)]
    Scale(#[from] ScaleError),
    #[error("a cluster is Dedicated or LowPriority")]
    Spot,
    #[error("more nodes than maxNodeCount")]
    TooMany,
    #[error("more unusable nodes than nodes")]
    Unusable,
}

/// Checks a cluster; its size is checked with those of other kinds.
///
/// # Errors
/// The first thing that is wrong, with its field.
pub(crate) fn check(spec: &ClusterSpec) -> Result<(), (&'static str, ClusterError)> {
    let idle_time = &spec.node_idle_time_before_scale_down;
    NodeScale::new(spec.min_node_count, spec.max_node_count, idle_time).map_err(|error| {
        let field = match error {
            ScaleError::IdleTime(_) => "nodeIdleTimeBeforeScaleDown",
            _ => "minNodeCount",
        };
        (field, error.into())
    })?;
    if spec.vm_priority == Priority::Spot {
        return Err(("vmPriority", ClusterError::Spot));
    }
    let nodes = spec.nodes.unwrap_or(spec.min_node_count);
    if nodes > spec.max_node_count {
        return Err(("nodes", ClusterError::TooMany));
    }
    if spec.unusable_nodes > nodes {
        return Err(("unusableNodes", ClusterError::Unusable));
    }
    Ok(())
}
