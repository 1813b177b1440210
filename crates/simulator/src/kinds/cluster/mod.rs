//! A compute cluster: its settings, its nodes' states and its JSON. One that a fleet file lists among the instances is
//! shown at zero nodes, and no more.

pub(crate) mod body;
pub(crate) mod check;
pub(crate) mod scale;
pub(crate) mod spec;
pub(crate) mod view;
