//! What the calls of a deployment need.

use super::calls;
use crate::kinds::base;
use crate::kinds::right::{
    DEPLOYMENT_ID, ENDPOINT, ENDPOINT_ID, Right, SUBSCRIPTION, any_workspace,
};

/// The role's name, and what it lets do.
pub const ROLE: (&str, &str) = (
    "Lamplighter deployment operator",
    "Lets Lamplighter set how many instances a managed online deployment has, see where an autoscale \
     setting does so, and read which compute a batch endpoint runs on. Azure has no narrower right than \
     the one to write deployments, which goes further: it also creates deployments, and replaces their \
     model, code and environment. Lamplighter does neither. Assign it to single workspaces.",
);

pub fn rights() -> Vec<Right> {
    vec![
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/read",
            why: "to find online endpoints, with their tags",
            calls: vec![
                base::endpoints(&any_workspace()).route(),
                calls::endpoint(DEPLOYMENT_ID).route(),
            ],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/read",
            why: "to read how many instances a deployment has",
            calls: vec![calls::get(DEPLOYMENT_ID).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/skus/read",
            why: "to read the least number of instances that Azure lets a deployment have",
            calls: vec![calls::skus(DEPLOYMENT_ID).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments/read",
            why: "to say which compute a batch endpoint's jobs run on",
            calls: vec![base::batch_deployments(&any_workspace(), ENDPOINT).route()],
        },
        Right {
            action: "Microsoft.Insights/autoscalesettings/read",
            why: "to leave alone what Azure's own autoscale governs",
            calls: vec![base::autoscale(SUBSCRIPTION).route()],
        },
        // In the role of instances, too.
        Right {
            action: "Microsoft.Insights/metrics/read",
            why: "to tell whether anything is asked of a deployment",
            calls: vec![base::metrics_of(ENDPOINT_ID, Vec::new()).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/write",
            why: "to set how many instances a deployment has",
            calls: vec![calls::set_capacity(DEPLOYMENT_ID, 1).route()],
        },
    ]
}
