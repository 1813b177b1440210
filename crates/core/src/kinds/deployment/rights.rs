//! What the calls of a deployment need.

use super::calls;
use crate::kinds::base;
use crate::kinds::right::{DEPLOYMENT_ID, Right, SUBSCRIPTION, any_workspace};

pub fn rights() -> Vec<Right> {
    vec![
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/read",
            why: "to find online endpoints, with their tags",
            calls: vec![base::endpoints(&any_workspace()).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/read",
            why: "to read how many instances a deployment has",
            calls: vec![calls::get(DEPLOYMENT_ID).route()],
        },
        Right {
            action: "Microsoft.Insights/autoscalesettings/read",
            why: "to leave alone what Azure's own autoscale governs",
            calls: vec![base::autoscale(SUBSCRIPTION).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/write",
            why: "to set how many instances a deployment has",
            calls: vec![calls::set_capacity(DEPLOYMENT_ID, 1).route()],
        },
    ]
}
