//! The Functions host's custom-handler protocol: a loopback HTTP server that the host calls when the timer
//! fires, and to which it forwards the callers of `/api/…`.
//!
//! What a sweep is, is not known here: whoever serves gives a [`Sweeper`].

mod answer;
mod health;
mod info;
mod invocation;
pub mod logging;
mod package;
mod queue;
mod running;
mod server;
mod stamp;
mod sweeper;

#[cfg(test)]
mod tests;

pub use info::Info;
pub use package::{PackageError, package};
pub use server::{bind, serve};
pub use sweeper::{
    LastKnown, QueueRequest, ServedPage, SweepDone, SweepFailed, SweepRequest, Sweeper,
};
