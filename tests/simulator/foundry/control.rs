//! How tests change this world, and files that are refused.

use super::super::support::{SUBSCRIPTION, at, manual, world};
use super::{NEWEST, OLDER, asked, below, fleet, set, shown, status, wb, with, workbench};
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::fleets::named;
use serde_json::{Value, json};

#[tokio::test]
async fn a_start_fails_late_and_says_why_and_the_next_does_not() {
    let client = with(json!({"state": "Stopped"})).await;
    set(&client, json!({"failStarts": 1, "startTakesMinutes": 10})).await;
    let (told, location) = asked(&client, &workbench("/start", NEWEST)).await;
    assert_eq!(told, 202);
    client.advance(599).await;
    assert_eq!(status(&client).await, "Starting");
    client.advance(1).await;
    let operation = client.get(&location.expect("where to ask")).await;
    assert_eq!(operation["properties"]["status"], "Failed");
    assert_eq!(
        operation["properties"]["error"]["code"],
        "InsufficientQuota"
    );
    assert_eq!(status(&client).await, "Stopped");
    let own = client.get(&workbench("", NEWEST)).await;
    assert_eq!(own["properties"]["errors"][0]["code"], "InsufficientQuota");
    asked(&client, &workbench("/start", NEWEST)).await;
    client.advance(600).await;
    assert_eq!(status(&client).await, "Running");
    let own = client.get(&workbench("", NEWEST)).await;
    assert_eq!(own["properties"]["errors"], json!([]));
}

