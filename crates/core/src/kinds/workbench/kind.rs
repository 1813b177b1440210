//! A workbench as one of the kinds.

use super::{calls, names, parse, rights, room, state};
use crate::kinds::call::Call;
use crate::kinds::evidence::Source;
use crate::kinds::goes_on::GoesOn;
use crate::kinds::meter::Meter;
use crate::kinds::resource_kind::ResourceKind;
use crate::kinds::right::Right;
use crate::observe::parse::Oddity;
use crate::observe::{ByKind, Compute, ComputeState, FoundryVersion, Workspace};
use crate::policy::Target;
use serde_json::Value;

/// The workbench, and the container instance of an account.
#[derive(Clone, Copy, Debug)]
pub struct Workbench;

impl ResourceKind for Workbench {
    fn name(&self) -> &'static str {
        "workbench"
    }

    fn compute_type(&self) -> &'static str {
        names::TYPE
    }

    fn passes(&self, state: &ComputeState) -> bool {
        state::passes(state)
    }

    /// No metric and no list of jobs is known to name one.
    fn proves_quiet(&self, source: Source) -> bool {
        source == Source::Beacon
    }

    fn jobs_delay(&self) -> bool {
        false
    }

    fn target(&self) -> Target {
        Target::Workbench
    }

    /// On a Foundry compute the pool is paid for, whoever has room there; of a virtual cluster no price is known.
    fn meters(&self, _: &Compute) -> Vec<Meter> {
        Vec::new()
    }

    fn goes_on(&self, compute: &Compute, _: u32) -> Vec<GoesOn> {
        let on = compute.by_kind.runs_on.as_deref();
        let goes_on = on.filter(|on| room::is_account_compute(on));
        let goes_on = goes_on.map(|_| GoesOn::unpriced("the nodes of its pool"));
        goes_on.into_iter().collect()
    }

    fn goes_on_in_words(&self) -> &'static str {
        "After a stop of a workbench the pool of its Foundry compute goes on being paid; of a virtual cluster no price \
         is known"
    }

    fn get(&self, _: &Workspace, known: &Compute) -> Call {
        calls::get(&known.id, version(known))
    }

    fn answer(&self, body: &Value, known: &Compute) -> Option<Result<Compute, Oddity>> {
        let read = parse::machine(body, version(known));
        let same = read.and_then(|read| match read.id.eq_ignore_ascii_case(&known.id) {
            true => Ok(read),
            false => Err(Oddity::new("workbench", "the one that was asked for", body)),
        });
        Some(same.map(|read| {
            let by_kind = ByKind {
                above: known.by_kind.above.clone(),
                observe_only: known.by_kind.observe_only,
                ..read.by_kind
            };
            Compute { by_kind, ..read }
        }))
    }

    fn start(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::start(&compute.id, version(compute))
    }

    fn stop(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> Call {
        calls::stop(&compute.id, version(compute))
    }

    fn by_hand(&self, _: &Workspace, compute: &Compute, _: Option<u32>) -> String {
        format!(
            "choose Start in Microsoft Foundry, or run: az rest --method post --url \
             \"https://management.azure.com{}/start?api-version={}\"",
            compute.id,
            version(compute)
        )
    }

    fn rights(&self) -> Vec<Right> {
        rights::rights()
    }

    fn role(&self) -> (&'static str, &'static str) {
        rights::ROLE
    }

    fn role_file(&self) -> &'static str {
        "foundry"
    }
}

/// The version by which one was read.
fn version(compute: &Compute) -> FoundryVersion {
    compute.by_kind.read_in.unwrap_or_default()
}
