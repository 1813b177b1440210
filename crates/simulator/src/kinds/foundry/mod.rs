//! What workbenches lie in: accounts of Microsoft Foundry, their projects, their computes of fixed pools, and managed
//! compute deployments; and the api-versions that know them.

pub(crate) mod body;
pub(crate) mod check;
pub(crate) mod compute;
pub(crate) mod spec;
pub(crate) mod version;
