//! A virtual machine as one of the kinds.

use super::{calls, parse, rights};
use crate::kinds::bill::{BillRow, OnBill};
use crate::kinds::call::Call;
use crate::kinds::evidence::Source;
use crate::kinds::goes_on::GoesOn;
use crate::kinds::meter::Meter;
use crate::kinds::resource_kind::ResourceKind;
use crate::kinds::right::Right;
use crate::observe::parse::Oddity;
use crate::observe::{Compute, ComputeState, Workspace};
use crate::policy::Target;
use serde_json::Value;

/// The attached virtual machine.
#[derive(Clone, Copy, Debug)]
pub struct Vm;

impl ResourceKind for Vm {
    fn name(&self) -> &'static str {
        "vm"
    }

    fn compute_type(&self) -> &'static str {
        parse::TYPE
    }

    /// Also while it is stopped from within, see [`parse::POWERED_OFF`].
    fn billed(&self, state: &ComputeState) -> bool {
        crate::kinds::power::billed(state)
    }

    /// Whoever is logged in cannot be seen.
    fn proves_quiet(&self, _: Source) -> bool {
        false
    }

    fn says_failed(&self, compute: &Compute) -> bool {
        matches!(
            compute.provisioning_state.as_deref(),
            Some("Failed" | "Canceled")
        )
    }

    fn target(&self) -> Target {
        Target::Vm
    }

    fn meters(&self, compute: &Compute) -> Vec<Meter> {
        Meter::of(compute).into_iter().collect()
    }

    fn goes_on(&self, _: &Compute, _: u32) -> Vec<GoesOn> {
        vec![GoesOn::unpriced(
            "its managed disks, IP addresses and network",
        )]
    }

    fn goes_on_in_words(&self) -> &'static str {
        "A deallocated virtual machine goes on costing its managed disks, IP addresses and network"
    }

    fn on_bill(&self, row: &BillRow<'_>) -> Option<OnBill> {
        let own = row.named("/providers/microsoft.compute/virtualmachines/");
        own.map(OnBill::One)
    }

    fn get(&self, _: &Workspace, known: &Compute) -> Call {
        calls::get(&known.id)
    }

    fn answer(&self, body: &Value, known: &Compute) -> Option<Result<Compute, Oddity>> {
        // Azure's own auto-shutdown is found beside it.
        let schedules = known.schedules.clone();
        Some(parse::vm(body, known).map(|read| Compute { schedules, ..read }))
    }

    fn start(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::start(&compute.id)
    }

    fn stop(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::deallocate(&compute.id)
    }

    fn by_hand(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> String {
        format!(
            "choose Start in the Azure portal, or run: az vm start --ids {}",
            compute.id
        )
    }

    fn rights(&self) -> Vec<Right> {
        rights::rights()
    }

    fn role(&self) -> (&'static str, &'static str) {
        rights::ROLE
    }
}
