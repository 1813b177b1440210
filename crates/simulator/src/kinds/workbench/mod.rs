//! A workbench of Microsoft Foundry, the successor of the compute instance: its state and how each api-version shows it,
//! what may be asked of it in which, its JSON. A container instance among an account's computes is the same at another
//! path.

pub(crate) mod body;
pub(crate) mod calls;
pub(crate) mod check;
pub(crate) mod refusal;
pub(crate) mod rules;
pub(crate) mod spec;
pub(crate) mod state;
