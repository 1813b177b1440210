//! The hosts of the batch call, which are not Resource Manager's.

/// What their tokens are for.
pub(crate) const AUDIENCE: &str = "https://metrics.monitor.azure.com";
/// The first segment of the paths that stand for the regional hosts.
pub(crate) const HOST: &str = "metrics-host";
