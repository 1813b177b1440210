//! The compute instance: one virtual machine for one person, which runs until it is stopped.

pub mod calls;
mod evidence;
mod kind;
mod native_schedules;
mod operations;
mod parse;
pub mod prices;
pub mod quota;
mod rights;

pub use kind::{Instance, imagined};
