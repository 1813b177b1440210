//! Which calls workbenches cost, and which rights they take.

use super::super::rights::world as allowed;
use super::{fleet, state, workbench};
use crate::common::folder::Folder;
use crate::common::world::{OFFICE, World, at};
use lamplighter_core::kinds::{Kind, role_of};
use serde_json::{Value, json};

async fn allowed_all_but(folder: &Folder, fleet: &Value, without: &str) -> World {
    let mut world = allowed(folder, fleet, &Kind::Workbench, without).await;
    world.set("KINDS", "instance,workbench");
    world
}

#[tokio::test]
async fn with_the_kind_off_not_one_call_is_made_and_with_it_on_few_and_the_ungoverned_are_read_hourly()
 {
    let project = |name: &str, tags: Value| json!({"name": name, "tags": tags, "workbenches": [workbench("wb", json!({}))]});
    let projects = json!([
        project("a", json!({"lamp-schedule": OFFICE})),
        project("b", json!({})),
        project("c", json!({}))
    ]);
    let with = fleet(json!([]), json!({}), json!({"projects": projects}));
    let without = fleet(json!([]), json!({}), json!({"projects": []}));
    let mut counts = Vec::new();
    for (fleet, kinds) in [
        (&without, "instance"),
        (&with, "instance"),
        (&with, "instance,workbench"),
    ] {
        let mut world = World::new(fleet.clone()).await;
        world.set("KINDS", kinds);
        for sweep in 0..24 {
            let time = format!("23T{:02}:{:02}", 9 + sweep / 12, 5 * (sweep % 12));
            world.sweep(&time).await;
        }
        counts.push(world.simulator.calls().total);
    }
    assert_eq!(counts[0], counts[1]);
    // One for the query, one a project, a tenth an account: of 24 sweeps.
    let more = counts[2] - counts[1];
    println!("{more} calls more in 24 sweeps of 3 projects and 1 account");
    assert!(more * 10 <= 24 * (10 + 3 * 10 + 1), "{more}");
    // The governed project each time, the others and the account once an hour.
    assert!(more < 24 * 3, "{more}");
}

#[tokio::test]
async fn each_right_that_is_missing_is_named_and_leaves_instances_alone() {
    let folder = Folder::new("foundry-rights");
    let tags = json!({"lamp-schedule": OFFICE});
    let account = json!({"tags": {"lamp-schedule.box": OFFICE}, "computes": [
        {"computeType": "Cluster", "name": "gpu",
            "pools": [{"name": "default", "instanceType": "Standard_DS3_v2", "nodeCount": 2}]},
        {"computeType": "ContainerInstance", "name": "box", "target": "gpu", "state": "Running"}]});
    let mut fleet = fleet(json!([workbench("wb", json!({}))]), tags.clone(), account);
    let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
    workspace["tags"] = tags;
    let [own] = role_of(&Kind::Workbench).expect("a role").permissions;
    let mut tried = vec![""];
    tried.extend(
        own.actions
            .iter()
            .filter(|action| !action.ends_with("accounts/read")),
    );
    for without in tried {
        let world = allowed_all_but(&folder, &fleet, without).await;
        world.sweep("23T12:00").await;
        let printed = world.sweep("23T19:00").await;
        world.simulator.advance_to(at("23T19:30"));
        let off = |state: String| state == "Stopped";
        let stopped = (
            off(state(&world, "vision/wb").await),
            off(state(&world, "team/box").await),
            world.state("w/ci") == "Stopped",
        );
        let expected = match without {
            _ if without.ends_with("projects/read") || without.ends_with("workbenches/read") => {
                (false, true, true)
            }
            _ if without.ends_with("workbenches/stop/action") => (false, true, true),
            _ if without.ends_with("accounts/computes/read") => (true, false, true),
            _ if without.ends_with("computes/stop/action") => (true, false, true),
            _ => (true, true, true),
        };
        assert_eq!(stopped, expected, "{without}: {}", printed.all());
    }
}

#[tokio::test]
async fn the_doctor_tries_each_right_where_it_is_granted_and_stops_nothing() {
    let folder = Folder::new("foundry-doctor");
    let [own] = role_of(&Kind::Workbench).expect("a role").permissions;
    let project = json!({"lamp-schedule": OFFICE});
    let fleet = fleet(json!([workbench("wb", json!({}))]), project, json!({}));
    let mut tried = vec![""];
    // Without what shows its own rights, those to act are not tried; and there is no operation to ask about.
    tried.extend(own.actions.iter().filter(|action| {
        !action.ends_with("permissions/read") && !action.ends_with("computeOperations/read")
    }));
    for without in tried {
        let world = allowed_all_but(&folder, &fleet, without).await;
        let printed = world.run(&["doctor", "--json"]).await;
        let report: Value = serde_json::from_str(&printed.stdout).expect("JSON");
        let checks = report["checks"].as_array().expect("checks").iter();
        let name = |check: &Value| check["name"].as_str().unwrap_or_default().to_owned();
        let failed = checks
            .filter(|check| check["status"] == "failed" && name(check).contains("(workbench)"));
        let failed: Vec<&Value> = failed.collect();
        // Who may see no account, or no project, has none to try anything on.
        let blind = without.ends_with("accounts/read") || without.ends_with("projects/read");
        let expected = usize::from(!without.is_empty() && !blind);
        let named = failed.iter().filter(|check| name(check).contains(without));
        assert_eq!(named.count(), expected, "{without}: {report}");
        assert!(failed.len() <= expected, "{without}: {failed:?}");
        for check in failed {
            let to_do = check["toDo"].as_str().unwrap_or_default();
            assert!(to_do.contains("infra/role/foundry.json"), "{check}");
        }
        assert_eq!(world.posts(), 0);
    }
}
