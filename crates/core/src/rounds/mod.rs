//! How a round's workspaces are put into messages: by what their last passes took.
//!
//! - `times`: what is remembered of passes, and what the next one is taken to need.
//! - `group`: which workspaces go into one message.

mod group;
mod times;

pub use group::{Candidate, Group, LARGEST, MOST, group};
pub use times::{LastPass, PassTimes, SLOW, tells_of_each};
