//! A workbench, or a compute of an account, as Azure answers in each of its versions.

use super::names::{POOLS, TYPE};
use super::room;
use super::state::state;
use crate::duration;
use crate::observe::parse::{Fields, Oddity, errors, instant, usable_name};
use crate::observe::{ByKind, Compute, FoundryVersion};
use serde_json::Value;

/// One machine of a project or an account. `asked`: the version that was asked for.
///
/// # Errors
/// It has no ARM id with a name.
pub fn machine(item: &Value, asked: FoundryVersion) -> Result<Compute, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    let name = id.rsplit('/').next().unwrap_or_default().to_owned();
    if !super::place::is_foundry(&id) || !usable_name(&name) {
        return Err(Oddity::new("workbench", "one with its ARM id", item));
    }
    let own_location = fields.text("location");
    // The envelope of the version that shows no tags has no region either, whichever was asked for. Tags that are missing
    // for another reason are not taken for taken away: they may hold what keeps it on.
    let missing = item.get("tags").is_none_or(Value::is_null);
    let newest = asked >= FoundryVersion::September2026;
    let tags_hidden = missing && (newest || own_location.is_none());
    let moved = newest || tags_hidden;
    let tags = fields.tags();
    let identity = fields.below("identity").text("type");
    let identity = identity.filter(|kind| !kind.eq_ignore_ascii_case("None"));
    let created_by = fields.below("systemData").text("createdBy");
    let mut own = fields.below("properties");
    let (status, provisioning) = (own.text("status"), own.text("provisioningState"));
    let location = own_location.or_else(|| own.text("location"));
    let created_on = own.read("creationTime", "a time", instant);
    let idle = own.read(
        "idleTimeBeforeShutdown",
        "a duration such as PT30M",
        |text| duration::parse(text).ok(),
    );
    let said = errors(own.list("errors").unwrap_or_default());
    let runs_on = own.text("targetClusterId");
    let compute_type = compute_type(&id, own.text("computeType"));
    let pools = compute_type == POOLS;
    let mut compute = Compute {
        state: state(&id, status.as_deref(), provisioning.as_deref(), moved),
        location,
        tags,
        compute_type: Some(compute_type),
        provisioning_state: provisioning,
        created_on,
        created_by,
        idle_time_before_shutdown: idle,
        identity,
        errors: said,
        by_kind: ByKind {
            read_in: Some(asked),
            tags_hidden,
            notes: notes(&mut own, runs_on.as_deref()),
            runs_on,
            ..ByKind::default()
        },
        id,
        name,
        ..Compute::default()
    };
    if pools {
        compute.by_kind.pools = room::pools(&mut own);
    }
    compute.oddities = oddities;
    Ok(compute)
}

/// The kind of one: what an account lists under a word of another kind, or under none, is never acted on.
fn compute_type(id: &str, word: Option<String>) -> String {
    match word {
        _ if super::place::is_workbench(id) => TYPE.to_owned(),
        Some(word) if word.eq_ignore_ascii_case("ContainerInstance") => TYPE.to_owned(),
        Some(word) if word.eq_ignore_ascii_case("Cluster") => POOLS.to_owned(),
        Some(word) => word,
        None => "a compute of Foundry of no known type".to_owned(),
    }
}

/// Where it runs, and by what size.
fn notes(own: &mut Fields<'_, '_>, runs_on: Option<&str>) -> Vec<String> {
    let Some(on) = runs_on else {
        return Vec::new();
    };
    let place = on.rsplit('/').next().unwrap_or(on);
    let note = match room::is_account_compute(on) {
        true => format!(
            "it has room on the Foundry compute {place}: {}",
            room::GOES_ON
        ),
        false => {
            let size = own.text("instanceType");
            let size = size.map_or_else(String::new, |size| format!(" ({size})"));
            format!(
                "it runs on the virtual cluster {place}{size}: not priced, as Azure publishes no price of that"
            )
        }
    };
    vec![note]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Kind;
    use crate::observe::ComputeState;
    use serde_json::json;

    const ACCOUNT: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";

    fn read(rest: &str, body: Value, asked: FoundryVersion) -> Compute {
        let mut item = json!({"id": format!("{ACCOUNT}/{rest}")});
        for (name, value) in body.as_object().expect("an object") {
            item[name] = value.clone();
        }
        machine(&item, asked).expect("a machine")
    }

    #[test]
    fn only_a_container_instance_of_an_account_is_one_of_the_kind() {
        for (word, expected) in [
            (json!("ContainerInstance"), Kind::Workbench),
            (json!("Cluster"), Kind::Other(POOLS.into())),
            (json!("cluster"), Kind::Other(POOLS.into())),
            (json!("Lab"), Kind::Other("Lab".into())),
        ] {
            let body =
                json!({"properties": {"computeType": word, "provisioningState": "Succeeded"}});
            let found = read("computes/c", body, FoundryVersion::default());
            assert_eq!(Kind::of(&found), expected, "{word}");
        }
        let none = read(
            "computes/c",
            json!({"properties": {}}),
            FoundryVersion::default(),
        );
        assert!(Kind::of(&none).known().is_none());
    }

    #[test]
    fn the_form_of_the_newest_version_is_known_whichever_was_asked_for() {
        let newest = json!({"properties": {"provisioningState": "Succeeded"}});
        let older = json!({"location": "westeurope", "tags": {}, "properties": {"provisioningState": "Succeeded"}});
        let hidden = ComputeState::Other(crate::kinds::workbench::state::NOT_SHOWN.into());
        for asked in FoundryVersion::ALL {
            let found = read("projects/p/workbenches/w", newest.clone(), asked);
            assert_eq!(
                (found.state, found.by_kind.tags_hidden),
                (hidden.clone(), true),
                "{asked}"
            );
        }
        let july = FoundryVersion::July2026;
        let found = read("projects/p/workbenches/w", older.clone(), july);
        assert_eq!(
            (found.state, found.by_kind.tags_hidden),
            (ComputeState::Running, false)
        );
        // Missing tags are no tags only where the version shows some.
        let mut bare = older;
        bare["tags"] = Value::Null;
        let found = read(
            "projects/p/workbenches/w",
            bare.clone(),
            FoundryVersion::default(),
        );
        assert!(found.by_kind.tags_hidden);
        assert!(
            !read("projects/p/workbenches/w", bare, july)
                .by_kind
                .tags_hidden
        );
    }
}
