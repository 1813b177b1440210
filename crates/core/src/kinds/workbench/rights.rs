//! What the calls of a workbench need. The names of the actions follow the paths; no list of Azure's confirms them.

use super::{calls, place};
use crate::kinds::base;
use crate::kinds::call::{Call, Method, Route};
use crate::kinds::right::{
    ACCOUNT_ID, OPERATION, PROJECT_ID, REGION, Right, SUBSCRIPTION, any_workspace,
};
use crate::observe::{FoundryVersion, Tags, Workspace};

const VERSION: FoundryVersion = FoundryVersion::September2026;

/// The role's name, and what it lets do.
pub const ROLE: (&str, &str) = (
    "Lamplighter workbench operator",
    "Lets Lamplighter read Microsoft Foundry's projects, start and stop their workbenches and the container instances \
     of their accounts, and see what else runs there all day. It is preview: the names of these actions follow the paths \
     of the calls and are not confirmed.",
);

pub fn rights() -> Vec<Right> {
    let (project, account) = (stands_for(PROJECT_ID), stands_for(ACCOUNT_ID));
    let workbench = format!("{PROJECT_ID}/workbenches/{{workbench}}");
    let instance = format!("{ACCOUNT_ID}/computes/{{workbench}}");
    let of = |action, why, calls: &[Call]| Right {
        action,
        why,
        calls: calls.iter().map(Call::route).collect(),
    };
    vec![
        of(
            "Microsoft.CognitiveServices/accounts/read",
            "to see the accounts of Foundry and read their tags",
            &[calls::place(&account, VERSION)],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/projects/read",
            "to see their projects and read their tags",
            &[calls::place(&project, VERSION)],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/projects/workbenches/read",
            "to read a project's workbenches",
            &[
                calls::list(&project, VERSION),
                calls::get(&workbench, VERSION),
            ],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/projects/workbenches/start/action",
            "to start a workbench",
            &[calls::start(&workbench, VERSION)],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/projects/workbenches/stop/action",
            "to stop a workbench",
            &[calls::stop(&workbench, VERSION)],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/computes/read",
            "to read an account's container instances, and the pools that are paid for all day",
            &[
                calls::list(&account, VERSION),
                calls::get(&instance, VERSION),
            ],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/computes/start/action",
            "to start a container instance",
            &[calls::start(&instance, VERSION)],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/computes/stop/action",
            "to stop a container instance",
            &[calls::stop(&instance, VERSION)],
        ),
        of(
            "Microsoft.CognitiveServices/accounts/managedComputeDeployments/read",
            "to tell of models that hold machines all day, and of pools that nothing uses",
            &[calls::managed_deployments(&account, VERSION)],
        ),
        Right {
            action: "Microsoft.CognitiveServices/locations/computeOperations/read",
            why: "to wait until a start or a stop has ended",
            // No call of ours names it: Azure's answer to a start or a stop is a link to it.
            calls: vec![Route {
                name: "get operation status",
                method: Method::Get,
                path: format!(
                    "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/{REGION}/computeOperations/{OPERATION}"
                ),
                api_version: Some(VERSION.as_str()),
                query: Vec::new(),
            }],
        },
        base::permissions_right(ACCOUNT_ID),
    ]
}

/// A project or an account that stands for all of them.
fn stands_for(id: &str) -> Workspace {
    place::workspace(id, None, Tags::new()).unwrap_or_else(any_workspace)
}
