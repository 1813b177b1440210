//! Which metrics tell of the requests of a deployment: those of its endpoint, split by deployment.

pub const REQUESTS: &str = "RequestsPerMinute";
/// A series for each deployment.
pub const EACH: &str = "deployment eq '*'";

/// The ARM id of the endpoint of a deployment (its ARM id).
///
/// ```
/// use lamplighter_core::kinds::deployment::metrics::endpoint;
///
/// assert_eq!(endpoint("/W/onlineEndpoints/score/Deployments/blue"), Some("/W/onlineEndpoints/score"));
/// assert_eq!(endpoint("/W/computes/train"), None);
/// ```
pub fn endpoint(id: &str) -> Option<&str> {
    id.get(..id.to_ascii_lowercase().rfind("/deployments/")?)
}
