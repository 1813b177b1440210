//! Resources beside workspaces, as their own providers give them: virtual machines, managed clusters, Spark pools,
//! Databricks workspaces, connected clusters.

mod aks;
mod auto_shutdowns;
pub(super) mod body;
pub(super) mod calls;
mod lookup;
mod operations;
mod rows;
mod standing;
mod vms;

pub(super) use calls::BehindCall;
pub(super) use lookup::{in_scope, target_of};
pub(super) use rows::rows;

use super::answer::Answer;
use super::call::Call;
use super::metrics::platform;
use super::stage::Stage;

/// Answers one of these calls.
pub(super) fn answer(wanted: BehindCall, call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    match wanted {
        BehindCall::AutoShutdowns => auto_shutdowns::list(call, stage),
        BehindCall::Vms => vms::list(call, stage),
        BehindCall::Vm => vms::get(call, stage),
        BehindCall::VmView => vms::view(call, stage),
        BehindCall::AskVm(asked) => vms::ask(asked, call, stage),
        BehindCall::AskAks(asked) => aks::ask(asked, call, stage),
        BehindCall::List(kind) => standing::list(kind, call, stage),
        BehindCall::One(kind) => standing::get(kind, call, stage),
        BehindCall::TagPool => standing::tag_pool(call, stage),
        BehindCall::Metrics => platform::answer(call, stage),
        BehindCall::Status(_) => operations::status(call, stage),
        BehindCall::Result(_) => operations::result(call, stage),
    }
}
