//! What several subjects use.

pub mod azurite;
pub mod between;
pub mod certificates;
pub mod copy;
pub mod folder;
pub mod hook;
pub mod inside;
pub mod place;
pub mod seeds;
pub mod world;
