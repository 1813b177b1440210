//! The fleet file: subscriptions, workspaces, instances, the people who use them, and prices.
//!
//! The format is documented in `docs/simulator.md`; [`read()`] tells with line and field what is wrong with a file.

pub(crate) mod chance;
mod check;
mod check_foundry;
mod check_resources;
mod check_scaled;
pub(crate) mod daily;
mod decimal;
pub(crate) mod habit;
pub(crate) mod length;
pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod organisation;
pub(crate) mod person;
mod position;
pub(crate) mod price;
pub(crate) mod price_book;
mod problem;
pub(crate) mod read;
pub(crate) mod sizes;
pub(crate) mod visible;
pub(crate) mod wall_time;

pub use crate::kinds::aks::spec::{AksSpec, PodSpec, PoolKind, PoolMode, PoolSpec, Tier};
pub use crate::kinds::aks::state::{AksPower, Progress};
pub use crate::kinds::attached::spec::AttachedSpec;
pub use crate::kinds::autoscale::spec::AutoscaleSpec;
pub use crate::kinds::cluster::spec::ClusterSpec;
pub use crate::kinds::compute_type::ComputeType;
pub use crate::kinds::endpoint::spec::{
    BatchDeploymentSpec, BatchEndpointSpec, DeploymentSpec, EndpointCompute, EndpointSpec,
    Provisioning, RequestPlan, ServerlessEndpointSpec,
};
pub use crate::kinds::foundry::compute::{ComputeSpec, PoolSpec as NodePoolSpec, PoolsSpec};
pub use crate::kinds::foundry::spec::{
    AccountSpec, DeploymentState, ManagedDeploymentSpec, ProjectSpec,
};
pub use crate::kinds::instance::idle_time::IdleTimeError;
pub use crate::kinds::instance::last_operation::OperationSpec;
pub use crate::kinds::instance::schedule::{
    CronTrigger, NativeSchedule, Recurrence, RecurrenceTimes,
};
pub use crate::kinds::instance::spec::{BeaconFault, InstanceSpec};
pub use crate::kinds::instance::state::InstanceState;
pub use crate::kinds::standing::spec::{ConnectedClusterSpec, DatabricksSpec, SparkPoolSpec};
pub use crate::kinds::vm::power::Power;
pub use crate::kinds::vm::spec::{CapacityCode, Eviction, Leaves, VmHabit, VmSpec};
pub use crate::kinds::workbench::spec::{ErrorSpec, IdentityKind, WorkbenchHabit, WorkbenchSpec};
pub use crate::kinds::workbench::state::{OlderState, Provisioned, WorkbenchState};
pub use chance::{Chance, ChanceError};
pub use daily::Daily;
pub use habit::Hours;
pub use length::{LengthError, LengthRange};
pub use load::Load;
pub use machine::{Os, Priority};
pub use organisation::{
    DEFAULT_TENANT, Fleet, JobsShowAs, ResourceGroupSpec, SubscriptionSpec, WorkspaceSpec,
};
pub use person::{JobHabit, Person, RunsIn, WorksIn};
pub use price::Price;
pub use price_book::{PriceBook, PriceEntry};
pub use read::{FleetError, parse, read};
pub use sizes::{SIZES, Size, region_title, size};
pub use visible::{ComputeNamedBy, MetricsSpec, Sees};
pub use wall_time::{DayError, DaySet, TimeError, TimeRange, Zone, ZoneError};
