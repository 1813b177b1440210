//! The load of resources, from Azure's metrics: up to 50 workspaces in one call, or one where that is refused;
//! one metric of one resource, of any kind, and of many of one type.

mod client;
mod many;
mod query;
mod read;
mod series;

pub use client::{LoadAnswer, Metrics, MetricsConfig};
pub use many::{Placed, SeriesAnswer};
pub use query::Asked;
pub use series::Metric;
