//! Workbenches of Microsoft Foundry, through the program.

use super::support::{SUBSCRIPTION, explain, explanation, heard};
use crate::common::folder::Folder;
use crate::common::world::{OFFICE, Printed, World, at};
use lamplighter_core::kinds::{Kind, role, role_of};
use lamplighter_simulator::Options;
use serde_json::{Value, json};

const OLDER: &str = "2026-07-15-preview";
const NEWEST: &str = "2026-09-15-preview";

fn workbench(name: &str, tags: Value) -> Value {
    json!({"name": name, "target": "gpu", "state": "Running", "tags": tags, "createdBy": "ana@example.org",
        "startTakes": "3m", "stopTakes": "2m"})
}

/// A workspace `w` with an instance, and an account `team` with a project `vision` of these workbenches.
fn fleet(workbenches: Value, project: Value, account: Value) -> Value {
    let mut team = json!({
        "name": "team",
        "computes": [{"computeType": "Cluster", "name": "gpu",
            "pools": [{"name": "default", "instanceType": "Standard_DS3_v2", "nodeCount": 2}]}],
        "projects": [{"name": "vision", "tags": project, "workbenches": workbenches}],
    });
    for (name, value) in account.as_object().expect("an object") {
        team[name] = value.clone();
    }
    let group = json!({
        "name": "rg", "location": "westeurope", "cognitiveAccounts": [team],
        "workspaces": [{"name": "w", "location": "westeurope", "instances": [
            {"name": "ci", "vmSize": "Standard_DS3_v2", "state": "Running", "createdBy": "ana@example.org"}]}],
    });
    json!({
        "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [group]}],
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    })
}

async fn world(fleet: Value) -> World {
    let mut world = World::new(fleet).await;
    world.set("KINDS", "instance,workbench");
    world
}

/// How one stands: its state.
async fn state(world: &World, name: &str) -> String {
    let url = format!("{}/simulator/workbenches", world.simulator.url());
    let answer = reqwest::get(url).await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    let mut all = body["workbenches"].as_array().expect("a list").iter();
    let own = all.find(|one| {
        one["workbench"]
            .as_str()
            .is_some_and(|own| own.ends_with(name))
    });
    own.unwrap_or_else(|| panic!("no {name}: {body}"))["state"]
        .as_str()
        .expect("a state")
        .to_owned()
}

async fn set(world: &World, name: &str, what: Value) {
    let mut whole = what;
    whole["on"] = json!(format!("team/vision/{name}"));
    world.post("workbenches", whole).await;
}

fn says(printed: &Printed, parts: &[&str]) {
    for part in parts {
        assert!(printed.stdout.contains(part), "{part}: {}", printed.all());
    }
}

#[tokio::test]
async fn a_workbench_is_stopped_and_started_by_its_projects_word_and_nothing_is_counted_as_saved() {
    let project = json!({"lamp-schedule.wb": OFFICE, "owner": "ana@example.org"});
    let world = world(fleet(
        json!([workbench("wb", json!({}))]),
        project,
        json!({}),
    ))
    .await;
    for time in ["23T12:00", "23T18:55"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    }
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    world.sweep("23T19:10").await;
    assert_eq!(state(&world, "wb").await, "Stopped");
    says(
        &explain(&world, "team/vision/wb").await,
        &[
            "on the project, for this workbench",
            "its pool goes on being paid",
        ],
    );
    let printed = world.sweep("24T08:00").await;
    assert_eq!(printed.count("starts"), 1, "{}", printed.all());
    world.sweep("24T08:10").await;
    assert_eq!(state(&world, "wb").await, "Running");
    let args = [
        "report",
        "--json",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
    ];
    let printed = world.run(&args).await;
    let report: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    let figures = &report["total"]["figures"];
    assert_eq!(figures["saved"], "0", "{report}");
    assert_eq!(figures["upper_bound"], "0", "{report}");
}

