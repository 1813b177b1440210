//! Azure in a box, on loopback, with a clock that can run fast. Spoken to over HTTP only.

pub mod demo_fleet;
pub mod fleet;
pub mod world;
