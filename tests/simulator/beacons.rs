//! Beacons: the documents that instances write to a folder, and how they go wrong.

use super::support::{Client, SUBSCRIPTION, W, at, fleet_of, started};
use crate::common::folder::Folder;
use lamplighter_simulator::Options;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Where the beacons of a test write.
struct Beacons(Folder);

impl Beacons {
    /// The simulator makes the folder.
    fn new() -> Beacons {
        Beacons(Folder::unmade("beacons"))
    }

    fn file(&self, instance: &str) -> PathBuf {
        let own = format!("{SUBSCRIPTION}/rg/w/{instance}.json");
        self.0.join(own)
    }

    fn text(&self, instance: &str) -> String {
        std::fs::read_to_string(self.file(instance)).expect("a document")
    }

    fn read(&self, instance: &str) -> Value {
        serde_json::from_str(&self.text(instance)).expect("JSON")
    }

    fn files(&self) -> usize {
        fn count(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder).expect("a folder");
            entries
                .map(|entry| entry.expect("readable").path())
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(self.0.path())
    }
}

fn instance(name: &str, more: Value) -> Value {
    let mut whole =
        json!({"name": name, "vmSize": "Standard_DS3_v2", "state": "Running", "beacon": true});
    for (name, value) in more.as_object().expect("an object") {
        whole[name] = value.clone();
    }
    whole
}

async fn watched(folder: &Beacons, instances: Value, people: Value, more: Value) -> Client {
    let options = Options {
        beacons: Some(folder.0.path().to_path_buf()),
        ..Options::default()
    };
    let client = started(fleet_of(instances, people, more), options).await;
    client.advance(0).await;
    client
}

fn source<'a>(document: &'a Value, name: &str) -> &'a Value {
    let sources = document["sources"].as_array().expect("sources");
    sources
        .iter()
        .find(|source| source["name"] == name)
        .expect("there")
}

async fn action(client: &Client, instance: &str, action: &str) {
    let hand = json!({"instance": format!("w/{instance}"), "action": action});
    assert_eq!(
        client.call("POST", "/simulator/action", Some(hand)).await.0,
        200
    );
}

#[tokio::test]
async fn a_beacon_writes_every_period_while_its_instance_runs_and_no_other_does() {
    let folder = Beacons::new();
    let instances = json!([
        instance("CI-A", json!({})),
        instance("none", json!({"beacon": false})),
        instance("out", json!({"state": "Stopped"})),
    ]);
    let client = watched(&folder, instances, json!([]), json!({})).await;
    let first = folder.read("ci-a");
    assert_eq!(folder.files(), 1);
    assert_eq!(
        (&first["version"], &first["everySeconds"]),
        (&json!(1), &json!(300))
    );
    assert_eq!(first["compute"], format!("{W}/computes/CI-A"));
    for (name, state) in [
        ("ssh", "quiet"),
        ("terminal", "quiet"),
        ("tmux", "absent"),
        ("jupyter", "quiet"),
        ("vscode", "absent"),
        ("cpu", "quiet"),
        ("gpu", "absent"),
        ("network", "quiet"),
    ] {
        let source = source(&first, name);
        assert_eq!(source["state"], state, "{name}");
        assert_eq!(source["lastActive"], Value::Null, "{name}");
        assert!(source["detail"].is_string(), "{name}");
    }
    for (seconds, taken) in [(299, "09:00:00"), (1, "09:05:00"), (1799, "09:30:00")] {
        client.advance(seconds).await;
        let document = folder.read("ci-a");
        assert_eq!(document["at"], format!("2026-10-21T{taken}Z"));
        assert_eq!(document["since"], "2026-10-21T09:00:00Z");
    }
    action(&client, "ci-a", "stop").await;
    client.advance(3600).await;
    assert_eq!(folder.read("ci-a")["at"], "2026-10-21T09:30:00Z");
    // A boot begins it anew.
    action(&client, "ci-a", "start").await;
    action(&client, "out", "start").await;
    client.advance(180).await;
    let again = folder.read("ci-a");
    assert_eq!(
        (&again["at"], &again["since"]),
        (
            &json!("2026-10-21T10:37:59Z"),
            &json!("2026-10-21T10:37:59Z")
        )
    );
    assert_eq!(folder.files(), 2);
    // Another period, by the fleet.
    let other = Beacons::new();
    let instances = json!([instance("a", json!({}))]);
    let client = watched(&other, instances, json!([]), json!({"beaconSeconds": 60})).await;
    client.advance(119).await;
    assert_eq!(other.read("a")["at"], "2026-10-21T09:01:00Z");
    assert_eq!(other.read("a")["everySeconds"], 60);
}

#[tokio::test]
async fn a_fleet_without_beacons_writes_nothing() {
    let folder = Beacons::new();
    let options = Options {
        beacons: Some(folder.0.path().to_path_buf()),
        ..Options::default()
    };
    let client = started(
        lamplighter_simulator::demo_fleet(1).expect("a fleet"),
        options,
    )
    .await;
    client.advance(86_400).await;
    assert_eq!(folder.files(), 0);
}