#[tokio::test]
async fn each_layer_speaks_and_the_nearest_is_heard() {
    // Own, project's addressed and plain, account's, resource group's.
    let own = json!([
        workbench("own", json!({"lamp-hold": "on until 2026-12-31 18:00"})),
        workbench("addressed", json!({})),
        workbench("plain", json!({})),
    ]);
    let project =
        json!({"lamp-schedule": "Mon-Fri 08:00-20:00 UTC", "lamp-schedule.addressed": "always"});
    let account = json!({"tags": {"lamp-schedule": OFFICE, "lamp-notice": "0"}});
    let mut world = world(fleet(own, project, account)).await;
    world.set("FOUNDRY_API_VERSION", OLDER);
    world.sweep("23T12:00").await;
    let printed = world.sweep("23T20:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    says(
        &explain(&world, "team/vision/own").await,
        &["on the workbench"],
    );
    says(
        &explain(&world, "team/vision/addressed").await,
        &["on the project, for this workbench", "on the account"],
    );
    says(
        &explain(&world, "team/vision/plain").await,
        &["on the project"],
    );
}

#[tokio::test]
async fn what_azure_does_not_show_is_unknown_and_left_alone_and_told_after_an_hour() {
    let project = json!({"lamp-schedule": OFFICE});
    let world = world(fleet(
        json!([workbench("wb", json!({}))]),
        project,
        json!({}),
    ))
    .await;
    world.sweep("23T12:00").await;
    set(&world, "wb", json!({"showsStatus": false})).await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    let printed = world.sweep("23T20:05").await;
    assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    let warned: Vec<_> = printed
        .lines
        .iter()
        .filter(|line| line["event"] == "warning")
        .collect();
    assert_eq!(warned.len(), 1, "{}", printed.all());
    // The version before tells by another word.
    let older = [
        ("FOUNDRY_API_VERSION", OLDER),
        ("KINDS", "instance,workbench"),
    ];
    world.simulator.advance_to(at("23T20:10"));
    let sweep = ["sweep", "--json", "--at", "2026-11-23T20:10:00Z"];
    let printed = world.run_with(&sweep, &older).await;
    assert!(printed.all().contains("\"stops\":1"), "{}", printed.all());
}

#[tokio::test]
async fn a_hold_that_a_version_hides_stands_and_ends_with_its_time_and_the_owner_can_say_it_elsewhere()
 {
    let tags = json!({"lamp-hold": "on until 2026-12-31 18:00"});
    let project = json!({"lamp-schedule": OFFICE});
    let mut world = world(fleet(json!([workbench("wb", tags)]), project, json!({}))).await;
    world.set("FOUNDRY_API_VERSION", OLDER);
    world.set("FOUNDRY_TAGS_STAND", "2d");
    let printed = world.sweep("23T12:00").await;
    assert_eq!(printed.count("stops"), 0);
    says(
        &explain(&world, "team/vision/wb").await,
        &["write lamp-hold.wb = on until 2026-12-31 18:00 on its project too"],
    );
    world.set("FOUNDRY_API_VERSION", NEWEST);
    for time in ["23T19:00", "24T19:00"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    }
    says(
        &explain(&world, "team/vision/wb").await,
        &["those of 2026-11-23 stand until 2026-11-25", "lamp-hold.wb"],
    );
    let printed = world.sweep("25T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    says(
        &explain(&world, "team/vision/wb").await,
        &["have ceased to stand"],
    );
}

#[tokio::test]
async fn a_hold_that_was_never_shown_is_looked_for_before_the_first_stop() {
    let tags = json!({"lamp-hold": "on until 2026-12-31 18:00"});
    let both = json!([workbench("kept", tags), workbench("free", json!({}))]);
    let world = world(fleet(both, json!({"lamp-schedule": OFFICE}), json!({}))).await;
    world.sweep("23T12:00").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    for time in ["23T19:30", "23T23:00"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    }
    assert_eq!(state(&world, "kept").await, "Running");
    let printed = world.run(&["lint", "team/vision/kept"]).await;
    says(&printed, &["lamp-hold.kept = on until 2026-12-31 18:00"]);
}

#[tokio::test]
async fn a_project_that_is_left_out_is_not_swept_and_an_accounts_pattern_is_for_its_projects() {
    for (exclude, stops) in [
        ("team/vision", 0),
        ("team", 0),
        ("rg/team/vision", 0),
        ("other", 1),
    ] {
        let project = json!({"lamp-schedule": OFFICE});
        let mut world = world(fleet(
            json!([workbench("wb", json!({}))]),
            project,
            json!({}),
        ))
        .await;
        world.set("EXCLUDE", exclude);
        world.sweep("23T12:00").await;
        let printed = world.sweep("23T19:00").await;
        assert_eq!(
            printed.count("stops"),
            stops,
            "{exclude}: {}",
            printed.all()
        );
    }
}

