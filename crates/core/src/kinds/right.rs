//! What the identity must be granted.

use super::call::Route;
use crate::observe::{Tags, Workspace};
use serde::Serialize;

/// One ARM action, with the calls that need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Right {
    /// As Azure's list of operations spells it.
    pub action: &'static str,
    pub why: &'static str,
    /// With placeholders in braces for names.
    pub calls: Vec<Route>,
}

pub(super) const SUBSCRIPTION: &str = "{subscription}";
pub(super) const GROUP: &str = "{group}";
pub(super) const COMPUTE: &str = "{compute}";
pub(super) const REGION: &str = "{region}";

/// A workspace that stands for all of them.
pub(super) fn any_workspace() -> Workspace {
    Workspace {
        id: String::new(),
        subscription: SUBSCRIPTION.into(),
        resource_group: GROUP.into(),
        name: "{workspace}".into(),
        location: None,
        tags: Tags::new(),
    }
}
