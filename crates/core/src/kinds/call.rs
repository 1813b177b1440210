//! A call to Azure Resource Manager, as data: whoever has a network makes it.

use crate::observe::Workspace;
use serde::Serialize;
use serde_json::Value;

/// The provider of everything in a workspace.
pub(super) const PROVIDER: &str = "Microsoft.MachineLearningServices";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Patch,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// In words, for messages: `stop compute`.
    pub name: &'static str,
    pub method: Method,
    /// The segments of the path, as they are named: none is encoded yet.
    pub path: Vec<String>,
    /// `None`: the version of the machine-learning API that the settings name.
    pub api_version: Option<&'static str>,
    /// What follows the version in the query, in this order.
    pub query: Vec<(&'static str, String)>,
    /// JSON, of a POST or PATCH that has one.
    pub body: Option<Value>,
    /// It changes nothing, so asking again is harmless.
    pub asks: bool,
    /// The statuses by which Azure says yes to it; none: any that means success. A proxy's page comes with 200, too.
    pub yes: &'static [u16],
}

impl Call {
    /// A GET.
    pub fn get(name: &'static str, path: Vec<String>) -> Call {
        Call {
            name,
            method: Method::Get,
            path,
            api_version: None,
            query: Vec::new(),
            body: None,
            asks: true,
            yes: &[],
        }
    }

    /// A POST that changes something, which Azure does not do at once: it accepts it.
    pub fn action(name: &'static str, path: Vec<String>) -> Call {
        Call {
            method: Method::Post,
            asks: false,
            yes: &[202],
            ..Call::get(name, path)
        }
    }

    /// A PATCH that changes what it names. Azure does it at once, or accepts it.
    pub fn patch(name: &'static str, path: Vec<String>, body: Value) -> Call {
        Call {
            method: Method::Patch,
            body: Some(body),
            asks: false,
            yes: &[200, 202],
            ..Call::get(name, path)
        }
    }

    /// A POST that only asks.
    pub fn question(name: &'static str, path: Vec<String>, body: Value) -> Call {
        Call {
            method: Method::Post,
            body: Some(body),
            ..Call::get(name, path)
        }
    }

    /// The same call in another version of its API than the settings name.
    pub fn in_version(self, version: &'static str) -> Call {
        Call {
            api_version: Some(version),
            ..self
        }
    }

    pub fn route(&self) -> Route {
        Route {
            name: self.name,
            method: self.method,
            path: format!("/{}", self.path.join("/")),
            api_version: self.api_version,
            query: self.query.clone(),
        }
    }
}

/// What a call is, without what it says: enough to tell which right it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    pub name: &'static str,
    pub method: Method,
    pub path: String,
    #[serde(skip)]
    pub api_version: Option<&'static str>,
    #[serde(skip)]
    pub query: Vec<(&'static str, String)>,
}

/// The path of a subscription (its bare id), and what is below it.
pub(super) fn subscription(id: &str, rest: &[&str]) -> Vec<String> {
    let own = ["subscriptions", id];
    own.iter().chain(rest).map(ToString::to_string).collect()
}

/// The path of a workspace.
pub(super) fn workspace(workspace: &Workspace) -> Vec<String> {
    let rest = [
        "resourceGroups",
        &workspace.resource_group,
        "providers",
        PROVIDER,
        "workspaces",
        &workspace.name,
    ];
    subscription(&workspace.subscription, &rest)
}

/// The path of what has an ARM id, and what is below it.
pub(super) fn by_id(id: &str, rest: &[&str]) -> Vec<String> {
    let own = id.split('/').filter(|part| !part.is_empty());
    own.chain(rest.iter().copied()).map(str::to_owned).collect()
}

/// A path below a workspace.
pub(super) fn below(within: &Workspace, rest: &[&str]) -> Vec<String> {
    let mut path = workspace(within);
    path.extend(rest.iter().map(ToString::to_string));
    path
}
