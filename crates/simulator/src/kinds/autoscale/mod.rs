//! Autoscale settings: what holds a deployment's capacity between two numbers, whoever sets it.

pub(crate) mod body;
pub(crate) mod spec;
