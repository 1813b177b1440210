//! An emulator of the Azure Functions host, for tests and for running a package on your own computer: it starts the
//! custom handler from the packaged folder as the host does, calls it byte for byte as the host does, believes its
//! answers under the host's rules, and works on storage queues of Azurite.
//!
//! | Concern | File |
//! |---|---|
//! | what is to be run, and its clock | `plan.rs` |
//! | host.json and function.json | `app.rs` |
//! | instances, timers, callers' requests | `host.rs`, `timer.rs`, `shared.rs` |
//! | the handler's process | `process.rs`, `traces.rs` |
//! | the bytes of an invocation, and what becomes of the answer | `invoke.rs`, `wire.rs`, `answer.rs` |
//! | queues, dequeue counts, poison | `pump.rs`, `queues.rs`, `azurite.rs`, `sas.rs` |
//!
//! What it does not do: keys of callers, scaling by itself, and anything that Lamplighter's bindings do not need.

mod answer;
mod app;
mod azurite;
mod error;
mod guid;
mod host;
mod invoke;
mod plan;
mod process;
mod pump;
mod queues;
mod sas;
mod shared;
mod timer;
mod traces;
mod wire;

pub use answer::Invoked;
pub use app::{App, Function, QueueRules, Trigger};
pub use azurite::Azurite;
pub use error::{
    AppError, AzuriteError, FunctionFileError, HandlerError, HostError, HostFileError,
    MessageError, QueueError,
};
pub use host::FunctionsHost;
pub use plan::{HostClock, Plan};
pub use process::{Process, free_port};
pub use queues::{Message, Queues};
pub use sas::sas;
pub use timer::{Tick, Timer};
pub use traces::{Level, Trace, Traces};
pub use wire::Reply;
