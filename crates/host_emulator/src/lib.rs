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
//! | the bytes of an invocation, and what becomes of the answer | `invoke.rs`, `metadata.rs`, `wire.rs`, `answer.rs` |
//! | what becomes of outputs | `outputs.rs`, `culture.rs` |
//! | a caller's request on its way to the handler | `forward.rs` |
//! | queues, dequeue counts, poison | `pump.rs`, `held.rs`, `queues.rs`, `azurite.rs`, `sas.rs` |
//!
//! It behaves as the host 4.1037.0 was seen to behave. What it does not do: scaling by itself, and anything that
//! Lamplighter's bindings do not need.

mod answer;
mod app;
mod azurite;
mod culture;
mod error;
mod forward;
mod guid;
mod held;
mod host;
mod invoke;
mod metadata;
mod outputs;
mod plan;
mod process;
mod pump;
mod queues;
mod sas;
mod schedule;
mod shared;
mod timer;
mod traces;
mod wire;

pub use answer::Invoked;
pub use app::{App, Function, QueueRules, Route, Trigger};
pub use azurite::Azurite;
pub use error::{
    AppError, AzuriteError, FunctionFileError, HandlerError, HostError, HostFileError,
    MessageError, QueueError,
};
pub use host::{Ended, FunctionsHost};
pub use plan::{HostClock, Plan, Waits};
pub use process::{Process, free_port};
pub use queues::{Message, Queues};
pub use sas::sas;
pub use schedule::{Schedule, ScheduleError};
pub use timer::{Tick, Timer};
pub use traces::{Level, Trace, Traces};
pub use wire::Reply;