#[tokio::test]
async fn somebody_stops_starts_cancels_and_deletes_by_hand() {
    let client = with(json!({})).await;
    let hand = |action: &str| Some(json!({"on": "A/P/WB", "action": action, "by": "rui"}));
    let (told, body) = client.call("POST", "/simulator/power", hand("stop")).await;
    assert_eq!((told, body["operation"].is_string()), (200, true));
    assert_eq!(
        client
            .call("POST", "/simulator/power", hand("stop"))
            .await
            .0,
        409
    );
    assert_eq!(
        client
            .call("POST", "/simulator/power", hand("cancel"))
            .await
            .0,
        200
    );
    assert_eq!(status(&client).await, "Running");
    let id = body["operation"].as_str().expect("an id");
    let operation = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/westeurope/computeOperations/{id}\
         ?api-version={OLDER}"
    );
    assert_eq!(
        client.get(&operation).await["properties"]["status"],
        "Canceled"
    );
    client.advance(600).await;
    assert_eq!(
        status(&client).await,
        "Running",
        "the canceled stop does not end"
    );
    assert_eq!(
        client
            .call("POST", "/simulator/power", hand("cancel"))
            .await
            .0,
        409
    );
    assert_eq!(
        client
            .call("POST", "/simulator/power", hand("deallocate"))
            .await
            .0,
        400
    );
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    let asked = record.as_array().expect("events").iter();
    let asked: Vec<&Value> = asked
        .filter(|event| event["what"] == "powerRequested")
        .collect();
    assert_eq!(asked[0]["by"], json!({"kind": "person", "name": "rui"}));
    assert_eq!(
        client
            .call("POST", "/simulator/power", hand("delete"))
            .await
            .0,
        200
    );
    assert_eq!(
        client.call("GET", &workbench("", NEWEST), None).await.0,
        404
    );
    let list = client.get(&below("/projects/p/workbenches", NEWEST)).await;
    assert_eq!(list, json!({"value": []}));
    assert_eq!(
        client
            .call("POST", "/simulator/power", hand("start"))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn sessions_hold_the_idle_timer_and_are_told() {
    let client = with(json!({"idleTimeBeforeShutdown": "PT30M"})).await;
    let session = json!({"on": "a/p/wb", "who": "eva", "lastsSeconds": 7_200});
    let told = client
        .call("POST", "/simulator/sessions", Some(session))
        .await;
    assert_eq!(told.0, 204);
    client.advance(7_100).await;
    let told = client.get("/simulator/workbenches").await;
    let own = told["workbenches"].as_array().expect("a list").iter();
    let own = own
        .clone()
        .find(|one| one["workbench"] == "a/p/wb")
        .expect("there");
    assert_eq!(
        (&own["state"], &own["on"]),
        (&json!("Running"), &json!(["eva"]))
    );
    assert_eq!(own["uses"][0]["from"], "2026-10-21T09:00:00Z");
    assert_eq!(own["ran"][0]["open"], true);
    client.advance(100 + 1_800).await;
    assert_eq!(status(&client).await, "Stopping");
    set(
        &client,
        json!({"state": "Running", "idleTimeBeforeShutdown": ""}),
    )
    .await;
    client.advance(24 * 3_600).await;
    assert_eq!(status(&client).await, "Running");
    let wrong = json!({"on": "a/p/wb", "idleTimeBeforeShutdown": "30m"});
    assert_eq!(
        client
            .call("POST", "/simulator/workbenches", Some(wrong))
            .await
            .0,
        400
    );
    let nobody = json!({"on": "a/p/nobody"});
    assert_eq!(
        client
            .call("POST", "/simulator/workbenches", Some(nobody))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn tags_are_replaced_by_name_and_by_id() {
    let client = with(json!({})).await;
    let id = client.get(&workbench("", OLDER)).await["id"].clone();
    for (on, path) in [
        (json!("a/p/wb"), "/projects/p/workbenches/wb"),
        (id, "/projects/p/workbenches/wb"),
        (json!("a/p"), "/projects/p"),
        (json!("a/gpu"), "/computes/gpu"),
        (json!("a/box"), "/computes/box"),
        (json!("rg/a"), ""),
    ] {
        let tags = json!({"owner": path, "on": on});
        let body = json!({"on": on, "tags": tags});
        assert_eq!(
            client.call("POST", "/simulator/tags", Some(body)).await.0,
            204,
            "{on}"
        );
        assert_eq!(client.get(&below(path, OLDER)).await["tags"], tags);
    }
}

#[tokio::test]
async fn what_is_found_between_two_states_comes_to_rest_and_what_is_set_stays() {
    let client = with(json!({"state": "Starting"})).await;
    client.advance(179).await;
    assert_eq!(status(&client).await, "Starting");
    client.advance(1).await;
    assert_eq!(status(&client).await, "Running");
    set(&client, json!({"state": "Updating"})).await;
    client.advance(24 * 3_600).await;
    assert_eq!(shown(&client, OLDER).await.0, "Scaling");
}

#[test]
fn a_bad_account_is_refused_with_its_field() {
    let good = fleet(json!([wb(&json!({}))]), &json!({}));
    let good = serde_json::to_string(&good).expect("JSON");
    parse(&good, "test").expect("would pass as a file");
    let account = "subscriptions[0].resourceGroups[0].cognitiveAccounts[0]";
    for (old, new, field, message) in [
        (
            "\"wb\"",
            "\"-wb\"",
            "projects[0].workbenches[0].name",
            "not a workbench's name",
        ),
        (
            "\"target\":\"gpu\",\"imageLink\":\"registry.example.org/images/pytorch:1\",\"idleTimeBeforeShutdown\":null",
            "\"target\":\"none\"",
            "computes[1].target",
            "no compute of this account",
        ),
        (
            "\"Standard_D8s_v3\",\"nodeCount\"",
            "\"Standard_D8s_v9\",\"nodeCount\"",
            "computes[0].pools[1].instanceType",
            "no built-in size is named",
        ),
        (
            "\"vmPriority\":\"Spot\"",
            "\"vmPriority\":\"Low\"",
            "computes[0].pools[1].vmPriority",
            "expected Regular or Spot",
        ),
        (
            "\"compute\":\"gpu\"",
            "\"compute\":\"box\"",
            "managedComputeDeployments[0].compute",
            "no compute of this account",
        ),
        (
            "\"name\":\"box\"",
            "\"name\":\"GPU\"",
            "computes[1].name",
            "there twice",
        ),
    ] {
        let text = good.replacen(old, new, 1);
        assert_ne!(text, good, "{old}");
        let told = parse(&text, "test").expect_err(new).to_string();
        assert!(told.contains(&format!("{account}.{field}: ")), "{told}");
        assert!(told.contains(message), "{told}");
    }
    let text = good.replacen(
        "\"computeType\":\"Cluster\"",
        "\"computeType\":\"Cluster\",\"nodes\":1",
        1,
    );
    let told = parse(&text, "test")
        .expect_err("an unknown field")
        .to_string();
    assert!(told.contains("unknown field `nodes`"), "{told}");
}

#[tokio::test]
async fn the_built_in_fleet_lives_a_fortnight_the_same_way_every_time() {
    let record = |seed| {
        let mut fleet = named("foundry").expect("the fleet");
        fleet.seed = seed;
        parse(&serde_json::to_string(&fleet).expect("JSON"), "made").expect("would pass as a file");
        let mut world = world(fleet, "2026-11-16T00:00:00Z");
        world.advance_to(at("2026-11-30T00:00:00Z"));
        serde_json::to_string(world.record()).expect("JSON")
    };
    assert_eq!(record(1), record(1));
    assert_ne!(record(1), record(2));
    let told = record(18);
    for what in ["\"workBegan\"", "\"idleTimer\"", "aif-team/box"] {
        assert!(told.contains(what), "{what}");
    }
    let client = manual(named("foundry").expect("the fleet")).await;
    let told = client.get("/simulator/workbenches").await;
    assert_eq!(told["workbenches"].as_array().map(Vec::len), Some(8));
}