#[tokio::test]
async fn waiting_sees_a_stop_through() {
    let project = json!({"lamp-schedule": OFFICE});
    let world = world(fleet(
        json!([workbench("wb", json!({}))]),
        project,
        json!({}),
    ))
    .await;
    world.sweep("23T12:00").await;
    world.simulator.advance_to(at("23T19:00"));
    // The clock moves on once the stop has been asked for.
    let clock = async {
        let mut asked = 0;
        while state(&world, "wb").await != "Stopping" {
            asked += 1;
            assert!(asked < 100_000, "nobody has stopped it");
        }
        world.simulator.advance_to(at("23T19:03"));
    };
    let (printed, ()) = tokio::join!(world.sweep_with(&["--wait"]), clock);
    assert_eq!(printed.count("problems"), 0, "{}", printed.all());
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    assert_eq!(state(&world, "wb").await, "Stopped");
}

#[tokio::test]
async fn the_owner_is_told_before_and_a_start_by_hand_is_respected() {
    let project =
        json!({"lamp-schedule": OFFICE, "lamp-notice": "15m", "owner": "ana@example.org"});
    let fleet = fleet(json!([workbench("wb", json!({}))]), project, json!({}));
    let (world, hook) = heard(fleet, "instance,workbench").await;
    world.sweep("23T18:40").await;
    world.sweep("23T18:45").await;
    assert_eq!(hook.posts(), 1);
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    world.sweep("23T19:10").await;
    world.simulator.advance_to(at("23T21:00"));
    let hand = json!({"on": "team/vision/wb", "action": "start", "by": "ana@example.org"});
    world.post("power", hand).await;
    world.simulator.advance_to(at("23T21:10"));
    let printed = world.sweep("23T21:10").await;
    assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    assert!(
        explanation(&printed, "wb").contains("start"),
        "{}",
        printed.all()
    );
    assert_eq!(state(&world, "wb").await, "Running");
}

#[tokio::test]
async fn a_container_instance_of_the_account_is_the_same_at_another_path() {
    let account = json!({"tags": {"lamp-schedule.box": OFFICE}, "computes": [
        {"computeType": "Cluster", "name": "gpu",
            "pools": [{"name": "default", "instanceType": "Standard_DS3_v2", "nodeCount": 2}]},
        {"computeType": "ContainerInstance", "name": "box", "target": "gpu", "state": "Running"},
    ]});
    let world = world(fleet(json!([]), json!({}), account)).await;
    world.sweep("23T12:00").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    world.sweep("23T19:10").await;
    assert_eq!(state(&world, "team/box").await, "Stopped");
    says(
        &explain(&world, "team/box").await,
        &["on the account, for this workbench"],
    );
}

