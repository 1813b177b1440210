//! Every resource as one sweep would observe it: taken without acting, kept as a file, and read back for `replay`.
//!
//! Taking one, and its file, are `lamplighter_agent::snapshot`'s.

mod document;
mod operation;
mod resource;

pub use document::{Snapshot, VERSION};
pub use operation::SnapshotOperation;
pub use resource::{JobsProblem, Operation, Price, SnapshotResource, WhileParked};
