//! A compute cluster: shown at zero nodes, and no more.

pub(crate) mod body;
