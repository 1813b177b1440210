//! From policy, observation, saved state and `now` to one decision with its reasons. Pure.
//!
//! `docs/explain.md` has the rules in their order; the first that applies decides.
//!
//! | File | Holds |
//! |---|---|
//! | `case.rs` | all that a decision is made from |
//! | `rules.rs` | the rules in their order |
//! | `held.rs`, `hold.rs` | a hold's instants, and what it keeps a resource at |
//! | `schedule.rs` | what the schedule wants, and whether a manual override stands against it |
//! | `idle.rs` | idleness and the longest uptime |
//! | `actions.rs` | a start or stop that is due, and what delays it |
//! | `scale.rs` | the number that a thing which scales is set to, and what it would be without us |
//! | `notice.rs`, `ahead.rs` | the notice before a stop: in full, and ahead of a stop whose time is known |
//! | `timer.rs`, `watchdog.rs` | Azure's own idle timer |
//! | `unread.rs` | a list of jobs that does not come in full |
//! | `quota.rs` | cores that are free for others while an instance is stopped |
//! | `stuck.rs` | a change of state that lasts too long |
//! | `remember.rs` | what an observation adds to saved state |
//! | `after/` | what an owner is told of what has happened |
//! | `use_seen.rs` | what sweeps see of the use of a resource, for `recommend` |
//! | `observation.rs` | an observation as the ledger keeps it |
//! | `evidence/` | what proves work, or its absence |

mod actions;
mod after;
mod ahead;
mod asked;
mod begin;
mod case;
mod decision;
pub mod evidence;
mod held;
mod hold;
mod idle;
mod kept;
mod left;
mod notice;
mod observation;
mod own_tags;
mod quota;
mod remember;
mod rules;
mod scale;
mod schedule;
mod stuck;
mod timer;
mod unread;
mod use_seen;
mod watchdog;

pub use after::{Happened, News, keep_on, news, start_late, wants};
pub use case::{Case, Jobs, Presence};
pub use decision::{Decision, Next, NoticeDue};
pub use evidence::{Evidence, Finding};
pub use held::{held, see_hold};
pub use kept::{run_since, standing_hold, take_holds};
pub use observation::observation;
pub use own_tags::{OWN_TAGS, TagsHidden, TagsStand, see_tags};
pub use quota::released as releases_quota;
pub use remember::{Change, recall, remember};
pub use rules::decide;
pub use scale::{parked_by_us, scale_to};
pub use timer::NATIVE as NATIVE_TIMER;
pub use unread::unread_jobs;
pub use use_seen::{Seen, see_use};

pub use crate::record::{Action, Reason};

#[cfg(test)]
mod tests;
