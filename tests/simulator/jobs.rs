//! Jobs in every status, under either name of their compute.

use super::support::{API, Client, W, at, fleet_of, manual};
use serde_json::{Value, json};

async fn with(state: &str, more: Value) -> Client {
    let instance = json!([{"name": "a", "vmSize": "Standard_DS3_v2", "state": state}]);
    manual(fleet_of(instance, json!([]), more)).await
}

async fn submit(client: &Client, more: Value) -> String {
    let mut asked = json!({"instance": "w/a", "lastsSeconds": 600});
    for (name, value) in more.as_object().expect("an object") {
        asked[name] = value.clone();
    }
    let (status, made) = client.call("POST", "/simulator/jobs", Some(asked)).await;
    assert_eq!(status, 200, "{made}");
    made["job"].as_str().expect("a name").to_owned()
}

/// Status and time of its last change, from the list and from the job itself.
async fn shown(client: &Client, name: &str) -> (String, String) {
    let one = client.get(&format!("{W}/jobs/{name}?{API}")).await;
    let list = client.get(&format!("{W}/jobs?{API}")).await;
    let listed = list["value"].as_array().expect("a list");
    assert!(listed.contains(&one), "{one}");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (
        text(&one["properties"]["status"]),
        text(&one["systemData"]["lastModifiedAt"]),
    )
}

/// Every status on the way, with the time since which Azure says it has been so.
async fn way(client: &Client, name: &str, seconds: u64) -> Vec<(String, String)> {
    let mut way: Vec<(String, String)> = Vec::new();
    for _ in 0..seconds {
        let (status, since) = shown(client, name).await;
        let now = client.simulator.now();
        if way.last().is_none_or(|(last, _)| *last != status) {
            assert_eq!(at(&since), now, "{status}");
            way.push((status, since));
        } else {
            assert_eq!(way.last().map(|(_, known)| known), Some(&since), "{status}");
        }
        client.advance(1).await;
    }
    way
}

fn statuses(way: &[(String, String)]) -> Vec<&str> {
    way.iter().map(|(status, _)| status.as_str()).collect()
}

const ALL_THE_WAY: [&str; 8] = [
    "NotStarted",
    "Queued",
    "Preparing",
    "Provisioning",
    "Starting",
    "Running",
    "Finalizing",
    "Completed",
];

#[tokio::test]
async fn a_job_goes_all_the_way_while_its_instance_starts() {
    let client = with("Stopped", json!({})).await;
    let name = submit(&client, json!({"lastsSeconds": 100})).await;
    let start = json!({"instance": "w/a", "action": "start"});
    client.call("POST", "/simulator/action", Some(start)).await;
    let way = way(&client, &name, 300).await;
    assert_eq!(statuses(&way), ALL_THE_WAY);
    // The instance takes 180 seconds, the run a hundred.
    assert_eq!(at(&way[5].1), at("2026-10-21T09:03:00Z"));
    assert_eq!(at(&way[7].1), at("2026-10-21T09:04:40Z"));
}

#[tokio::test]
async fn a_plain_job_on_a_running_instance_runs_at_once() {
    let client = with("Running", json!({})).await;
    let name = submit(&client, json!({"lastsSeconds": 100})).await;
    let way = way(&client, &name, 120).await;
    assert_eq!(statuses(&way), ["Running", "Finalizing", "Completed"]);
    assert_eq!(at(&way[0].1), at("2026-10-21T09:00:00Z"));
    assert_eq!(at(&way[2].1), at("2026-10-21T09:01:40Z"));
}

#[tokio::test]
async fn a_job_that_prepares_has_its_instance_and_dies_with_it() {
    let client = with("Running", json!({"jobsPrepareSeconds": 50})).await;
    let name = submit(&client, json!({"lastsSeconds": 100})).await;
    assert_eq!(statuses(&way(&client, &name, 160).await), ALL_THE_WAY);
    let other = submit(&client, json!({})).await;
    client.advance(25).await;
    assert_eq!(shown(&client, &other).await.0, "Preparing");
    let stop = client
        .call("POST", &format!("{W}/computes/a/stop?{API}"), None)
        .await;
    assert_eq!(stop.0, 202);
    assert_eq!(shown(&client, &other).await.0, "Failed");
    let record = client.get("/simulator/record").await;
    let events = record["events"].as_array().expect("events");
    let killed = events.iter().filter(|event| event["what"] == "jobKilled");
    assert_eq!(killed.count(), 1);
}

#[tokio::test]
async fn any_status_can_be_pinned() {
    let client = with("Running", json!({})).await;
    for status in [
        "NotStarted",
        "Queued",
        "Preparing",
        "Provisioning",
        "Starting",
        "Running",
        "Finalizing",
        "CancelRequested",
        "NotResponding",
        "Paused",
        "Unknown",
    ] {
        let name = submit(&client, json!({"status": status})).await;
        client.advance(599).await;
        assert_eq!(shown(&client, &name).await.0, status);
        client.advance(1).await;
        assert_eq!(shown(&client, &name).await.0, "Completed", "{status}");
    }
    let before = client.get("/simulator/use").await;
    assert_eq!(
        before["instances"][0]["uses"].as_array().map(Vec::len),
        Some(11)
    );
    for status in ["Completed", "Failed", "Canceled"] {
        let name = submit(&client, json!({"status": status})).await;
        assert_eq!(shown(&client, &name).await.0, status);
    }
    // What is over never was on the instance.
    let after = client.get("/simulator/use").await;
    assert_eq!(
        after["instances"][0]["uses"],
        before["instances"][0]["uses"]
    );
    for wrong in ["running", "Done", ""] {
        let asked = json!({"instance": "w/a", "lastsSeconds": 1, "status": wrong});
        let (status, _) = client.call("POST", "/simulator/jobs", Some(asked)).await;
        assert_eq!(status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_compute_is_named_by_id_or_by_name() {
    for (more, expected) in [
        (json!({}), format!("{W}/computes/a")),
        (json!({"computeNamedBy": "name"}), "a".to_owned()),
    ] {
        let client = with("Running", more).await;
        submit(&client, json!({})).await;
        let jobs = client.get(&format!("{W}/jobs?{API}")).await;
        assert_eq!(jobs["value"][0]["properties"]["computeId"], expected);
    }
}
