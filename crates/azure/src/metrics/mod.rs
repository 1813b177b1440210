//! The load of resources, from Azure's metrics: up to 50 workspaces in one call, or one where that is refused.

mod client;
mod query;
mod read;

pub use client::{LoadAnswer, Metrics, MetricsConfig};
pub use query::Asked;
