//! Kinds of resource: what is called, read, paid and granted for each.
//!
//! A kind has a folder of its own, which does no I/O. In [`instance`]:
//!
//! | What | File |
//! |---|---|
//! | the calls, as data | `calls.rs` |
//! | Azure's JSON to a [`Compute`](crate::observe::Compute) | `parse.rs` |
//! | which states are on or off, and what an operation does to that | `power.rs` |
//! | which evidence tells of work on it | `evidence.rs` |
//! | what an hour of it costs, and a day while it is stopped | `prices.rs` |
//! | the rights that its calls need | `rights.rs` |
//! | all of it as a [`ResourceKind`] | `kind.rs` |
//!
//! A new kind is such a folder, with a line in `kind.rs` beside it. What no kind owns (places, jobs, metrics, sizes) is
//! called as [`base`] says.

pub mod base;
mod call;
pub mod evidence;
pub mod instance;
mod kind;
mod meter;
mod parse;
mod resource_kind;
mod right;
mod role;

pub use call::{Call, Method, Route};
pub use kind::{Kind, rest};
pub use meter::Meter;
pub use parse::compute;
pub use resource_kind::ResourceKind;
pub use right::Right;
pub use role::{Permission, Role, rights, role};
