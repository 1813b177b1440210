//! The demo's organisation: 3 subscriptions, 8 workspaces, 60 instances, what else Azure Machine Learning has there
//! (`kinds.json`), an account of Microsoft Foundry (`foundry.json`), and the people who use all that.
//!
//! It begins on Monday 2026-10-19 at 00:00 UTC; the fortnight from there holds Europe's autumn night (Sunday
//! 2026-10-25). Who stops an instance by hand on leaving has edges or `stop-only`, as such people would write: a window
//! would start what they would have left stopped.

mod build;
mod elsewhere;
mod europe;
mod groups;
mod habits;
mod post;

pub use build::demo_fleet;
