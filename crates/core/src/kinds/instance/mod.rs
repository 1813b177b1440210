//! The compute instance: one virtual machine for one person, which runs until it is stopped.

pub mod calls;
pub mod evidence;
mod kind;
mod native_schedules;
mod parse;
pub mod power;
pub mod prices;
mod rights;

pub use kind::{Instance, imagined};
