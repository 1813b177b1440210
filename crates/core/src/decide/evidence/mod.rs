//! Evidence of work on a resource, from each source that can tell: its beacon, Azure's metrics, its jobs. Pure.
//!
//! A source proves that there was work, or that there was none between two instants, or it has nothing to tell, or it
//! could not tell. What cannot be told counts as work.

mod beacon;
mod finding;
mod jobs;
mod metrics;
mod requests;

pub use beacon::beacon;
pub use finding::{Evidence, Finding, Highest, Proof, Sum, sum};
pub use jobs::jobs;
pub use metrics::{LATE, metrics, span};
pub use requests::requests;

pub use crate::kinds::evidence::Source;
