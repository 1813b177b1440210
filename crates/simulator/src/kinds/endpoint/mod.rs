//! Endpoints and their deployments: a fleet file's words for them, what Azure refuses, and their JSON.

pub(crate) mod body;
pub(crate) mod check;
pub(crate) mod refusal;
pub(crate) mod spec;
