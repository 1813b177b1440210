//! What the identity must be granted.

use super::call::{Call, Method, Route};
use super::workbench::place;
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
pub(super) const ENDPOINT: &str = "{endpoint}";
pub(super) const OPERATION: &str = "{operation}";
const WORKSPACE: &str = "{workspace}";
pub(super) const ENDPOINT_ID: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace}/onlineEndpoints/{endpoint}";
pub(super) const DEPLOYMENT_ID: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace}/onlineEndpoints/{endpoint}/deployments/{deployment}";
pub(super) const VM_ID: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{vm}";
pub(super) const AKS_ID: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{aks}";
pub(super) const ACCOUNT_ID: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{account}";
pub(super) const PROJECT_ID: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{account}/projects/{project}";

/// Longer than Azure lets a compute be named, so that nothing has this name.
const NO_COMPUTE: &str = "lamplighter-asks-only-whether-it-may";
const NO_OPERATION: &str = "00000000-0000-0000-0000-000000000000";

impl Right {
    /// Whether it lets change something.
    pub fn acts(&self) -> bool {
        !self.action.ends_with("/read")
    }

    /// A call that shows whether the right is given, and that can do nothing: of the calls that need it the narrowest
    /// that can be made here, and one that acts is about a compute that cannot exist. Azure refuses for want of a right
    /// before it looks for what a call is about.
    ///
    /// ```
    /// use lamplighter_core::kinds::{Method, rights};
    ///
    /// let rights = rights();
    /// let stop = rights.iter().find(|right| right.action.ends_with("/stop/action")).expect("a right to stop");
    /// // In a subscription without a workspace there is nothing to try it on.
    /// assert_eq!(stop.attempt("s", None), None);
    /// let groups = rights.iter().find(|right| right.action.ends_with("/resourceGroups/read")).expect("a right to read");
    /// let attempt = groups.attempt("s", None).expect("a call");
    /// assert_eq!((attempt.method, attempt.path.join("/")), (Method::Get, "subscriptions/s/resourcegroups".into()));
    /// ```
    pub fn attempt(&self, subscription: &str, workspace: Option<&Workspace>) -> Option<Call> {
        let mut calls = self.calls.iter().rev();
        calls.find_map(|call| filled(call, subscription, workspace))
    }

    /// Whether a call that needs it is about a resource of this id, or about what lies in it: a project of Foundry says
    /// nothing of what its account is asked.
    pub fn is_about(&self, id: &str) -> bool {
        let own = |call: &Route| match call.path.strip_prefix(of_place(id)) {
            Some(rest) => !rest.starts_with("/projects/"),
            None => false,
        };
        !place::is_foundry(id) || self.calls.iter().any(own)
    }

    /// The same for a right that is given on a resource of its own: a read of that very resource. `None` for a call that
    /// would act on it: whether such a right is given, Azure's list of one's own permissions there tells.
    ///
    /// ```
    /// use lamplighter_core::kinds::Kind;
    ///
    /// let rights = Kind::Vm.known().expect("a kind").rights();
    /// let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/gpu";
    /// let tried: Vec<_> = rights.iter().filter_map(|right| right.attempt_on(id)).collect();
    /// assert!(tried.iter().all(|call| call.asks && call.route().path.starts_with(id)));
    /// // Two act, and one is given in the whole subscription.
    /// assert_eq!(rights.len() - tried.len(), 3);
    /// ```
    pub fn attempt_on(&self, id: &str) -> Option<Call> {
        let call = self.calls.iter().find(|call| call.method == Method::Get)?;
        let own = match place::is_foundry(id) {
            true => call.path.strip_prefix(of_place(id))?,
            false => [VM_ID, AKS_ID]
                .iter()
                .find_map(|own| call.path.strip_prefix(own))?,
        };
        let call = Route {
            path: format!("{id}{own}"),
            ..call.clone()
        };
        filled(&call, "", None)
    }
}

/// The path of a project or an account, with placeholders.
fn of_place(id: &str) -> &'static str {
    match place::is_project(id) {
        true => PROJECT_ID,
        false => ACCOUNT_ID,
    }
}

/// A call with names in all its places; `None` where one is not known, or where it goes to another host than ARM.
fn filled(call: &Route, subscription: &str, workspace: Option<&Workspace>) -> Option<Call> {
    let region = || workspace?.location.as_deref();
    let name = |part: &str| match part {
        SUBSCRIPTION => Some(subscription.to_owned()),
        GROUP => workspace.map(|known| known.resource_group.clone()),
        WORKSPACE => workspace.map(|known| known.name.clone()),
        REGION => region().map(|region| region.replace(' ', "").to_lowercase()),
        COMPUTE | ENDPOINT | "{deployment}" | "{workbench}" => Some(NO_COMPUTE.to_owned()),
        // What is granted on one of them by itself says nothing of another: see `attempt_on`.
        "{vm}" | "{aks}" | "{account}" | "{project}" => None,
        OPERATION => Some(NO_OPERATION.to_owned()),
        "metrics:getBatch" => None,
        other => Some(other.to_owned()),
    };
    let path: Option<Vec<String>> = call.path.split('/').skip(1).map(name).collect();
    Some(Call {
        name: call.name,
        method: call.method,
        path: path?,
        api_version: call.api_version,
        query: call.query.clone(),
        body: None,
        asks: call.method == Method::Get,
        yes: &[],
    })
}

/// A workspace that stands for all of them.
pub(super) fn any_workspace() -> Workspace {
    Workspace {
        id: String::new(),
        subscription: SUBSCRIPTION.into(),
        resource_group: GROUP.into(),
        name: WORKSPACE.into(),
        location: None,
        tags: Tags::new(),
        above: Tags::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::kinds::{Kind, Right, rights};
    use crate::observe::{Tags, Workspace};

    fn rights_of(kind: &Kind) -> Vec<Right> {
        kind.known().expect("a kind").rights()
    }

    #[test]
    fn every_right_can_be_tried_in_a_workspace_and_no_place_stays_open() {
        let workspace = Workspace {
            id: String::new(),
            subscription: "s".into(),
            resource_group: "g".into(),
            name: "w".into(),
            location: Some("West Europe".into()),
            tags: Tags::new(),
            above: Tags::new(),
        };
        let others = [Kind::Cluster, Kind::Deployment];
        for right in rights()
            .into_iter()
            .chain(others.iter().flat_map(rights_of))
        {
            let attempt = right.attempt("s", Some(&workspace)).expect(right.action);
            let path = attempt.path.join("/");
            assert!(!path.contains(['{', '}']), "{path}");
            let acts = right.acts();
            assert_eq!(acts, !attempt.asks, "{path}");
            assert!(!acts || path.contains(super::NO_COMPUTE), "{path}");
            assert!(!path.contains("locations/") || path.contains("/westeurope/"));
        }
    }

    #[test]
    fn a_right_to_act_on_a_resource_of_its_own_is_never_tried_by_acting() {
        let id = "/subscriptions/s/resourceGroups/g/providers/p/t/gpu";
        for kind in [Kind::Vm, Kind::Aks] {
            for right in rights_of(&kind) {
                let whole = right.attempt("s", None);
                assert!(
                    whole.as_ref().is_none_or(|call| call.asks),
                    "{}",
                    right.action
                );
                let attempt = right.attempt_on(id);
                let tried = attempt.is_some() || whole.is_some();
                assert_ne!(tried, right.acts(), "{}", right.action);
                let path = attempt.map(|call| call.route().path);
                assert!(path.is_none_or(|path| path.starts_with(id) && !path.contains('{')));
            }
        }
    }
}
