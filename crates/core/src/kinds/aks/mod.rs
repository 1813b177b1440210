//! The managed Kubernetes cluster (AKS) behind an attached compute. Everybody's pods run on it, so it is stopped only where
//! nothing else is known to run. Which facts this stands on is said in docs/kinds.md.

pub mod bill;
mod calls;
mod kind;
pub mod parse;
pub mod pods;
mod prices;
mod rights;

pub use kind::Aks;
pub use prices::CONTROL_PLANE;
