//! Metrics: of one workspace, in [`batch`] of many, and of what else has some of its own. Samples are made when they are
//! asked for.

mod asked;
pub(super) mod batch;
mod dimensions;
pub(super) mod host;
mod of_resource;
pub(super) mod one_workspace;
pub(super) mod platform;
mod samples;
mod span;
