//! The load of resources, from Azure's metrics: up to 50 workspaces in one call, or one where that is refused;
//! and one metric of one resource, or of many, of any kind.

mod client;
mod many;
mod query;
mod read;
mod series;

pub use client::{LoadAnswer, Metrics, MetricsConfig};
pub use many::{SeriesAnswer, Within};
pub use query::Asked;
pub use series::Metric;
