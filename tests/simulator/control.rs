//! `/simulator/…`: the clock, hands, tags and what truly happened.

use super::support::{API, W, at, fleet_of, manual};
use lamplighter_simulator::{Options, start};
use serde_json::{Value, json};

fn fleet() -> lamplighter_simulator::Fleet {
    fleet_of(
        json!([{"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running"}]),
        json!([]),
        json!({}),
    )
}

#[tokio::test]
async fn the_clock_moves_forward_only() {
    let client = manual(fleet()).await;
    let clock = client.get("/simulator/clock").await;
    assert_eq!(
        clock,
        json!({"now": "2026-10-21T09:00:00Z", "manual": true, "speed": null})
    );
    let (status, moved) = client
        .call(
            "POST",
            "/simulator/clock",
            Some(json!({"now": "2026-10-21T12:00:00+01:00"})),
        )
        .await;
    assert_eq!(
        (status, &moved["now"]),
        (200, &json!("2026-10-21T11:00:00Z"))
    );
    for wrong in [
        json!({"now": "2026-10-21T10:00:00Z"}),
        json!({}),
        json!({"advanceSeconds": -1}),
        json!({"hour": 1}),
        json!({"now": "2500-01-01T00:00:00Z"}),
    ] {
        assert_eq!(
            client.call("POST", "/simulator/clock", Some(wrong)).await.0,
            400
        );
    }
    client.simulator.advance_to(at("2026-10-21T11:00:30Z"));
    assert_eq!(client.simulator.now(), at("2026-10-21T11:00:30Z"));
    client.simulator.advance_to(at("2020-01-01T00:00:00Z"));
    assert_eq!(client.simulator.now(), at("2026-10-21T11:00:30Z"));
}

#[tokio::test]
async fn a_fast_clock_runs_by_itself() {
    let options = Options {
        speed: 1e6,
        start: Some(at("2026-10-21T09:00:00Z")),
        ..Options::default()
    };
    let simulator = start(options).await.expect("started");
    let first = simulator.now();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    // Five thousandths of a second are at least 5,000 s here.
    assert!((simulator.now() - first).num_seconds() >= 5_000);
}

#[tokio::test]
async fn hands_and_tags_reach_what_azure_shows_and_the_record_names_them() {
    let client = manual(fleet()).await;
    let stop = json!({"instance": "W/A", "action": "stop", "by": "rui"});
    assert_eq!(
        client
            .call("POST", "/simulator/action", Some(stop.clone()))
            .await
            .0,
        200
    );
    assert_eq!(client.state("a").await, "Stopping");
    assert_eq!(
        client.call("POST", "/simulator/action", Some(stop)).await.0,
        409
    );
    assert_eq!(
        client
            .call(
                "POST",
                "/simulator/action",
                Some(json!({"instance": "w/z", "action": "stop"}))
            )
            .await
            .0,
        404
    );
    for (on, path) in [
        ("w/a", format!("{W}/computes/a")),
        (W, W.to_owned()),
        (group(), group().to_owned()),
    ] {
        let tagged = json!({"on": on, "tags": {"lamp-mode": "ignore"}});
        assert_eq!(
            client.call("POST", "/simulator/tags", Some(tagged)).await.0,
            204
        );
        assert_eq!(
            client.get(&format!("{path}?{API}")).await["tags"],
            json!({"lamp-mode": "ignore"})
        );
    }
    let record = client.get("/simulator/record").await;
    let asked = &record["events"][1];
    assert_eq!(
        (&asked["what"], &asked["action"], &asked["by"]["name"]),
        (&json!("requested"), &json!("stop"), &json!("rui"))
    );
    assert_eq!(asked["id"], format!("{W}/computes/a"));
    let next = record["next"].as_u64().expect("a place");
    client.advance(90).await;
    let rest = client.get(&format!("/simulator/record?from={next}")).await;
    assert_eq!(rest["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&rest["events"][0]["what"], &rest["events"][0]["to"]),
        (&json!("state"), &json!("Stopped"))
    );
    let delete = json!({"instance": "w/a", "action": "delete"});
    assert_eq!(
        client
            .call("POST", "/simulator/action", Some(delete))
            .await
            .0,
        200
    );
    assert_eq!(
        client
            .call("GET", &format!("{W}/computes/a?{API}"), None)
            .await
            .0,
        404
    );
    assert_eq!(
        client.get(&format!("{W}/computes?{API}")).await["value"],
        json!([])
    );
}

fn group() -> &'static str {
    W.split("/providers/").next().expect("a group")
}

#[tokio::test]
async fn the_bill_and_the_instances_are_read_over_http_and_in_process_alike() {
    let client = manual(fleet()).await;
    client.advance(7_200).await;
    let bill = client.get("/simulator/bill").await;
    assert_eq!(bill["instances"][0]["billedSeconds"], 7_200);
    assert_eq!(
        (&bill["total"], &bill["currency"]),
        (&json!("0.72"), &json!("USD"))
    );
    let typed: lamplighter_simulator::world::Bill =
        serde_json::from_value(bill).expect("the same shape");
    assert_eq!(typed, client.simulator.bill());
    let instances = client.get("/simulator/instances").await;
    assert_eq!(instances["instances"][0]["state"], "Running");
    let events: Vec<Value> = client
        .simulator
        .record()
        .iter()
        .map(|event| serde_json::to_value(event).expect("JSON"))
        .collect();
    assert_eq!(
        client.get("/simulator/record").await["events"],
        json!(events)
    );
    let again: lamplighter_simulator::world::Event =
        serde_json::from_value(events[0].clone()).expect("reads back");
    assert_eq!(again.instance, "w/a");
    assert_eq!(client.call("GET", "/simulator/nothing", None).await.0, 404);
}

#[tokio::test]
async fn it_ends_with_its_handle() {
    let client = manual(fleet()).await;
    let url = client.address("/simulator/clock");
    assert_eq!(
        client
            .http
            .get(&url)
            .send()
            .await
            .expect("answered")
            .status(),
        200
    );
    let http = client.http.clone();
    client.simulator.shutdown();
    // The task is aborted the next time that this thread is free.
    tokio::task::yield_now().await;
    assert!(http.get(&url).send().await.is_err());
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let first = start(Options::default()).await.expect("started");
    let port = url::Url::parse(&first.url())
        .expect("a url")
        .port()
        .expect("a port");
    let refused = start(Options {
        port,
        ..Options::default()
    })
    .await
    .err()
    .expect("refused");
    assert!(refused.to_string().contains(&port.to_string()));
}
