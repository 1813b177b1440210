//! What else there is than what is governed: what it is, what it costs, and what would have it governed.
//!
//! - `warm`: the warm nodes of a cluster that idle, from sweep to sweep.
//! - `requests`: whether anything is asked of an online deployment.
//! - `item`: one thing, in words.
//! - `foundry`: what holds machines in an account of Foundry.

mod foundry;
mod item;
mod requests;
mod warm;

pub use foundry::{held, pools};
pub use item::{cluster, item, unpriced};
pub use requests::{requests, span, stale};
pub use warm::warm;
