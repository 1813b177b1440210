//! Workspace metrics: of one workspace, or in [`batch`] of many. Samples are made when they are asked for.

mod asked;
pub(super) mod batch;
pub(super) mod host;
pub(super) mod one_workspace;
mod samples;
mod span;
