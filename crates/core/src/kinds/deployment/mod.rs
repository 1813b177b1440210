//! The managed online deployment: instances that answer requests. Azure keeps at least one, so it is scaled down, never
//! to nothing. Which facts this stands on is said in docs/kinds.md.

mod bill;
pub mod calls;
mod kind;
pub mod metrics;
pub mod parse;
mod rights;

pub use kind::Deployment;
