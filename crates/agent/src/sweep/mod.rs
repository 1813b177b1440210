//! One pass over everything: discover, observe, decide, act, price, record, tell.
//!
//! Level-triggered: every sweep compares what is with what should be, so a missed one changes nothing in the end.
//! Workspaces are independent of each other, and so are the resources within them. Each stage takes a value and gives a
//! new one of another type; what is known at a stage is what its type holds. The saved state that a resource will leave
//! travels with it, and each stage adds what it has found out:
//!
//! | Stage | File | Gives |
//! |---|---|---|
//! | discover | `discover.rs` | `Discovered`, of `WorkspaceTarget`s |
//! | observe | `observe.rs` | `Observed` |
//! | decide | `decided.rs`, with `evidence.rs`, `waiting.rs` and `jobs.rs` | `Decided` |
//! | | `intervals.rs` | `Settled` |
//! | claim | `claim.rs`, with `stop_limit.rs` | `Claimed` |
//! | confirm | `confirm.rs` | `Confirmed` |
//! | act | `act.rs` | `Acted` |
//! | price | `price.rs` | `Priced` |
//! | record | `record.rs` | `Recorded` |
//! | tell | `tell.rs`, with `owed.rs`, `after.rs`, `doors.rs` and `telling.rs`; `timer.rs`, `stuck.rs` | |
//!
//! What is due is claimed, confirmed and sent before anything is priced, written down or told; then the pass goes on from
//! the saved state with these actions in it.
//!
//! `workspace.rs` reads one workspace, `turn.rs` takes its resources through the stages a part at a time, and `finish.rs`
//! through the last ones; `passes.rs` does so with all workspaces, and `run.rs` is the sweep.
//! `digest.rs` tells once a week what it came to, and `inventory.rs` finds once an hour what else there is. `message.rs`, `round.rs`,
//! `queued.rs` and `queued_pass.rs` spread a sweep over instances; core's `rounds` says which workspaces a message has.

mod act;
mod after;
pub(crate) mod attached;
pub(crate) mod beside;
mod calendars;
mod claim;
pub(crate) mod clock;
mod complete;
mod concurrent;
mod confirm;
mod context;
mod daily;
mod decided;
mod decision_line;
mod digest;
mod digest_owed;
pub(crate) mod discover;
mod doors;
mod error;
pub(crate) mod evidence;
mod finish;
mod foundry;
mod gone;
mod groups;
mod history;
pub mod holds;
mod intervals;
mod inventory;
mod inventory_costs;
mod inventory_foundry;
mod inventory_reading;
mod inventory_requests;
mod inventory_rights;
pub(crate) mod jobs;
mod last_look;
mod learned;
pub(crate) mod least;
mod letters;
mod limit;
mod log;
mod message;
mod message_error;
mod named;
mod observe;
mod options;
mod owed;
pub(crate) mod own_tags;
mod part;
mod pass;
mod passes;
mod place_seen;
pub(crate) mod pods;
mod poison;
pub(crate) mod presence;
mod price;
mod queued;
mod queued_pass;
mod quota;
mod record;
mod refused;
mod report;
mod round;
mod run;
mod save;
pub(crate) mod standing;
mod started_again;
mod stop_limit;
mod stuck;
mod summary;
mod sweep_record;
mod tally;
pub(crate) mod target;
mod tell;
mod telling;
mod terminals;
mod timer;
mod timer_claim;
mod turn;
mod vanished;
mod waiting;
mod watched;
mod workspace;

pub use calendars::{Calendars, NoClient};
pub(crate) use concurrent::all;
pub use context::{Context, ContextError};
pub use decision_line::DecisionLine;
pub use error::SweepError;
pub use history::{LastSweep, SweepHistory, history};
pub use limit::Limit;
pub use message::Message;
pub use message_error::MessageError;
pub use options::Options;
pub use poison::Poison;
pub use queued::run as run_queued;
pub use report::ActionLine;
pub use round::report_poison;
pub use run::run;
pub use summary::Summary;
