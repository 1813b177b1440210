//! What the calls of a cluster need.

use super::calls;
use crate::kinds::right::{COMPUTE, Right, any_workspace};
use crate::observe::Scale;

pub fn rights() -> Vec<Right> {
    let (workspace, scale) = (any_workspace(), Scale::default());
    vec![Right {
        action: "Microsoft.MachineLearningServices/workspaces/computes/write",
        why: "to set how many nodes a cluster keeps warm",
        calls: vec![calls::set_warm(&workspace, COMPUTE, &scale, 0).route()],
    }]
}
