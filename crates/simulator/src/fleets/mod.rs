//! Fleets that need no file, and the names that the command line has for them.

pub(crate) mod demo;
pub(crate) mod foundry;
mod join;
pub(crate) mod kinds;
pub(crate) mod named;
pub(crate) mod small;
pub(crate) mod uniform;

pub use demo::demo_fleet;
pub use foundry::foundry_fleet;
pub use kinds::kinds_fleet;
pub use named::named;
pub use small::small_fleet;
pub use uniform::uniform_fleet;
