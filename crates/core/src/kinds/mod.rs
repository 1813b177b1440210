//! Kinds of resource: what is called, read, paid and granted for each.
//!
//! A kind has a folder of its own, which does no I/O. In [`instance`]:
//!
//! | What | File |
//! |---|---|
//! | the calls, as data | `calls.rs` |
//! | Azure's JSON to a [`Compute`](crate::observe::Compute) | `parse.rs` |
//! | what an operation does to its power | `operations.rs` |
//! | which evidence tells of work on it | `evidence.rs` |
//! | what an hour of it costs, and a day while it is stopped | `prices.rs` |
//! | how a bill names it, where that is not its own id | `bill.rs` |
//! | the rights that its calls need | `rights.rs` |
//! | all of it as a [`ResourceKind`] | `kind.rs` |
//!
//! A new kind is such a folder, with a line in `kind.rs` beside it. What no kind owns (places, jobs, metrics, sizes) is
//! called as [`base`] says.

pub mod aks;
pub mod base;
mod behind;
mod bill;
mod call;
pub mod cluster;
pub mod deployment;
pub mod evidence;
mod goes_on;
pub mod instance;
mod kind;
mod meter;
mod power;
mod reading;
pub mod reported;
mod resource_kind;
mod right;
mod role;
mod scaled;
mod sort;
pub mod standing;
pub mod subject;
pub mod vm;
pub mod workbench;

pub use bill::{BillRow, OnBill};
pub use call::{Call, Method, Route};
pub use goes_on::{GoesOn, ListedMeter};
pub use kind::{Kind, listed_meter, rest};
pub use meter::Meter;
pub use reading::reading;
pub use resource_kind::ResourceKind;
pub use right::Right;
pub use role::{Permission, Role, beside, every_right, rights, role, role_of};
pub use scaled::{settle, target, with_least};
pub use sort::{SORTS, Sort};
pub use subject::compute;
