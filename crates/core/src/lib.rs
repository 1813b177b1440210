//! Everything that Lamplighter decides. Pure: `now` is always an argument, and nothing here knows a clock, a file or
//! a network.
//!
//! # Layout
//!
//! From the ground up; each module uses only those before it.
//!
//! - [`text`]: text from outside, shown as what it is.
//! - [`duration`]: lengths of time as people and Azure write them.
//! - [`tz`]: time zones, and which release of the tz database they are from.
//! - [`holidays`]: places and calendars become the days on which nobody works.
//! - [`schedule`]: windows, edges and zones become the desired state, its last edge and the next.
//! - [`policy`]: what owners write; tags become a `Policy`, with errors that point at the character.
//! - [`observe`]: what Azure and a beacon can say, as plain types.
//! - [`kinds`]: one folder for each kind of resource: its calls, how its answers are read, what it costs, its rights.
//! - [`record`]: what is written down: ledger records and saved state.
//! - [`decide`]: policy, observation, saved state and `now` become a decision with its reasons.
//! - [`inventory`]: what else there is than what is governed, and what it costs.
//! - [`savings`]: avoided intervals, prices and totals, from records alone.
//! - [`lint`]: what tags say, in words, and whatever looks like a slip.
//! - [`snapshot`]: every resource as one sweep would observe it.
//! - [`hands`]: who does what is to be done with each of many things.
//! - [`explain`]: why a resource is left, stopped or started, for one case or many.
//! - [`replay`]: a snapshot played through a period: every stop and start that would have been made.
//! - [`recommend`]: observed weeks, played with another tag: what it would have been worth.
//! - [`rounds`]: which workspaces of a large fleet go into one message of a queue.

pub mod decide;
pub mod duration;
pub mod explain;
pub mod hands;
pub mod holidays;
pub mod inventory;
pub mod kinds;
pub mod lint;
pub mod observe;
pub mod policy;
pub mod recommend;
pub mod record;
pub mod replay;
pub mod rounds;
pub mod savings;
pub mod schedule;
pub mod snapshot;
pub mod text;
pub mod tz;
