//! `lamplighter demo --scale`: a thousand workspaces over several copies of the packaged handler, on an emulator of the
//! Functions host with queues of Azurite, against a simulator that throttles as ARM does.

mod args;
mod figures;
mod run;
mod stage;
mod table;

pub use args::ScaleArgs;
pub use run::run;
