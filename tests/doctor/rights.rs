//! Each right of the role, taken away by itself.

use super::{Found, calls, ci, doctor};
use crate::common::folder::Folder;
use crate::common::world::{World, fleet};
use lamplighter_core::kinds;
use lamplighter_simulator::Options;
use serde_json::{Value, json};

/// The actions of Lamplighter's role without one.
fn all_but(action: &str) -> Vec<&'static str> {
    let [role] = kinds::role().permissions;
    let actions = role.actions.iter().copied();
    actions.filter(|one| *one != action).collect()
}

/// A world in which the identity has this role.
async fn world_with(folder: &Folder, permissions: Value) -> World {
    let file = folder.join(format!("role-{:x}.json", fastrand::u64(..)));
    std::fs::write(&file, json!({ "permissions": permissions }).to_string()).expect("written");
    let options = Options {
        role: Some(file),
        ..Options::default()
    };
    World::with(fleet(json!([ci()]), &[]), options).await
}

/// No sweep has ended in these worlds, which is told as well.
fn wrong(found: &Found) -> Vec<(&str, &str)> {
    let wrong = found.wrong().into_iter();
    wrong.filter(|(name, _)| *name != "last-sweep").collect()
}

fn name(action: &str) -> String {
    let short = action.strip_prefix("Microsoft.MachineLearningServices/");
    format!("right {}", short.unwrap_or(action))
}

#[tokio::test]
async fn with_the_role_alone_all_rights_are_found_and_nothing_is_started_or_stopped() {
    let folder = Folder::new("role");
    let [role] = kinds::role().permissions;
    let world = world_with(&folder, json!([role])).await;
    let before = (world.simulator.record().len(), world.simulator.bill());
    let found = doctor(&world, &[]).await;
    assert!(wrong(&found).is_empty(), "{}", found.all);
    assert!(found.named("not-tried").is_empty(), "{}", found.all);
    // The role does without the right to read its own permissions, so what acts was asked about no compute.
    let asked = calls(&world);
    assert_eq!(asked.get("POST W/computes/{c}/stop"), Some(&1), "{asked:?}");
    let after = (world.simulator.record().len(), world.simulator.bill());
    assert_eq!(
        (before.0, format!("{:?}", before.1)),
        (after.0, format!("{:?}", after.1))
    );
}

#[tokio::test]
async fn each_single_right_that_is_missing_is_named_and_nothing_else() {
    let folder = Folder::new("role");
    let rights = kinds::rights();
    assert!(rights.len() > 10);
    for right in rights {
        let action = right.action;
        let actions = all_but(action);
        let world = world_with(&folder, json!([{ "actions": actions }])).await;
        let found = doctor(&world, &[]).await;
        assert_eq!(
            wrong(&found),
            [(name(action).as_str(), "failed")],
            "{action}: {}",
            found.all
        );
        assert_eq!(found.code, 1, "{action}");
        let line = found.text(&name(action));
        assert!(
            line.contains(action) && line.contains("Lamplighter operator"),
            "{line}"
        );
        // The same where Azure shows the identity its permissions: no call that acts is made at all.
        let world = world_with(
            &folder,
            json!([{ "actions": ["*"], "notActions": [action] }]),
        )
        .await;
        let found = doctor(&world, &[]).await;
        assert_eq!(
            wrong(&found),
            [(name(action).as_str(), "failed")],
            "{action}: {}",
            found.all
        );
        let asked = calls(&world);
        let acts = asked
            .keys()
            .filter(|route| route.starts_with("POST W/"))
            .count();
        let shown = !action.ends_with("workspaces/read") && !action.ends_with("subscriptions/read");
        assert!(acts == 0 || !shown, "{action}: {asked:?}");
    }
}

#[tokio::test]
async fn a_right_to_act_is_only_missed_where_something_is_to_be_acted_on() {
    let folder = Folder::new("role");
    let [role] = kinds::role().permissions;
    let reads: Vec<&str> = role
        .actions
        .iter()
        .copied()
        .filter(|one| !one.ends_with("/action"))
        .collect();
    let world = world_with(&folder, json!([{ "actions": reads }])).await;
    let observed = doctor(&world, &[("LAMPLIGHTER_MODE", "observe")]).await;
    let acting = "right workspaces/computes/stop/action";
    assert_eq!(
        observed.check(acting)["status"],
        "warning",
        "{}",
        observed.all
    );
    assert_eq!(
        (observed.code, wrong(&observed).len()),
        (0, 3),
        "{}",
        observed.all
    );
    let line = observed.text(acting);
    assert!(
        line.contains("nothing is done there yet (LAMPLIGHTER_MODE=observe)"),
        "{line}"
    );
    let acting = doctor(&world, &[]).await;
    assert_eq!(
        (acting.code, acting.named("failed").len()),
        (1, 3),
        "{}",
        acting.all
    );
}

#[tokio::test]
async fn what_another_role_gives_is_given() {
    let folder = Folder::new("role");
    let stop = "Microsoft.MachineLearningServices/workspaces/computes/stop/action";
    let roles = json!([{ "actions": ["*"], "notActions": [stop] }, { "actions": [stop] }]);
    let found = doctor(&world_with(&folder, roles).await, &[]).await;
    assert!(wrong(&found).is_empty(), "{}", found.all);
}

#[tokio::test]
async fn subscriptions_that_are_named_need_not_be_listed() {
    let folder = Folder::new("role");
    let listing = "Microsoft.Resources/subscriptions/read";
    let actions = all_but(listing);
    let world = world_with(&folder, json!([{ "actions": actions }])).await;
    let named = [("SUBSCRIPTIONS", "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01")];
    let found = doctor(&world, &named).await;
    assert_eq!(
        wrong(&found),
        [(name(listing).as_str(), "failed")],
        "{}",
        found.all
    );
    assert_eq!(
        found.check("right workspaces/jobs/read")["status"],
        "ok",
        "{}",
        found.all
    );
}
