//! The simulator's HTTP side: every call is counted, may be spoilt by a fault, and is answered as Azure would.
//!
//! `respond` takes a call in and sends the answer, `arm` finds who answers a route of Resource Manager, and `control`
//! answers below `/simulator`.

mod answer;
mod arm;
mod attached_body;
mod behind;
mod call;
mod calls;
mod compute_body;
mod computes;
mod control;
mod faults;
mod filter;
mod foundry;
mod graph;
mod graph_error;
mod graph_expression;
mod graph_query;
mod graph_tokens;
mod groups;
mod identity;
mod instances;
mod jobs;
mod lookup;
mod metadata;
mod metrics;
mod numbers;
mod operations;
mod pages;
mod permissions;
mod price_rows;
mod prices;
mod providers;
mod resources;
mod respond;
mod role;
mod route;
mod scaled;
mod shared;
mod sizes;
mod spoil;
mod stage;
mod subscriptions;
mod throttle;
mod workload;
mod workspace_body;
mod workspaces;

pub use calls::{CallsReport, RouteCalls};
pub use faults::Fault;
pub(crate) use role::Role;
pub use role::RoleError;
pub(crate) use shared::{Shared, lock};
pub(crate) use stage::Stage;
