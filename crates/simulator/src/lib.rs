//! Azure in a box, on loopback, with a clock that can run fast. Spoken to over HTTP only.
//!
//! A [`fleet`] says what there is and who works there; a [`world`] lives it; the rest answers as Azure does.

mod beacons;
mod clock;
pub mod demo_fleet;
pub mod fleet;
mod http;
mod options;
mod server;
pub mod world;

pub use demo_fleet::demo_fleet;
pub use fleet::{Fleet, FleetError, uniform_fleet};
pub use http::{CallsReport, Fault, RouteCalls};
pub use options::Options;
pub use server::{Error, Simulator, run, start, start_with};
