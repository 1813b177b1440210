//! A fleet as a snapshot shows it, played through a period: every stop and start that would have been made, and
//! what the hours off are worth at most. Pure.
//!
//! Nobody else touches the resources: who would have stopped or started one by hand, or run a job, nobody knows.

mod figures;
mod overlay;
mod plan;
mod play;
mod result;
mod run;
mod stage;
#[cfg(test)]
mod tests;

pub use figures::Figures;
pub use overlay::{Overlay, OverlayError};
pub use plan::{LONGEST, Plan, PlanError, STEPS, TooMuch};
pub use play::{Standing, stand};
pub use result::{Event, LeftOut, NOTE, OfOwner, Played, Replay, Unreadable};
pub use run::replay;
pub(crate) use stage::{Stage, next_change};
