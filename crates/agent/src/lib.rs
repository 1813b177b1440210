//! The part of Lamplighter that acts: it sweeps, keeps the ledger, tells owners, answers the Functions host, and
//! reports.
//!
//! # Layout
//!
//! - [`settings`]: every setting, parsed once from the environment.
//! - [`ledger`]: what must last: append-only records, and the saved state of each workspace.
//! - [`beacons`]: the documents in which instances report the work on themselves.
//! - [`pricing`]: what an hour costs, by which source.
//! - [`notify`]: messages to owners.
//! - [`people`]: what owners may do without rights in Azure.
//! - [`sweep`]: one pass over everything: discover, observe, decide, confirm, record, tell, act.
//! - [`snapshot`]: a snapshot taken without acting, and as a file.
//! - [`report`]: the numbers people look at.
//! - [`recommend`]: what tags would be worth.
//! - [`table`]: tables for a terminal, and as rows for another program.
//! - [`threads`]: work on many things, by as many threads as there are processors.
//! - [`doctor`]: whether everything is there that a sweep needs.
//! - [`billing`]: a bill beside the ledger.
//! - [`handler`]: the HTTP server that the Functions host talks to.
//! - [`host`]: whether the Functions host that started this process is still there.

pub mod beacons;
pub mod billing;
pub mod doctor;
pub mod handler;
pub mod host;
pub mod ledger;
pub mod notify;
mod panic;
pub mod people;
pub mod pricing;
pub mod recommend;
mod redirects;
pub mod report;
pub mod settings;
pub mod snapshot;
pub mod sweep;
pub mod table;
pub mod threads;
