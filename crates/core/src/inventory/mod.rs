//! What else there is than what is governed: what it is, what it costs, and what would have it governed.
//!
//! - `warm`: the warm nodes of a cluster that idle, from sweep to sweep.
//! - `requests`: whether anything is asked of an online deployment.
//! - `item`: one thing, in words.

mod item;
mod requests;
mod warm;

pub use item::{cluster, item, unpriced};
pub use requests::{requests, span, stale};
pub use warm::warm;
