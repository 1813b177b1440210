//! Beacons: small documents in which a machine says what only it knows of the work on it.
//!
//! A script on the machine (`infra/beacon`) writes one under the machine's own name; here they are read.

mod document;
mod store;

pub use document::{Document, LONGEST, Peak, SOURCES, Seen, Watched, read};
pub use store::{Beacons, name};
