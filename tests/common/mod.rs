//! What several subjects use.

pub mod azurite;
pub mod copy;
pub mod folder;
pub mod place;
pub mod seeds;
pub mod world;
