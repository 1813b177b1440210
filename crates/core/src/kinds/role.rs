//! The custom role that grants what the calls need, and nothing else.

use super::base;
use super::instance::Instance;
use super::resource_kind::ResourceKind;
use super::right::Right;
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
    rights
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
    Role {
        name: "Lamplighter operator",
        description: "Reads Azure Machine Learning workspaces, computes, jobs and metrics; starts and stops compute instances and sets their idle timer. Cannot create, change or delete a compute, list a key, or write a tag.",
        permissions: [Permission {
            actions: rights().into_iter().map(|right| right.action).collect(),
            not_actions: Vec::new(),
            data_actions: Vec::new(),
            not_data_actions: Vec::new(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn every_right_is_named_once_and_needed_by_a_call() {
        let rights = rights();
        for (index, right) in rights.iter().enumerate() {
            let before = &rights[..index];
            assert!(before.iter().all(|other| other.action != right.action));
            assert!(!right.calls.is_empty() && !right.why.is_empty());
        }
    }
}
