//! A managed cluster as one of the kinds.

use super::{bill, calls, parse, prices, rights};
use crate::kinds::bill::{BillRow, OnBill};
use crate::kinds::call::Call;
use crate::kinds::evidence::Source;
use crate::kinds::goes_on::GoesOn;
use crate::kinds::meter::Meter;
use crate::kinds::resource_kind::ResourceKind;
use crate::kinds::right::Right;
use crate::observe::parse::Oddity;
use crate::observe::{Compute, Workspace};
use crate::policy::Target;
use chrono::TimeDelta;
use serde_json::Value;

/// The managed Kubernetes cluster that is attached to a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Aks;

impl ResourceKind for Aks {
    fn name(&self) -> &'static str {
        "aks"
    }

    fn compute_type(&self) -> &'static str {
        parse::TYPE
    }

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
        Target::Aks
    }

    /// All nodes of all pools.
    fn meters(&self, compute: &Compute) -> Vec<Meter> {
        let Some(region) = &compute.location else {
            return Vec::new();
        };
        let meter = |(count, size): &(u32, String)| Meter {
            size: size.clone(),
            region: region.clone(),
            count: *count,
        };
        compute.by_kind.pools.iter().map(meter).collect()
    }

    fn goes_on(&self, compute: &Compute, _: u32) -> Vec<GoesOn> {
        prices::goes_on(compute)
    }

    fn goes_on_in_words(&self) -> &'static str {
        "A stopped AKS cluster goes on costing its control plane (by its tier; none of the Free one), disks of volumes, \
         IP addresses and load balancers"
    }

    fn is_many(&self) -> bool {
        true
    }

    fn on_bill(&self, row: &BillRow<'_>) -> Option<OnBill> {
        bill::on_bill(row)
    }

    fn may_be_scale_sets(&self, billed_in: Option<&str>) -> bool {
        billed_in.is_none()
    }

    fn settles_within(&self) -> TimeDelta {
        TimeDelta::minutes(30)
    }

    /// One that has just been started or stopped may fail when it is asked for the other soon after: Azure asks for 15 to
    /// 30 minutes.
    fn peace(&self) -> Option<TimeDelta> {
        Some(TimeDelta::minutes(30))
    }

    fn get(&self, _: &Workspace, known: &Compute) -> Call {
        calls::get(&known.id)
    }

    fn answer(&self, body: &Value, known: &Compute) -> Option<Result<Compute, Oddity>> {
        Some(parse::managed_cluster(body, known).map(|mut read| {
            let before = || known.by_kind.no_stop.clone();
            read.by_kind.no_stop = read.by_kind.no_stop.or_else(before);
            read
        }))
    }

    fn start(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::start(&compute.id)
    }

    fn stop(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::stop(&compute.id)
    }

    fn by_hand(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> String {
        let part = |index: usize| compute.id.split('/').nth(index).unwrap_or_default();
        format!(
            "choose Start in the Azure portal, or run: az aks start --name {} --resource-group {} --subscription {}",
            compute.name,
            part(4),
            part(2)
        )
    }

    fn rights(&self) -> Vec<Right> {
        rights::rights()
    }

    fn role(&self) -> (&'static str, &'static str) {
        rights::ROLE
    }
}
