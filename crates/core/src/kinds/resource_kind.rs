//! What every kind of resource has to tell.

use super::bill::{BillRow, OnBill};
use super::call::Call;
use super::evidence::Source;
use super::goes_on::GoesOn;
use super::meter::Meter;
use super::right::Right;
use super::{base, power};
use crate::observe::parse::{Fields, Oddity};
use crate::observe::{Compute, ComputeState, LastOperation, Workspace};
use crate::policy::Target;
use crate::schedule::Power;
use chrono::TimeDelta;
use serde_json::Value;

/// One kind of resource that Lamplighter can stop and start.
///
/// ```
/// use lamplighter_core::kinds::{Kind, evidence::Source};
/// use lamplighter_core::observe::ComputeState;
/// use lamplighter_core::schedule::Power;
///
/// let instance = Kind::Instance.known().ok_or("not known")?;
/// assert_eq!(instance.rest(&ComputeState::JobRunning), Some(Power::On));
/// // It will be something else by itself, so nothing is decided and nothing recorded of it.
/// assert_eq!(instance.rest(&ComputeState::SettingUp), None);
/// assert!(instance.passes(&ComputeState::SettingUp));
/// assert_eq!(instance.effect("Restart"), Some(Power::On));
/// assert_eq!(instance.effect("UpdateDataMounts"), None);
/// // Whoever works in a notebook, a terminal or an editor has no job.
/// assert!(instance.proves_quiet(Source::Beacon) && !instance.proves_quiet(Source::Jobs));
/// // A cluster is scaled: off, it keeps no node warm.
/// let cluster = Kind::Cluster.known().ok_or("not known")?;
/// assert!(cluster.target().is_scaled() && !instance.target().is_scaled());
/// # Ok::<(), &str>(())
/// ```
///
/// What is stopped and started is afterwards as it was before. What is scaled is not: its old value is kept in saved
/// state before it is changed.
pub trait ResourceKind: Sync {
    /// The kind in records, settings and output.
    fn name(&self) -> &'static str;

    /// What a [`Compute`] of this kind has as its `computeType`: Azure's own word where it is one of a workspace's
    /// computes, else the ARM type of what is billed.
    fn compute_type(&self) -> &'static str;

    /// Reads the kind's own part of Azure's answer, `properties.properties` of a workspace's compute.
    fn read(&self, _properties: &mut Fields<'_, '_>, _compute: &mut Compute) {}

    /// The power of one at rest; `None` while it changes, and in a state that tells nothing.
    fn rest(&self, state: &ComputeState) -> Option<Power> {
        power::rest(state)
    }

    /// Whether a state passes by itself: the next sweep finds another one.
    fn passes(&self, state: &ComputeState) -> bool {
        power::passes(state)
    }

    /// Whether one is known to be paid for in a state.
    fn billed(&self, state: &ComputeState) -> bool {
        power::billed(state)
    }

    /// What an operation of this name does to its power; `None` for one that neither starts nor stops it, or that is
    /// not known.
    fn effect(&self, _operation: &str) -> Option<Power> {
        None
    }

    /// The power that an operation of this name found; `None` as for its effect.
    fn found(&self, _operation: &str) -> Option<Power> {
        None
    }

    /// Whether an operation came to nothing.
    fn failed(&self, _operation: &LastOperation) -> bool {
        false
    }

    /// Whether Azure says of one at rest that the last thing that was asked of it has come to nothing.
    fn says_failed(&self, _compute: &Compute) -> bool {
        false
    }

    /// Whether a source of evidence can prove that nobody works on it.
    fn proves_quiet(&self, source: Source) -> bool;

    /// Whether a stop waits for the jobs on it.
    fn jobs_delay(&self) -> bool {
        true
    }

    /// The kind as tags know it: from which layers they govern it, and which have an effect.
    fn target(&self) -> Target;

    /// What a running one is paid by; nothing where that is unknown. Of a kind that scales: one node or instance.
    fn meters(&self, compute: &Compute) -> Vec<Meter>;

    /// What goes on costing while one is stopped. `floor`: of a kind that scales, how many stay.
    fn goes_on(&self, compute: &Compute, floor: u32) -> Vec<GoesOn>;

    /// The same of any of its kind, in a sentence for a report.
    fn goes_on_in_words(&self) -> &'static str;

    /// Whether one is made of many nodes or instances, each of which is paid for.
    fn is_many(&self) -> bool {
        self.target().is_scaled()
    }

    /// What a row of a bill is about, as far as it names one of this kind.
    fn on_bill(&self, row: &BillRow<'_>) -> Option<OnBill> {
        row.compute()
    }

    /// Whether a bill names one by tags, where others of its workspace may be named by the workspace alone.
    fn is_tagged_on_bill(&self) -> bool {
        false
    }

    /// Whether rows of scale sets that name nothing else may be of one. `billed_in`: the resource group that is known to
    /// have its rows.
    fn may_be_scale_sets(&self, _billed_in: Option<&str>) -> bool {
        false
    }

    /// How long an accepted action may take until it shows.
    fn settles_within(&self) -> TimeDelta {
        TimeDelta::minutes(12)
    }

    /// How long Azure wants one left alone between a stop and a start; `None`: it does not say.
    fn peace(&self) -> Option<TimeDelta> {
        None
    }

    /// How long a start takes where none of ours has taught it; `None`: it does not begin before its edge then.
    fn start_takes(&self) -> Option<TimeDelta> {
        None
    }

    /// Asks Azure for one that is known.
    fn get(&self, workspace: &Workspace, known: &Compute) -> Call {
        base::get_compute(workspace, &known.name)
    }

    /// Reads the answer to that; `None`: it is a compute of its workspace, and is read as one.
    fn answer(&self, _body: &Value, _known: &Compute) -> Option<Result<Compute, Oddity>> {
        None
    }

    /// Asks Azure to start one. `to`: the value of one that scales.
    fn start(&self, workspace: &Workspace, compute: &Compute, to: Option<u32>) -> Call;

    /// Asks Azure to stop one, likewise.
    fn stop(&self, workspace: &Workspace, compute: &Compute, to: Option<u32>) -> Call;

    /// How somebody starts one by hand, as the end of "To start it again, …". `to`: as for a start.
    fn by_hand(&self, workspace: &Workspace, compute: &Compute, _to: Option<u32>) -> String {
        let (name, group) = (&workspace.name, &workspace.resource_group);
        format!(
            "choose Start in the studio, or run: az ml compute start --name {} --workspace-name {name} \
             --resource-group {group}",
            compute.name
        )
    }

    /// What its calls need.
    fn rights(&self) -> Vec<Right>;

    /// What the role with these rights is called, and what it lets do, also beyond our calls.
    fn role(&self) -> (&'static str, &'static str);

    /// The file of that role, without its end, in `infra/role`.
    fn role_file(&self) -> &'static str {
        self.name()
    }
}
