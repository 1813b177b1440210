//! A virtual machine: its power, what may be asked of it in which, its JSON. It is what is billed behind an attached
//! compute of type `VirtualMachine`.

pub(crate) mod auto_shutdown;
pub(crate) mod body;
pub(crate) mod calls;
pub(crate) mod disk;
pub(crate) mod power;
pub(crate) mod refusal;
pub(crate) mod rules;
pub(crate) mod spec;
