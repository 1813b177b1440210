//! Managed clusters are stopped and started.

use super::lookup::target_of;
use super::operations::accepted;
use crate::http::answer::{Answer, error, not_found};
use crate::http::call::Call;
use crate::http::stage::Stage;
use crate::kinds::aks::calls::AksCall;
use crate::world::behind::Target;
use crate::world::record::By;

/// 202 with both headers, or what Azure has against it.
pub(super) fn ask(asked: AksCall, call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let Target::Aks(cluster) = target_of(call, &stage.world)? else {
        return Err(not_found(&call.path));
    };
    let by = By::Api {
        principal: call.principal.clone(),
    };
    match stage.world.ask_aks(cluster, asked, by) {
        Ok(operation) => Ok(accepted(call, stage, &operation)),
        Err(refusal) => Err(error(refusal.status(), refusal.code(), refusal.to_string())),
    }
}
