//! A managed Kubernetes cluster (AKS): its power, what may be asked of it and when, its pods, its JSON. It is what is
//! billed behind an attached compute of type `Kubernetes` or `AKS`.

pub(crate) mod body;
pub(crate) mod calls;
pub(crate) mod money;
pub(crate) mod refusal;
pub(crate) mod rules;
pub(crate) mod spec;
pub(crate) mod state;
