//! A deployment as one of the kinds.

use super::{bill, calls, parse, rights};
use crate::kinds::bill::{BillRow, OnBill};
use crate::kinds::call::Call;
use crate::kinds::evidence::Source;
use crate::kinds::goes_on::GoesOn;
use crate::kinds::meter::Meter;
use crate::kinds::resource_kind::ResourceKind;
use crate::kinds::right::Right;
use crate::observe::parse::Oddity;
use crate::observe::{ByKind, Compute, Workspace};
use crate::policy::Target;
use chrono::TimeDelta;
use serde_json::Value;

/// The managed online deployment.
#[derive(Clone, Copy, Debug)]
pub struct Deployment;

impl ResourceKind for Deployment {
    fn name(&self) -> &'static str {
        "deployment"
    }

    fn compute_type(&self) -> &'static str {
        parse::TYPE
    }

    /// What it is asked for tells, not what runs on it: `sweep/requests.rs` of the agent.
    fn proves_quiet(&self, source: Source) -> bool {
        source == Source::Metrics
    }

    fn jobs_delay(&self) -> bool {
        false
    }

    fn target(&self) -> Target {
        Target::Deployment
    }

    fn meters(&self, compute: &Compute) -> Vec<Meter> {
        Meter::of(compute).into_iter().collect()
    }

    fn goes_on(&self, compute: &Compute, floor: u32) -> Vec<GoesOn> {
        vec![GoesOn {
            what: format!("the {floor} instance(s) that stay"),
            meter: Meter::of(compute).map(|meter| Meter {
                count: floor,
                ..meter
            }),
            usd_a_day: None,
        }]
    }

    fn goes_on_in_words(&self) -> &'static str {
        "A deployment that is scaled down goes on costing the instances that stay, at least one"
    }

    fn on_bill(&self, row: &BillRow<'_>) -> Option<OnBill> {
        bill::on_bill(row)
    }

    fn is_tagged_on_bill(&self) -> bool {
        true
    }

    /// A change of capacity takes 12 to 18 minutes (reported in azureml-examples#3515).
    fn settles_within(&self) -> TimeDelta {
        TimeDelta::minutes(40)
    }

    fn start_takes(&self) -> Option<TimeDelta> {
        Some(TimeDelta::minutes(18))
    }

    fn get(&self, _: &Workspace, known: &Compute) -> Call {
        calls::get(&known.id)
    }

    fn answer(&self, body: &Value, known: &Compute) -> Option<Result<Compute, Oddity>> {
        Some(
            parse::deployment(body, known.location.as_deref()).map(|read| {
                // The tags of its endpoint, and what its autoscale does, are read elsewhere.
                let by_kind = ByKind {
                    above: known.by_kind.above.clone(),
                    no_stop: known.by_kind.no_stop.clone(),
                    no_start: known.by_kind.no_start.clone(),
                    observe_only: known.by_kind.observe_only,
                    ..read.by_kind
                };
                Compute { by_kind, ..read }
            }),
        )
    }

    fn start(&self, _: &Workspace, compute: &Compute, to: Option<u32>) -> Call {
        scaled(compute, to)
    }

    fn stop(&self, _: &Workspace, compute: &Compute, to: Option<u32>) -> Call {
        scaled(compute, to)
    }

    fn by_hand(&self, workspace: &Workspace, compute: &Compute, to: Option<u32>) -> String {
        let (name, group) = (&workspace.name, &workspace.resource_group);
        let (endpoint, own) = compute.name.split_once('/').unwrap_or_default();
        let to = to.map_or_else(|| "…".to_owned(), |to| to.to_string());
        format!(
            "give it its instances in the studio, or run: az ml online-deployment update --name {own} \
             --endpoint-name {endpoint} --set instance_count={to} --workspace-name {name} --resource-group {group}"
        )
    }

    fn rights(&self) -> Vec<Right> {
        rights::rights()
    }

    fn role(&self) -> (&'static str, &'static str) {
        rights::ROLE
    }
}

fn scaled(compute: &Compute, to: Option<u32>) -> Call {
    let value = compute
        .by_kind
        .scale
        .as_ref()
        .map_or(1, |scale| scale.value);
    // Azure refuses 0, and whoever asks for no value asks for no change.
    calls::set_capacity(&compute.id, to.unwrap_or(value).max(1))
}
