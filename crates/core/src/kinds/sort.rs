//! What is looked for beside computes, sort by sort: the right without which none of it is shown.

use super::base;
use super::deployment;
use super::right::{DEPLOYMENT_ID, Right, any_workspace};
use super::standing::{BATCH, DEPLOYMENT, ENDPOINT, SERVERLESS, is_shown};
use serde_json::Value;

/// One sort of what is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    /// `online endpoints`.
    pub what: &'static str,
    azure: &'static str,
    right: fn() -> Right,
}

/// Every sort.
///
/// ```
/// use lamplighter_core::kinds::SORTS;
/// use serde_json::json;
///
/// let [online, ..] = SORTS;
/// let rows = [json!({"type": "microsoft.machinelearningservices/workspaces/onlineendpoints",
///     "id": "/subscriptions/S/resourceGroups/g/onlineEndpoints/score"})];
/// assert!(online.is_shown(&rows, "/subscriptions/s") && !online.is_shown(&rows, "/subscriptions/t"));
/// assert!(online.right().action.ends_with("/onlineEndpoints/read"));
/// ```
pub const SORTS: [Sort; 4] = [
    Sort {
        what: "online endpoints",
        azure: ENDPOINT,
        right: || Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/read",
            why: "to show online endpoints",
            calls: vec![base::endpoints(&any_workspace()).route()],
        },
    },
    Sort {
        what: "online deployments",
        azure: DEPLOYMENT,
        right: || Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/read",
            why: "to show what online deployments cost",
            calls: vec![deployment::calls::get(DEPLOYMENT_ID).route()],
        },
    },
    Sort {
        what: "batch endpoints",
        azure: BATCH,
        right: || Right {
            action: "Microsoft.MachineLearningServices/workspaces/batchEndpoints/read",
            why: "to show batch endpoints",
            calls: vec![base::batch_endpoints(&any_workspace()).route()],
        },
    },
    Sort {
        what: "serverless endpoints",
        azure: SERVERLESS,
        right: || Right {
            action: "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints/read",
            why: "to show serverless endpoints",
            calls: vec![base::serverless_endpoints(&any_workspace()).route()],
        },
    },
];

impl Sort {
    /// The right that it takes, with the call by which that can be tried.
    pub fn right(&self) -> Right {
        (self.right)()
    }

    /// Whether rows of Resource Graph show any of it below an ARM id.
    pub fn is_shown(&self, rows: &[Value], below: &str) -> bool {
        is_shown(rows, self.azure, below)
    }
}
