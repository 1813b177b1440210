//! What the caller may do: its role, as the permissions API shows it for each scope.

use super::answer::Answer;
use super::behind::target_of;
use super::call::Call;
use super::foundry::{account_of, project_of};
use super::lookup::{group_of, subscription_of, workspace_of};
use super::role::{Grant, Role};
use super::stage::Stage;
use crate::kinds::foundry::version::PROVIDER as FOUNDRY;
use crate::world::estate::PROVIDER;
use serde_json::{Value, json};

/// The roles of the caller at the scope that the path names; of a simulator without a role, one that allows everything.
pub(super) fn answer(call: &Call, stage: &Stage, role: Option<&Role>) -> Result<Answer, Answer> {
    let world = &stage.world;
    let foundry = FOUNDRY.to_lowercase();
    match call.lower.len() {
        // The scope, then `providers/Microsoft.Authorization/permissions`.
        5 => subscription_of(call, world)?,
        7 => group_of(call, world)?,
        _ if call.lower[5] == PROVIDER.to_lowercase() => workspace_of(call, world)?,
        _ if call.lower[5] == foundry && call.lower.len() == 13 => project_of(call, world)?,
        _ if call.lower[5] == foundry => account_of(call, world)?,
        // Which of them it is matters no more than above.
        _ => target_of(call, world).map(|_| 0)?,
    };
    let everything = [Grant::everything()];
    let grants = role.map_or(&everything[..], Role::grants);
    let value: Vec<Value> = grants.iter().map(body).collect();
    Ok(Answer::json(&json!({ "value": value })))
}

fn body(grant: &Grant) -> Value {
    json!({
        "actions": grant.actions,
        "notActions": grant.not_actions,
        "dataActions": grant.data_actions,
        "notDataActions": grant.not_data_actions,
    })
}
