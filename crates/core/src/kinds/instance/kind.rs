//! An instance as one of the kinds.

use super::{calls, evidence, operations, parse, prices, rights};
use crate::kinds::call::Call;
use crate::kinds::evidence::Source;
use crate::kinds::goes_on::GoesOn;
use crate::kinds::meter::Meter;
use crate::kinds::resource_kind::ResourceKind;
use crate::kinds::right::Right;
use crate::observe::parse::Fields;
use crate::observe::{Compute, ComputeState, LastOperation, Workspace};
use crate::policy::Target;
use crate::schedule::Power;

/// The compute instance.
#[derive(Clone, Copy, Debug)]
pub struct Instance;

pub(super) const COMPUTE_TYPE: &str = "ComputeInstance";

impl ResourceKind for Instance {
    fn name(&self) -> &'static str {
        "instance"
    }

    fn compute_type(&self) -> &'static str {
        COMPUTE_TYPE
    }

    fn read(&self, properties: &mut Fields<'_, '_>, compute: &mut Compute) {
        parse::read(properties, compute);
    }

    fn effect(&self, operation: &str) -> Option<Power> {
        operations::effect(operation)
    }

    fn found(&self, operation: &str) -> Option<Power> {
        operations::found(operation)
    }

    fn failed(&self, operation: &LastOperation) -> bool {
        operations::failed(operation)
    }

    fn proves_quiet(&self, source: Source) -> bool {
        evidence::proves_quiet(source)
    }

    fn target(&self) -> Target {
        Target::Instance
    }

    fn meters(&self, compute: &Compute) -> Vec<Meter> {
        prices::meter(compute).into_iter().collect()
    }

    fn goes_on(&self, _: &Compute, _: u32) -> Vec<GoesOn> {
        vec![GoesOn {
            what: "its disk, its load balancer and its address".into(),
            meter: None,
            usd_a_day: Some(prices::STOPPED_COSTS_A_DAY),
        }]
    }

    fn goes_on_in_words(&self) -> &'static str {
        "A stopped instance still costs about 1.04 USD a day (disk, load balancer, address)"
    }

    fn start(&self, workspace: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::start(workspace, &compute.name)
    }

    fn stop(&self, workspace: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::stop(workspace, &compute.name)
    }

    fn rights(&self) -> Vec<Right> {
        rights::rights()
    }

    fn role(&self) -> (&'static str, &'static str) {
        rights::ROLE
    }
}

/// An instance that need not exist, of which nothing is known but its state.
///
/// ```
/// use lamplighter_core::kinds::{Kind, instance};
/// use lamplighter_core::observe::ComputeState;
///
/// let compute = instance::imagined(ComputeState::Stopped);
/// assert_eq!(Kind::of(&compute), Kind::Instance);
/// assert_eq!(compute.state, ComputeState::Stopped);
/// ```
pub fn imagined(state: ComputeState) -> Compute {
    Compute {
        compute_type: Some(COMPUTE_TYPE.to_owned()),
        state,
        ..Compute::default()
    }
}
