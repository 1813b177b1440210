//! What is attached to workspaces and read, but not stopped: pools of Synapse, workspaces of Databricks, clusters that
//! Azure Arc connects. Nothing of them is billed here.

pub(crate) mod body;
pub(crate) mod spec;
