//! What the calls of a cluster need.

use super::calls;
use crate::kinds::right::{COMPUTE, Right, any_workspace};
use crate::observe::Scale;

/// The role's name, and what it lets do.
pub const ROLE: (&str, &str) = (
    "Lamplighter cluster operator",
    "Lets Lamplighter set how many nodes a compute cluster keeps warm. Azure has no narrower right than this \
     one, which goes further: it also creates computes, and overwrites those that are there, compute \
     instances among them. Lamplighter does neither. Assign it to single workspaces.",
);

pub fn rights() -> Vec<Right> {
    let (workspace, scale) = (any_workspace(), Scale::default());
    vec![Right {
        action: "Microsoft.MachineLearningServices/workspaces/computes/write",
        why: "to set how many nodes a cluster keeps warm",
        calls: vec![calls::set_warm(&workspace, COMPUTE, &scale, 0).route()],
    }]
}
