//! What of the fleet a snapshot is of.

use crate::sweep::SweepError;
use lamplighter_core::kinds::workbench;
use lamplighter_core::observe::Tags;

/// What of the fleet is read; ids are ARM ids, compared without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everything,
    Workspace(String),
    /// A compute, an online deployment, or what is attached.
    Resource(String),
}

/// A scope, taken apart.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Lower case, without a slash at the end.
    pub id: Option<String>,
    pub workspace: Option<String>,
    /// The whole id, of one resource.
    pub resource: Option<String>,
}

/// Takes a scope apart.
///
/// # Errors
/// Its id is none of what it names.
pub(super) fn wanted(scope: &Scope) -> Result<Wanted, SweepError> {
    let (id, of_resource) = match scope {
        Scope::Everything => return Ok(Wanted::default()),
        Scope::Workspace(id) => (id, false),
        Scope::Resource(id) => (id, true),
    };
    let lower = id.trim_end_matches('/').to_lowercase();
    // The empty part before the first slash, then pairs of a kind and a name.
    let parts: Vec<&str> = lower.split('/').collect();
    let within = parts
        .get(..9)
        .filter(|parts| parts[7] == "workspaces" && parts[6] == ML);
    if let Some(wanted) = in_foundry(&lower, of_resource) {
        return Ok(wanted);
    }
    let fits = match (of_resource, within) {
        (false, Some(_)) => parts.len() == 9,
        (false, None) => false,
        (true, Some(_)) => parts.len() == 11 || parts.len() == 13,
        // What is attached is one of Azure's own resources, or one within another.
        (true, None) => parts.len() == 9 || parts.len() == 11,
    };
    if !fits || parts[1] != "subscriptions" {
        let shape = if of_resource { "/computes/…" } else { "" };
        let why = format!(
            "it is not an ARM id such as /subscriptions/…/resourceGroups/…/providers/\
             Microsoft.MachineLearningServices/workspaces/…{shape}"
        );
        return Err(SweepError::NotFound {
            id: id.clone(),
            why,
        });
    }
    Ok(Wanted {
        workspace: within.map(|parts| parts.join("/")),
        resource: of_resource.then(|| lower.clone()),
        id: Some(lower),
    })
}

/// The same of a project or an account of Foundry, or of a machine there.
fn in_foundry(id: &str, of_resource: bool) -> Option<Wanted> {
    let place = match of_resource {
        true => workbench::place::of_machine(id)?,
        false => id,
    };
    workbench::place::workspace(place, None, Tags::new())?;
    Some(Wanted {
        workspace: Some(place.to_owned()),
        resource: of_resource.then(|| id.to_owned()),
        id: Some(id.to_owned()),
    })
}

/// The provider of everything in a workspace, as ids in lower case have it.
const ML: &str = "microsoft.machinelearningservices";
