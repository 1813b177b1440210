//! What the calls of an instance need.

use super::calls;
use crate::kinds::base;
use crate::kinds::right::{COMPUTE, Right, any_workspace};
use std::time::Duration;

/// The role's name, and what it lets do.
pub const ROLE: (&str, &str) = (
    "Lamplighter operator",
    "Reads Azure Machine Learning workspaces, computes, endpoints, jobs and metrics; starts and stops compute instances \
     and sets their idle timer. Cannot create, change or delete a compute, list a key, or write a tag.",
);

pub fn rights() -> Vec<Right> {
    let workspace = any_workspace();
    vec![
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/computes/read",
            why: "to find computes, and read their state and their tags",
            calls: vec![
                base::list_computes(&workspace).route(),
                calls::list_with_quota(&workspace).route(),
                base::get_compute(&workspace, COMPUTE).route(),
            ],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/computes/start/action",
            why: "to start an instance",
            calls: vec![calls::start(&workspace, COMPUTE).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/computes/stop/action",
            why: "to stop an instance",
            calls: vec![calls::stop(&workspace, COMPUTE).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/computes/updateIdleShutdownSetting/action",
            why: "to set an instance's idle timer",
            calls: vec![calls::set_idle_timer(&workspace, COMPUTE, Duration::ZERO).route()],
        },
    ]
}
