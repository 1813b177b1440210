//! Metrics: of one workspace, in [`batch`] of many, or [`of_resource`]. Samples are made when they are asked for.

mod asked;
pub(super) mod batch;
pub(super) mod host;
pub(super) mod of_resource;
pub(super) mod one_workspace;
mod samples;
pub(super) mod series;
mod span;
