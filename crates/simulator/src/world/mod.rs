//! The simulated world: a discrete-event simulation with its own clock. Synchronous, deterministic, and it knows
//! nothing of HTTP.
//!
//! Time moves only by [`World::advance_to`]; between two calls nothing happens. All instants are whole seconds of UTC.
//!
//! [`World`] stands in `simulation`. What it does is laid in layers, each of which calls only those before it:
//! `at_work` and `load` (what goes on), `beacon` and `idle_clock` (what watches it), `work` and `runs` (what begins and
//! ends on an instance), `operations` (starts, stops and restarts), `people`, `submissions` and `timers` (who asks for
//! them), and `play`, where time passes. Beside them live `vm` and `aks`, resources `behind` attached computes, and `foundry`.

pub(crate) mod aks;
mod at_work;
mod beacon;
mod beacon_document;
pub(crate) mod behind;
pub(crate) mod bill;
pub(crate) mod change;
mod changes;
pub(crate) mod cluster;
mod dates;
mod day_plan;
pub(crate) mod endpoint;
pub(crate) mod estate;
pub(crate) mod foundry;
mod happening;
mod idle_clock;
pub(crate) mod instance;
pub(crate) mod job;
pub(crate) mod job_status;
pub(crate) mod load;
pub(crate) mod metered;
pub(crate) mod metering;
pub(crate) mod operation;
mod operations;
mod people;
mod play;
pub(crate) mod record;
mod runs;
mod shown;
pub(crate) mod simulation;
mod submissions;
mod timers;
pub(crate) mod usage;
pub(crate) mod vm;
mod watch;
mod work;

pub use crate::kinds::instance::action::Action;
pub use crate::kinds::instance::last_operation::LastOperation;
pub use crate::kinds::instance::refusal::Refusal;
pub use crate::kinds::instance::timing::Timing;
pub use bill::{Bill, InstanceBill};
pub use estate::{Estate, Group, PROVIDER, Subscription, Workspace};
pub use instance::Instance;
pub use job::{Job, NewJob};
pub use job_status::JobStatus;
pub use metering::{BillLine, OtherBill};
pub use operation::{Operation, OperationStatus};
pub use record::{By, Event, What};
pub use simulation::World;
pub use usage::{AtWork, UseKind};
