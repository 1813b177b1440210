//! `lamplighter sweep --snapshot` and `lamplighter replay`, run as people run them.

mod faults;
mod scopes;
mod snapshots;
mod weeks;
// Most of the simulated world is for the sweeps' own tests.
#[allow(dead_code)]
#[path = "../sweep/world.rs"]
mod world;
