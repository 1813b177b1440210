//! Lamplighter: machine-learning compute that costs money only while somebody needs it.
//!
//! # Layout
//!
//! Data flows one way: `host | main -> sweep -> azure -> policy -> decide -> azure -> ledger -> report`.
//!
//! Pure rooms: `now` is always an argument, nothing here does I/O.
//! - [`policy`]: what owners write; tags become a `Policy`, with errors that point at the character.
//! - [`schedule`]: time; windows, edges and zones become the desired state, its last edge and the next.
//! - [`holidays`]: places and calendars become the days on which nobody works.
//! - [`decide`]: policy, observation, memory and `now` become a decision with its reasons.
//! - [`savings`]: avoided intervals, prices and totals, from ledger records alone.
//! - [`replay`]: a snapshot played through a period: every stop and start that would have been made.
//!
//! Rooms that talk to the world: small and dull.
//! - [`azure`]: Azure Resource Manager and the Retail Prices API; knows nothing of policy.
//! - [`beacon`]: what machines say of the work on themselves.
//! - [`sweep`]: one pass over everything: observe, decide, act, remember.
//! - [`snapshot`]: every machine as one sweep would see it, taken without acting, and as a file.
//! - [`ledger`]: what must last: append-only records and the small memory of each workspace.
//! - [`host`]: the Functions custom-handler protocol.
//! - [`functions_host`]: a stand-in of that host, for tests and for one's own machine.
//! - [`report`]: the numbers people look at.
//! - [`notify`]: words to owners.
//! - [`simulator`]: Azure in a box on loopback, spoken to over HTTP only.
//!
//! Shared by several rooms:
//! - [`settings`]: every setting, parsed once from the environment.
//! - [`duration`]: lengths of time as people and Azure write them.

pub mod azure;
pub mod beacon;
pub mod decide;
pub mod demo;
pub mod duration;
pub mod explain;
pub mod functions_host;
pub mod holidays;
pub mod host;
pub mod ledger;
pub mod lint;
pub mod notify;
pub mod policy;
pub mod pricing;
pub mod reconcile;
pub mod replay;
pub mod report;
pub mod savings;
pub mod schedule;
pub mod settings;
pub mod simulator;
pub mod snapshot;
pub mod sweep;
