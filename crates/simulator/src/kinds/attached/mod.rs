//! A compute that stands for a resource that somebody else made: it is listed in its workspace, and what is billed lies
//! behind it.

pub(crate) mod body;
pub(crate) mod spec;
