//! What is special to one kind of compute, as data: Azure's words for it, its states, what may be asked of it, its JSON
//! and the rights that it takes. A folder for each kind that is simulated; the others are listed and no more.
//!
//! Nothing in here knows a world or a call. A new kind is its folder, a value of [`compute_type::ComputeType`] and an
//! arm in each function of [`any`].

pub(crate) mod aks;
pub(crate) mod any;
pub(crate) mod attached;
pub(crate) mod autoscale;
pub(crate) mod cluster;
pub(crate) mod compute_type;
pub(crate) mod endpoint;
pub(crate) mod foundry;
pub(crate) mod instance;
pub(crate) mod standing;
pub(crate) mod vm;
pub(crate) mod workbench;
