//! What of a cluster its JSON is made of.

use super::scale::NodeScale;
use crate::fleet::machine::{Os, Priority};
use chrono::{DateTime, Utc};

/// How many nodes are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeCounts {
    pub preparing: u32,
    pub running: u32,
    pub idle: u32,
    pub unusable: u32,
    pub leaving: u32,
}

impl NodeCounts {
    /// All of them, each of which is billed.
    pub fn all(self) -> u32 {
        self.preparing + self.running + self.idle + self.unusable + self.leaving
    }
}

/// A cluster as its answer shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClusterView<'a> {
    pub vm_size: &'a str,
    pub priority: Priority,
    pub os: Os,
    pub scale: &'a NodeScale,
    pub nodes: NodeCounts,
    pub target: u32,
    pub resizing: bool,
    /// Since when it is steady or not.
    pub since: DateTime<Utc>,
    /// It wants nodes that cannot be had.
    pub no_capacity: bool,
}
