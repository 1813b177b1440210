//! The custom role that grants what the calls need, and nothing else.

use super::base;
use super::instance::Instance;
use super::kind::Kind;
use super::resource_kind::ResourceKind;
use super::right::Right;
use super::sort::{SORTS, Sort};
use serde::Serialize;

/// A role definition, as the portal exports one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    pub name: &'static str,
    pub description: &'static str,
    pub permissions: [Permission; 1],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    pub actions: Vec<&'static str>,
    pub not_actions: Vec<&'static str>,
    pub data_actions: Vec<&'static str>,
    pub not_data_actions: Vec<&'static str>,
}

/// Every right that Lamplighter needs for instances, each with the calls that need it. Another kind needs its own
/// beside these.
///
/// ```
/// use lamplighter_core::kinds;
///
/// let rights = kinds::rights();
/// let stop = rights.iter().find(|right| right.action.ends_with("/stop/action"));
/// let [call] = &stop.expect("a right to stop").calls[..] else { panic!("one call") };
/// assert!(call.path.ends_with("/computes/{compute}/stop"));
/// ```
pub fn rights() -> Vec<Right> {
    let mut rights = base::place_rights();
    rights.extend(Instance.rights());
    rights.extend(base::work_rights());
    rights.extend(SORTS.iter().map(Sort::right));
    rights
}

/// These, and those of every other kind: what a call of any kind may lack.
///
/// ```
/// use lamplighter_core::kinds;
///
/// let (usual, every) = (kinds::rights(), kinds::every_right());
/// assert!(every.starts_with(&usual) && every.len() > usual.len());
/// ```
pub fn every_right() -> Vec<Right> {
    let others = Kind::names().map(|name| Kind::from(name.to_owned()));
    let others = others.filter(|kind| *kind != Kind::Instance);
    let others = others.filter_map(|kind| Some(kind.known()?.rights()));
    rights().into_iter().chain(others.flatten()).collect()
}

/// The role with these rights. `infra/role/lamplighter.json` is this, as indented JSON.
///
/// ```
/// use lamplighter_core::kinds;
///
/// let [permission] = kinds::role().permissions;
/// assert!(permission.actions.iter().all(|action| !action.contains('*')));
/// assert!(permission.data_actions.is_empty());
/// ```
pub fn role() -> Role {
    of(&Instance, &rights())
}

/// The role that a kind needs beside that one; of the instance that one itself, and `None` for a kind that is never
/// acted on. `infra/role/<kind>.json` is this; of the workbench it is `foundry.json`.
///
/// ```
/// use lamplighter_core::kinds::{Kind, role_of};
///
/// let [permission] = role_of(&Kind::Cluster).ok_or("no role")?.permissions;
/// assert_eq!(permission.actions, ["Microsoft.MachineLearningServices/workspaces/computes/write"]);
/// assert_eq!(role_of(&Kind::Other("HDInsight".into())), None);
/// # Ok::<(), &str>(())
/// ```
pub fn role_of(kind: &Kind) -> Option<Role> {
    let known = kind.known()?;
    Some(match kind {
        Kind::Instance => role(),
        _ => of(known, &beside(known)),
    })
}

/// The rights of a kind that the role of instances does not have.
pub fn beside(kind: &dyn ResourceKind) -> Vec<Right> {
    let usual = rights();
    let mut own = kind.rights();
    own.retain(|right| usual.iter().all(|known| known.action != right.action));
    own
}

fn of(kind: &dyn ResourceKind, rights: &[Right]) -> Role {
    let (name, description) = kind.role();
    Role {
        name,
        description,
        permissions: [Permission {
            actions: rights.iter().map(|right| right.action).collect(),
            not_actions: Vec::new(),
            data_actions: Vec::new(),
            not_data_actions: Vec::new(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_that_is_deployed_is_the_role_of_the_calls() {
        let file = include_str!("../../../../infra/role/lamplighter.json");
        let role = serde_json::to_string_pretty(&role()).expect("plain data");
        assert!(
            file == format!("{role}\n"),
            "not as generated: cargo run -- settings --role >infra/role/lamplighter.json"
        );
    }

    #[test]
    fn the_files_of_the_other_kinds_are_the_roles_of_their_calls() {
        for (kind, file) in [
            (
                Kind::Cluster,
                include_str!("../../../../infra/role/cluster.json"),
            ),
            (
                Kind::Deployment,
                include_str!("../../../../infra/role/deployment.json"),
            ),
            (Kind::Vm, include_str!("../../../../infra/role/vm.json")),
            (Kind::Aks, include_str!("../../../../infra/role/aks.json")),
            (
                Kind::Workbench,
                include_str!("../../../../infra/role/foundry.json"),
            ),
        ] {
            let role = serde_json::to_string_pretty(&role_of(&kind)).expect("plain data");
            // Named for where workbenches are: an operator looks for Foundry.
            let named = kind.known().map_or("", |known| known.role_file());
            assert!(
                file == format!("{role}\n"),
                "not as generated: cargo run -- settings --role {kind} >infra/role/{named}.json"
            );
            let known = kind.known().expect("a kind");
            let actions: BTreeSet<&str> = known.rights().iter().map(|one| one.action).collect();
            assert_eq!(
                actions.len(),
                known.rights().len(),
                "{kind} names a right twice"
            );
        }
    }

    #[test]
    fn every_right_is_named_once_and_needed_by_a_call() {
        let rights = rights();
        for (index, right) in rights.iter().enumerate() {
            let before = &rights[..index];
            assert!(before.iter().all(|other| other.action != right.action));
            assert!(!right.calls.is_empty() && !right.why.is_empty());
        }
    }
}
