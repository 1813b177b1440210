//! Where workbenches are: projects, and the accounts above them, as Resource Graph shows both. Each is swept like a
//! workspace.

use crate::observe::parse::{Fields, Oddity, usable_name};
use crate::observe::{Tags, Workspace};
use serde_json::Value;
use std::collections::HashMap;

const ACCOUNT: &str = "microsoft.cognitiveservices/accounts";
const PROJECT: &str = "microsoft.cognitiveservices/accounts/projects";
/// Accounts of other kinds have no projects and no computes.
const KIND: &str = "AIServices";

/// A project or an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Of a project: `account/project`, and its account's tags above it.
    pub workspace: Workspace,
    /// False: its account is not shown, and neither is what its tags say.
    pub account_known: bool,
}

/// The query, in the language of Resource Graph.
pub fn query() -> String {
    format!(
        "resources | where (type =~ '{ACCOUNT}' and kind =~ '{KIND}') or type =~ '{PROJECT}' \
         | project id, name, type, kind, location, tags | order by id asc"
    )
}

/// Whether this is the ARM id of a project or an account, or of what lies in one.
///
/// ```
/// use lamplighter_core::kinds::workbench::place::{is_foundry, is_project};
///
/// let account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/team";
/// assert!(is_foundry(account) && !is_project(account));
/// assert!(is_project(&format!("{account}/projects/vision")));
/// assert!(!is_foundry("/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"));
/// ```
pub fn is_foundry(id: &str) -> bool {
    segments(id).is_some()
}

/// Whether it is a project's.
pub fn is_project(id: &str) -> bool {
    matches!(segments(id).as_deref(), Some([_, project, _]) if project.eq_ignore_ascii_case("projects"))
}

/// Whether it is a workbench's.
pub fn is_workbench(id: &str) -> bool {
    matches!(
        segments(id).as_deref(),
        Some([_, projects, _, own, _])
            if projects.eq_ignore_ascii_case("projects") && own.eq_ignore_ascii_case("workbenches")
    )
}

/// An account's or a project's own words, by its ARM id; `None` of any other id.
pub fn workspace(id: &str, location: Option<String>, tags: Tags) -> Option<Workspace> {
    let own = segments(id)?;
    let name = match own[..] {
        [account] => account.to_owned(),
        [account, projects, project] if projects.eq_ignore_ascii_case("projects") => {
            format!("{account}/{project}")
        }
        _ => return None,
    };
    let part = |index: usize| id.split('/').nth(index).unwrap_or_default().to_owned();
    Some(Workspace {
        id: id.to_owned(),
        subscription: part(2),
        resource_group: part(4),
        name,
        location,
        tags,
        above: Tags::new(),
    })
}

/// The project or the account that a machine lies in, as a part of its id.
///
/// ```
/// use lamplighter_core::kinds::workbench::place::of_machine;
///
/// let account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/team";
/// assert_eq!(of_machine(&format!("{account}/computes/box")), Some(account));
/// let project = format!("{account}/projects/vision");
/// assert_eq!(of_machine(&format!("{project}/workbenches/wb")), Some(project.as_str()));
/// assert_eq!(of_machine(&project), None);
/// ```
pub fn of_machine(id: &str) -> Option<&str> {
    let own = segments(id)?;
    let within = match own[..] {
        [_, kind, _] => kind.eq_ignore_ascii_case("computes"),
        [_, _, _, _, _] => is_workbench(id),
        _ => false,
    };
    within.then(|| id.rsplitn(3, '/').nth(2)).flatten()
}

/// The account above a project, by its id alone.
pub fn account_of(project: &Workspace) -> Option<Workspace> {
    let own = segments(&project.id).filter(|own| own.len() > 1)?;
    let below: usize = own[1..].iter().map(|part| part.len() + 1).sum();
    let id = &project.id[..project.id.len() - below];
    workspace(id, None, Tags::new())
}

/// What follows `…/accounts/` in an id, segment by segment.
fn segments(id: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = id.split('/').collect();
    let [
        "",
        subscriptions,
        _,
        groups,
        _,
        providers,
        provider,
        accounts,
        own @ ..,
    ] = &parts[..]
    else {
        return None;
    };
    let words = [
        (*subscriptions, "subscriptions"),
        (*groups, "resourceGroups"),
        (*providers, "providers"),
        (*provider, "Microsoft.CognitiveServices"),
        (*accounts, "accounts"),
    ];
    let right = words
        .iter()
        .all(|(found, wanted)| found.eq_ignore_ascii_case(wanted));
    let plain = parts.iter().skip(1).all(|part| usable_name(part));
    (right && plain && !own.is_empty()).then(|| own.to_vec())
}

/// The places in the rows of the answer.
pub fn read(rows: &[Value]) -> (Vec<Place>, Vec<Oddity>) {
    let (mut places, mut odd) = (Vec::new(), Vec::new());
    for row in rows {
        let mut oddities = Vec::new();
        let mut fields = Fields::new(Some(row), "", &mut oddities);
        let id = fields.text("id").unwrap_or_default();
        let (location, tags) = (fields.text("location"), fields.tags());
        match workspace(&id, location, tags) {
            Some(workspace) => places.push(Place {
                account_known: true,
                workspace,
            }),
            None => odd.push(Oddity::new("Foundry project", "one with its ARM id", row)),
        }
    }
    let accounts = places.iter().map(|place| &place.workspace);
    let accounts: HashMap<String, Tags> = accounts
        .filter(|place| !is_project(&place.id))
        .map(|account| (account.id.to_lowercase(), account.tags.clone()))
        .collect();
    for place in &mut places {
        if let Some(account) = account_of(&place.workspace) {
            let above = accounts.get(&account.id.to_lowercase());
            place.account_known = above.is_some();
            place.workspace.above = above.cloned().unwrap_or_default();
        }
    }
    (places, odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ACCOUNT_ID: &str =
        "/subscriptions/s/resourceGroups/RG/providers/Microsoft.CognitiveServices/accounts/Team";

    #[test]
    fn a_project_stands_below_its_account_and_one_whose_account_is_hidden_says_so() {
        let project =
            format!("{ACCOUNT_ID}/projects/vision").replace("accounts/Team", "accounts/team");
        let rows = [
            json!({"id": project, "location": "westeurope", "tags": {"lamp-idle": "off"}}),
            json!({"id": ACCOUNT_ID, "tags": {"lamp-schedule": "always"}}),
            json!({"id": format!("{}/projects/alone", ACCOUNT_ID.replace("Team", "other"))}),
            json!({"id": format!("{ACCOUNT_ID}/projects/../x")}),
            json!({"name": "nothing"}),
        ];
        let (places, odd) = read(&rows);
        let said: Vec<_> = places
            .iter()
            .map(|one| {
                (
                    one.workspace.name.as_str(),
                    one.account_known,
                    one.workspace.above.len(),
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("team/vision", true, 1),
                ("Team", true, 0),
                ("other/alone", false, 0)
            ]
        );
        assert_eq!(odd.len(), 2);
    }
}
