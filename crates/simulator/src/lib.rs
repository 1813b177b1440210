//! Azure in a box, on loopback, with a clock that can run fast. Spoken to over HTTP only.
//!
//! A [`fleet`] tells what there is and who works there, a [`world`] lives it, and the rest answers as Azure does.
//! What is special to one kind of compute stands in `kinds`, a folder for each; what needs no file in [`fleets`].
//! Nothing here shares a type with the code that it tests.

mod beacon_folder;
mod civil;
mod clock;
mod duration;
pub mod fleet;
pub mod fleets;
mod http;
mod ids;
mod kinds;
mod options;
mod server;
mod stamps;
mod tls;
pub mod world;

pub use fleet::{Fleet, FleetError};
pub use fleets::{demo_fleet, foundry_fleet, kinds_fleet, uniform_fleet};
pub use http::{CallsReport, Fault, RoleError, RouteCalls};
pub use options::Options;
pub use server::{Error, Simulator, run, start, start_with};
pub use tls::TlsError;