#[tokio::test]
async fn pools_that_nothing_uses_and_models_that_hold_machines_are_told_with_their_cost() {
    let account = json!({"managedComputeDeployments": [
        {"name": "model", "capacity": 2, "acceleratorType": "H100_80GB", "acceleratorsPerInstance": 4}]});
    let project = json!({"lamp-schedule": OFFICE});
    let world = world(fleet(json!([workbench("wb", json!({}))]), project, account)).await;
    world.sweep("23T12:00").await;
    let shown = world.run(&["report", "--ungoverned"]).await;
    assert!(
        !shown.stdout.contains("no workbench that runs"),
        "{}",
        shown.all()
    );
    says(&shown, &["it holds 8 H100_80GB all day"]);
    world.sweep("23T19:00").await;
    world.sweep("23T19:10").await;
    world.sweep("23T20:15").await;
    let shown = world.run(&["report", "--ungoverned"]).await;
    // Two nodes at 0.36 an hour.
    says(
        &shown,
        &[
            "2 node(s) of Standard_DS3_v2",
            "0.72",
            "az rest --method delete",
        ],
    );
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
    let [usual] = role().permissions;
    let [own] = role_of(&Kind::Workbench).expect("a role").permissions;
    let mut tried = vec![""];
    tried.extend(
        own.actions
            .iter()
            .filter(|action| !action.ends_with("accounts/read")),
    );
    for without in tried {
        let all = usual.actions.iter().chain(&own.actions);
        let actions: Vec<_> = all.filter(|action| **action != without).collect();
        let file = folder.join(format!("role-{:x}.json", fastrand::u64(..)));
        let role = json!({"permissions": [{"actions": actions}]});
        std::fs::write(&file, role.to_string()).expect("written");
        let options = Options {
            role: Some(file),
            ..Options::default()
        };
        let mut world = World::with(fleet.clone(), options).await;
        world.set("KINDS", "instance,workbench");
        world.sweep("23T12:00").await;
        let printed = world.sweep("23T19:00").await;
        world.simulator.advance_to(at("23T19:30"));
        let off = |state: String| state == "Stopped";
        let stopped = (
            off(state(&world, "vision/wb").await),
            off(state(&world, "team/box").await),
            world.state("w/ci") == "Stopped",
        );
        let last = without.rsplit('/').nth(1).unwrap_or_default();
        let expected = match without {
            _ if without.ends_with("projects/read") || without.ends_with("workbenches/read") => {
                (false, true, true)
            }
            _ if without.ends_with("workbenches/stop/action") => (false, true, true),
            _ if without.ends_with("accounts/computes/read") => (true, false, true),
            _ if without.ends_with("computes/stop/action") => (true, false, true),
            _ => (true, true, true),
        };
        assert_eq!(stopped, expected, "{without} ({last}): {}", printed.all());
    }
}

#[tokio::test]
async fn the_doctor_tries_each_right_where_it_is_granted_and_stops_nothing() {
    let folder = Folder::new("foundry-doctor");
    let [usual] = role().permissions;
    let [own] = role_of(&Kind::Workbench).expect("a role").permissions;
    let project = json!({"lamp-schedule": OFFICE});
    let fleet = fleet(json!([workbench("wb", json!({}))]), project, json!({}));
    for (without, says) in [("", "ok"), ("workbenches/stop/action", "failed")] {
        let all = usual.actions.iter().chain(&own.actions);
        let actions: Vec<_> = all
            .filter(|action| without.is_empty() || !action.ends_with(without))
            .collect();
        let file = folder.join(format!("role-{:x}.json", fastrand::u64(..)));
        let role = json!({"permissions": [{"actions": actions}]});
        std::fs::write(&file, role.to_string()).expect("written");
        let options = Options {
            role: Some(file),
            ..Options::default()
        };
        let mut world = World::with(fleet.clone(), options).await;
        world.set("KINDS", "instance,workbench");
        let printed = world.run(&["doctor", "--json"]).await;
        let report: Value = serde_json::from_str(&printed.stdout).expect("JSON");
        let mut checks = report["checks"].as_array().expect("checks").iter();
        let own = checks.find(|check| {
            let name = check["name"].as_str().unwrap_or_default();
            name.contains("workbenches/stop/action")
        });
        let own = own.unwrap_or_else(|| panic!("no such check: {report}"));
        assert_eq!(own["status"], says, "{own}");
        if !without.is_empty() {
            let to_do = own["toDo"].as_str().unwrap_or_default();
            assert!(to_do.contains("infra/role/foundry.json"), "{own}");
        }
        assert_eq!(world.posts(), 0);
    }
}

#[tokio::test]
async fn an_idle_time_without_a_beacon_is_refused_with_the_reason() {
    let world = world(fleet(
        json!([workbench("wb", json!({}))]),
        json!({"lamp-idle.wb": "1h"}),
        json!({}),
    ))
    .await;
    let printed = world.run(&["lint", "team/vision/wb"]).await;
    assert_eq!(printed.code, 1, "{}", printed.all());
    says(&printed, &["no metric and no list of jobs names one"]);
    let given = [
        "lint",
        "--kind",
        "workbench",
        "project:lamp-idle=1h",
        "account:lamp-schedule=always",
    ];
    let printed = world.run(&given).await;
    says(
        &printed,
        &["no metric and no list of jobs names one", "on the account"],
    );
    // And nothing is ever stopped for it.
    for hour in 9..20 {
        let printed = world.sweep(&format!("23T{hour:02}:00")).await;
        assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    }
}
