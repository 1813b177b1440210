//! What a snapshot holds, and what happens when it cannot be written or read whole.

use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A file in the world's own folder, which goes away with it.
pub fn file(world: &World, name: &str) -> PathBuf {
    std::fs::create_dir_all(&world.ledger).expect("a folder");
    world.ledger.join(name)
}

async fn taken(world: &World) -> (i32, Value) {
    let path = file(world, "fleet.json");
    let printed = world
        .sweep_with(&["--snapshot", &path.to_string_lossy()])
        .await;
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", printed.all()));
    (printed.code, serde_json::from_str(&text).expect("JSON"))
}

#[tokio::test]
async fn a_sweep_writes_every_instance_as_it_was_before_the_sweep_acted() {
    let mut on = instance(
        "on",
        json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"}),
    );
    on["idleTimeBeforeShutdown"] = json!("PT2160M");
    let mut off = instance("off", json!({}));
    off["vmSize"] = json!("Standard_X9");
    off["state"] = json!("Stopped");
    let mut fleet = fleet(json!([on, off]), &[]);
    fleet["subscriptions"][0]["resourceGroups"][0]["tags"] = json!({"lamp-notice": "off"});
    fleet["unpriced"] = json!(["Standard_X9"]);
    let world = World::new(fleet).await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T18:00"));
    world
        .post(
            "jobs",
            json!({"instance": "w/on", "name": "train", "lastsSeconds": 600}),
        )
        .await;
    world.sweep("23T18:05").await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:00"));
    let (code, snapshot) = taken(&world).await;
    assert_eq!(
        (code, &snapshot["version"], &snapshot["problems"]),
        (0, &json!(1), &json!([]))
    );
    assert_eq!(world.posts(), 1, "the sweep has stopped it all the same");
    let names: Vec<&Value> = (0..2)
        .map(|at| &snapshot["resources"][at]["name"])
        .collect();
    assert_eq!(names, ["off", "on"]);
    let (off, on) = (&snapshot["resources"][0], &snapshot["resources"][1]);
    assert_eq!(
        (&on["state"], &on["workspace"], &on["resourceGroup"]),
        (&json!("Running"), &json!("w"), &json!("rg"))
    );
    assert_eq!(on["tags"]["lamp-schedule"], OFFICE);
    assert_eq!(on["resourceGroupTags"], json!({"lamp-notice": "off"}));
    assert_eq!(on["idleTimeBeforeShutdown"], "PT2160M");
    assert_eq!(on["lastOperation"]["operationName"], "Start");
    assert_eq!(on["lastOperation"]["operationTime"], "2026-11-20T08:00:00Z");
    assert_eq!(on["external"]["power"], "on");
    assert_eq!(on["firstSeen"], "2026-11-23T18:05:00Z");
    assert_eq!((&on["jobs"], &off["jobs"]), (&json!([]), &Value::Null));
    assert_eq!(
        on["pricePerHour"],
        json!({"amount": "0.36", "currency": "USD", "source": "retail-prices"})
    );
    assert_eq!(off["pricePerHour"], Value::Null);
}

#[tokio::test]
async fn an_active_job_is_named_and_what_cannot_be_read_spoils_its_own_part_only() {
    let fleet = fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[("v", json!([instance("other", json!({}))]))],
    );
    let world = World::new(fleet).await;
    world
        .post(
            "jobs",
            json!({"instance": "w/ci", "name": "train", "lastsSeconds": 600}),
        )
        .await;
    world
        .fault(json!({"pathContains": "/workspaces/v/jobs", "status": 403,
            "body": "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}"}))
        .await;
    let (_, snapshot) = taken(&world).await;
    assert_eq!(
        snapshot["resources"].as_array().expect("resources").len(),
        2
    );
    let by_name = |name: &str| {
        let instances = snapshot["resources"].as_array().expect("resources").iter();
        instances
            .clone()
            .find(|resource| resource["name"] == name)
            .expect("an instance")
    };
    assert_eq!(by_name("ci")["jobs"], json!(["train-0"]));
    assert_eq!(by_name("other")["jobs"], Value::Null);
    // It is reported of the instance, and is no problem to whoever does not ask for jobs.
    let why = by_name("other")["jobsProblem"]["why"].to_string();
    assert!(why.contains("AuthorizationFailed"), "{why}");
    assert_eq!(snapshot["problems"], json!([]));
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_written_is_reported_and_the_sweep_does_its_work() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:00"));
    let path = file(&world, "no/such/folder/fleet.json");
    let printed = world
        .sweep_with(&["--snapshot", &path.to_string_lossy()])
        .await;
    assert_eq!(
        (printed.code, printed.count("stops"), world.posts()),
        (1, 1, 1)
    );
    assert!(
        printed.stderr.contains("could not be written") && printed.stderr.contains("fleet.json"),
        "{}",
        printed.stderr
    );
}

#[tokio::test]
async fn an_older_snapshot_is_replaced_whole_and_nothing_is_left_beside_it() {
    let world = World::new(fleet(json!([instance("ci", json!({}))]), &[])).await;
    std::fs::write(file(&world, "fleet.json"), "x".repeat(100_000)).expect("a file");
    let (code, snapshot) = taken(&world).await;
    assert_eq!((code, &snapshot["version"]), (0, &json!(1)));
    let files = std::fs::read_dir(&world.ledger).expect("a folder");
    let names: Vec<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.contains("fleet.json"))
        .collect();
    assert_eq!(names, ["fleet.json"]);
}
