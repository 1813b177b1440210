//! What happens to workbenches, and what is said of it.

use super::super::behind::says;
use super::super::support::{explain, explanation, figures, heard, rows};
use super::{fleet, set, state, workbench, world};
use crate::common::world::{OFFICE, at};
use serde_json::json;

const OLDER: &str = "2026-07-15-preview";
const NEWEST: &str = "2026-09-15-preview";

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
    let figures = figures(&world).await;
    assert_eq!(figures["saved"], "0", "{figures}");
    assert_eq!(figures["upper_bound"], "0", "{figures}");
    let rows = rows(&world).await;
    assert!(
        !rows.is_empty() && rows.iter().all(|(_, _, saved)| saved.is_zero()),
        "{rows:?}"
    );
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
            "none while 1 stopped workbench(es) have room there",
        ],
    );
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