#[tokio::test]
async fn a_beacon_tells_what_people_and_runs_do() {
    let people = |works_in: &str| {
        json!([{"name": "ana", "zone": "UTC", "instances": ["w/a"], "arrives": "10:02", "leaves": "11:02",
            "forgets": 1, "worksIn": works_in}])
    };
    // Means, the sources that are active meanwhile, and whether the beacon looks at once.
    for (works_in, active, at_once) in [
        ("ssh", &["ssh"][..], true),
        ("tmux", &["ssh", "tmux"], true),
        ("terminal", &["terminal"], true),
        ("notebook", &["jupyter"], false),
        ("vscode", &["vscode"], false),
    ] {
        let folder = Beacons::new();
        let instances = json!([instance("a", json!({}))]);
        let client = watched(&folder, instances, people(works_in), json!({})).await;
        client.simulator.advance_to(at("2026-10-21T10:02:00Z"));
        let taken = if at_once { "10:02:00" } else { "10:00:00" };
        assert_eq!(
            folder.read("a")["at"],
            format!("2026-10-21T{taken}Z"),
            "{works_in}"
        );
        client.simulator.advance_to(at("2026-10-21T10:30:00Z"));
        let document = folder.read("a");
        for name in ["ssh", "terminal", "tmux", "jupyter", "vscode"] {
            let found = source(&document, name);
            let expected = active.contains(&name);
            assert_eq!(found["state"] == "active", expected, "{works_in}: {found}");
            if expected {
                assert_eq!(found["lastActive"], "2026-10-21T10:30:00Z");
            }
        }
        client.simulator.advance_to(at("2026-10-21T12:00:00Z"));
        let document = folder.read("a");
        for name in active {
            let found = source(&document, name);
            assert_eq!(found["state"], "quiet", "{works_in}: {found}");
            assert_eq!(found["lastActive"], "2026-10-21T11:02:00Z");
        }
    }
    // Runs: a job is load and nothing else.
    for (runs_in, active) in [("tmux", "tmux"), ("notebook", "jupyter"), ("job", "")] {
        let folder = Beacons::new();
        let instances = json!([instance("a", json!({"vmSize": "Standard_NC6s_v3"}))]);
        let client = watched(&folder, instances, json!([]), json!({})).await;
        client.advance(100).await;
        let run = json!({"instance": "w/a", "lastsSeconds": 1800, "runsIn": runs_in});
        client.call("POST", "/simulator/jobs", Some(run)).await;
        client.advance(1).await;
        let taken = if runs_in == "tmux" {
            "09:01:40"
        } else {
            "09:00:00"
        };
        assert_eq!(
            folder.read("a")["at"],
            format!("2026-10-21T{taken}Z"),
            "{runs_in}"
        );
        client.advance(1200).await;
        let document = folder.read("a");
        for name in ["ssh", "terminal", "tmux", "jupyter", "vscode"] {
            let state = &source(&document, name)["state"];
            assert_eq!(state == "active", name == active, "{runs_in}: {name}");
        }
        for name in ["cpu", "gpu"] {
            let peak = &source(&document, name)["peaks"][0]["value"];
            assert!(peak.as_f64().expect("a load") > 50.0, "{runs_in}: {name}");
        }
    }
}

#[tokio::test]
async fn peaks_fall_and_tell_when_the_instance_was_last_loaded() {
    let folder = Beacons::new();
    let instances = json!([instance("a", json!({}))]);
    let client = watched(&folder, instances, json!([]), json!({})).await;
    let run = json!({"instance": "w/a", "lastsSeconds": 1200, "runsIn": "notebook"});
    client.call("POST", "/simulator/jobs", Some(run)).await;
    client.advance(8 * 3600).await;
    let document = folder.read("a");
    for name in ["cpu", "network"] {
        let peaks = source(&document, name)["peaks"].as_array().expect("peaks");
        for pair in peaks.windows(2) {
            let of = |peak: &Value| {
                (
                    at(peak["at"].as_str().expect("a time")),
                    peak["value"].as_f64().expect("a value"),
                )
            };
            let (first, second) = (of(&pair[0]), of(&pair[1]));
            assert!(first.0 < second.0 && first.1 > second.1, "{name}: {pair:?}");
        }
        assert_eq!(peaks.last().expect("one")["at"], document["at"], "{name}");
    }
    let peaks = source(&document, "cpu")["peaks"].as_array().expect("peaks");
    let loaded = peaks
        .iter()
        .rfind(|peak| peak["value"].as_f64().is_some_and(|value| value >= 5.0));
    assert_eq!(loaded.expect("loaded")["at"], "2026-10-21T09:20:00Z");
    assert!(folder.text("a").len() < 64 * 1024);
}

#[tokio::test]
async fn beacons_go_wrong_as_they_are_told() {
    let folder = Beacons::new();
    let faulty = |fault: &str| instance(fault, json!({"beaconFault": fault}));
    let instances = json!([
        faulty("silent"),
        faulty("foreign"),
        faulty("garbled"),
        faulty("partial")
    ]);
    let client = watched(&folder, instances, json!([]), json!({})).await;
    client.advance(600).await;
    assert_eq!(folder.read("silent")["at"], "2026-10-21T09:00:00Z");
    action(&client, "silent", "restart").await;
    client.advance(600).await;
    assert_eq!(folder.read("silent")["at"], "2026-10-21T09:00:00Z");
    let foreign = folder.read("foreign");
    assert_eq!(foreign["at"], "2026-10-21T09:20:00Z");
    assert_eq!(foreign["compute"], format!("{W}/computes/foreign-other"));
    let garbled = folder.text("garbled");
    assert!(!garbled.is_empty() && serde_json::from_str::<Value>(&garbled).is_err());
    let partial = folder.read("partial");
    let jupyter = source(&partial, "jupyter");
    assert_eq!(
        (&jupyter["state"], &jupyter["lastActive"]),
        (&json!("unknown"), &json!("2026-10-21T09:20:00Z"))
    );
    assert_ne!(jupyter["detail"], "");
    assert_eq!(source(&partial, "ssh")["state"], "quiet");
}
