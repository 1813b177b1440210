//! The virtual machine that is attached to a workspace. It is one of Azure's own, with tags of its own, and may serve
//! others too. Which facts this stands on is said in docs/kinds.md.

pub mod auto_shutdown;
mod calls;
mod kind;
pub mod parse;
mod rights;

pub use kind::Vm;
