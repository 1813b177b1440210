//! What every kind of resource has to tell.

use super::call::Call;
use super::evidence::Source;
use super::meter::Meter;
use super::right::Right;
use crate::observe::parse::Fields;
use crate::observe::{Compute, ComputeState, LastOperation, Workspace};
use crate::schedule::Power;

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
/// # Ok::<(), &str>(())
/// ```
///
/// There is nothing here about what a start has to bring back: an instance that is started is as it was when it was
/// stopped, size, disk and address, so its power is all there is to remember. A kind that is scaled, not stopped, needs
/// its old value kept before it is changed, and brings the method for it.
pub trait ResourceKind: Sync {
    /// The kind in records, settings and output.
    fn name(&self) -> &'static str;

    /// The `computeType` of such a compute, as Azure spells it.
    fn compute_type(&self) -> &'static str;

    /// Reads the kind's own part of Azure's answer, `properties.properties`.
    fn read(&self, properties: &mut Fields<'_, '_>, compute: &mut Compute);

    /// The power of one at rest; `None` while it changes, and in a state that tells nothing.
    fn rest(&self, state: &ComputeState) -> Option<Power>;

    /// Whether a state passes by itself: the next sweep finds another one.
    fn passes(&self, state: &ComputeState) -> bool;

    /// Whether one is known to be paid for in a state.
    fn billed(&self, state: &ComputeState) -> bool;

    /// What an operation of this name does to its power; `None` for one that neither starts nor stops it, or that is
    /// not known.
    fn effect(&self, operation: &str) -> Option<Power>;

    /// The power that an operation of this name found; `None` as for its effect.
    fn found(&self, operation: &str) -> Option<Power>;

    /// Whether an operation came to nothing.
    fn failed(&self, operation: &LastOperation) -> bool;

    /// Whether a source of evidence can prove that nobody works on it.
    fn proves_quiet(&self, source: Source) -> bool;

    /// What a running one is paid by; `None` where that is unknown.
    fn meter<'a>(&self, compute: &'a Compute) -> Option<Meter<'a>>;

    /// Asks Azure to start the one of this name.
    fn start(&self, workspace: &Workspace, name: &str) -> Call;

    /// Asks Azure to stop the one of this name.
    fn stop(&self, workspace: &Workspace, name: &str) -> Call;

    /// What its calls need.
    fn rights(&self) -> Vec<Right>;
}
