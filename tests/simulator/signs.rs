//! The native timer's failures, runs outside Azure's jobs, and the truth of who was at work.

use super::support::{API, Client, W, at, fleet_of, manual};
use serde_json::{Value, json};

fn merged(mut under: Value, over: &Value) -> Value {
    for (name, value) in over.as_object().expect("an object") {
        under[name] = value.clone();
    }
    under
}

fn instance(more: Value) -> Value {
    let plain = json!({"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running"});
    json!([merged(plain, &more)])
}

/// Somebody who works from 09:00 to 17:00 and then leaves the instance as it is.
fn ana(more: Value) -> Value {
    let plain = json!({"name": "ana", "zone": "UTC", "instances": ["w/a"], "arrives": "09:00",
        "leaves": "17:00", "forgets": 1});
    json!([merged(plain, &more)])
}

async fn played(instances: Value, people: Value, until: &str) -> Client {
    let client = manual(fleet_of(instances, people, json!({}))).await;
    client.simulator.advance_to(at(until));
    client
}

async fn events(client: &Client, what: &str) -> Vec<Value> {
    let record = client.get("/simulator/record").await;
    let events = record["events"].as_array().expect("events").iter();
    events
        .filter(|event| event["what"] == what)
        .cloned()
        .collect()
}

/// Every stop that was accepted.
async fn stops(client: &Client) -> Vec<Value> {
    let mut stops = events(client, "requested").await;
    stops.retain(|event| event["action"] == "stop");
    stops
}

async fn compute(client: &Client) -> Value {
    client.get(&format!("{W}/computes/a?{API}")).await
}

#[tokio::test]
async fn a_timer_without_rights_is_set_and_never_fires_and_the_identity_shows() {
    let idle = json!({"idleTimeBeforeShutdown": "PT30M", "idleTimerFires": false});
    let client = played(instance(idle.clone()), json!([]), "2026-10-22T09:00:00Z").await;
    assert!(stops(&client).await.is_empty());
    let body = compute(&client).await;
    assert_eq!(body["identity"]["type"], "SystemAssigned");
    assert_eq!(
        body["identity"]["tenantId"],
        "11111111-2222-4333-8444-555555555555"
    );
    assert!(body["identity"]["principalId"].is_string());
    let hidden = merged(idle, &json!({"override": {"identity": null}}));
    let client = played(instance(hidden), json!([]), "2026-10-21T09:00:00Z").await;
    assert_eq!(compute(&client).await["identity"], Value::Null);
    let sound = instance(json!({"idleTimeBeforeShutdown": "PT30M"}));
    let client = played(sound, json!([]), "2026-10-22T09:00:00Z").await;
    assert_eq!(compute(&client).await["identity"], Value::Null);
    assert_eq!(stops(&client).await.len(), 1);
}

#[tokio::test]
async fn a_custom_application_is_activity_without_end() {
    let custom = json!({"idleTimeBeforeShutdown": "PT30M", "customApplication": "rstudio"});
    let client = played(instance(custom), json!([]), "2026-10-22T09:00:00Z").await;
    let body = compute(&client).await;
    let services = body["properties"]["properties"]["customServices"]
        .as_array()
        .expect("services");
    assert_eq!(services.len(), 1);
    assert_eq!(services[0]["name"], "rstudio");
    assert!(services[0]["image"]["reference"].is_string());
    assert_eq!(services[0]["endpoints"][0]["target"], 8787);
    // Nor does a new setting make it fire, nor a person who comes and goes.
    let path = format!("{W}/computes/a/updateIdleShutdownSetting?{API}");
    let body = json!({"idleTimeBeforeShutdown": "PT15M"});
    assert_eq!(client.call("POST", &path, Some(body)).await.0, 200);
    client.simulator.advance_to(at("2026-10-23T09:00:00Z"));
    assert!(stops(&client).await.is_empty());
    let custom = json!({"idleTimeBeforeShutdown": "PT30M", "customApplication": "rstudio"});
    let client = played(instance(custom), ana(json!({})), "2026-10-22T08:00:00Z").await;
    assert!(stops(&client).await.is_empty());
}

#[tokio::test]
async fn the_timer_can_be_hidden_and_can_refuse() {
    let hidden = json!({"showsIdleTimer": false});
    let instances = instance(json!({"idleTimeBeforeShutdown": "PT30M"}));
    let client = manual(fleet_of(instances, json!([]), hidden)).await;
    let own = &compute(&client).await["properties"]["properties"];
    assert!(own["state"] == "Running" && own.get("idleTimeBeforeShutdown").is_none());
    // Hidden is not unset.
    client.advance(1800).await;
    assert_eq!(stops(&client).await[0]["by"]["kind"], "idleTimer");

    let refusing = instance(json!({"idleTimerRefuses": true}));
    let client = manual(fleet_of(refusing, json!([]), json!({}))).await;
    let path = format!("{W}/computes/a/updateIdleShutdownSetting?{API}");
    let body = json!({"idleTimeBeforeShutdown": "PT30M"});
    let (status, body) = client.call("POST", &path, Some(body)).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("UserError")));
    let own = &compute(&client).await["properties"]["properties"];
    assert_eq!(own["idleTimeBeforeShutdown"], Value::Null);
    assert!(events(&client, "idleTimerSet").await.is_empty());
}

#[tokio::test]
async fn the_record_says_who_was_at_work_when_an_instance_was_stopped_and_who_stopped_it() {
    let idle = instance(json!({"idleTimeBeforeShutdown": "PT30M"}));
    let client = played(
        idle,
        ana(json!({"worksIn": "tmux"})),
        "2026-10-21T09:30:00Z",
    )
    .await;
    // Azure's timer does not see tmux.
    let stop = &stops(&client).await[0];
    assert_eq!(stop["by"]["kind"], "idleTimer");
    assert_eq!(
        stop["during"],
        json!([{"kind": "tmux", "who": "ana", "run": false}])
    );
    let ended = &events(&client, "workEnded").await[0];
    assert_eq!(
        (&ended["kind"], &ended["interrupted"]),
        (&json!("tmux"), &json!(true))
    );

    let asked = [
        json!({"instance": "w/a", "name": "train", "lastsSeconds": 7200}),
        json!({"instance": "w/a", "name": "loop", "lastsSeconds": 7200, "runsIn": "tmux"}),
        json!({"instance": "w/a", "name": "cell", "lastsSeconds": 7200, "runsIn": "notebook"}),
    ];
    let client = played(instance(json!({})), ana(json!({})), "2026-10-21T09:00:00Z").await;
    for job in asked {
        client.call("POST", "/simulator/jobs", Some(job)).await;
    }
    let answer = client
        .call("POST", &format!("{W}/computes/a/stop?{API}"), None)
        .await;
    assert_eq!(answer.0, 202);
    let stop = &stops(&client).await[0];
    assert_eq!(stop["by"]["kind"], "api");
    let during: Vec<(&str, bool)> = stop["during"]
        .as_array()
        .expect("work")
        .iter()
        .map(|one| {
            (
                one["kind"].as_str().expect("text"),
                one["run"].as_bool().expect("a flag"),
            )
        })
        .collect();
    assert_eq!(
        during,
        [
            ("notebook", false),
            ("job", true),
            ("tmux", true),
            ("notebook", true)
        ]
    );
    let killed: Vec<Value> = events(&client, "jobKilled")
        .await
        .iter()
        .map(|event| event["kind"].clone())
        .collect();
    assert_eq!(killed, [json!("job"), json!("tmux"), json!("notebook")]);

    // A stop of an instance that nobody uses says nothing of work.
    let careful = ana(json!({"forgets": 0}));
    let client = played(instance(json!({})), careful, "2026-10-21T18:00:00Z").await;
    let stop = &stops(&client).await[0];
    assert_eq!(stop["by"], json!({"kind": "person", "name": "ana"}));
    assert!(stop.get("during").is_none());
}

#[tokio::test]
async fn a_run_outside_jobs_goes_on_when_its_person_leaves_and_azure_sees_only_the_kernel() {
    for (runs_in, stopped) in [("tmux", "17:30"), ("notebook", "20:30"), ("job", "20:30")] {
        let run =
            json!({"jobs": [{"instance": "w/a", "at": "16:00", "lasts": "4h", "runsIn": runs_in}]});
        let idle = json!({"idleTimeBeforeShutdown": "PT30M"});
        let client = played(instance(idle), ana(run.clone()), "2026-10-21T16:30:00Z").await;
        let jobs = client.get(&format!("{W}/jobs?{API}")).await;
        let listed = jobs["value"].as_array().map(Vec::len);
        assert_eq!(listed, Some(usize::from(runs_in == "job")), "{runs_in}");
        let truth = client.get("/simulator/instances").await;
        let field = if runs_in == "job" { "jobs" } else { "runs" };
        assert_eq!(
            truth["instances"][0][field].as_array().map(Vec::len),
            Some(1)
        );
        client.simulator.advance_to(at("2026-10-21T23:00:00Z"));
        let stop = &stops(&client).await[0];
        assert_eq!(
            &stop["at"].as_str().expect("a time")[11..16],
            stopped,
            "{runs_in}"
        );
        // The tmux run died of it, and the record says so.
        let killed = events(&client, "jobKilled").await;
        assert_eq!(killed.len(), usize::from(runs_in == "tmux"));
        assert_eq!(events(&client, "jobEnded").await.len(), 1 - killed.len());
        // Nobody careful stops an instance under a run.
        let careful = merged(run, &json!({"forgets": 0}));
        let client = played(instance(json!({})), ana(careful), "2026-10-21T23:00:00Z").await;
        assert!(stops(&client).await.is_empty(), "{runs_in}");
    }
}

#[tokio::test]
async fn an_instance_shows_job_running_only_for_azures_jobs() {
    for (runs_in, state) in [
        ("tmux", "Running"),
        ("notebook", "Running"),
        ("job", "JobRunning"),
    ] {
        let fleet = fleet_of(
            instance(json!({})),
            json!([]),
            json!({"jobsShowAs": "JobRunning"}),
        );
        let client = manual(fleet).await;
        let run = json!({"instance": "w/a", "lastsSeconds": 60, "runsIn": runs_in});
        client.call("POST", "/simulator/jobs", Some(run)).await;
        assert_eq!(client.state("a").await, state, "{runs_in}");
    }
}

#[tokio::test]
async fn the_use_of_an_instance_tells_its_forgotten_hours() {
    let run = json!({"worksIn": "vscode", "jobs": [{"instance": "w/a", "at": "16:00", "lasts": "2h", "runsIn": "tmux"}]});
    let client = played(instance(json!({})), ana(run), "2026-10-21T21:00:00Z").await;
    let body = client.get("/simulator/use").await;
    let own = &body["instances"][0];
    assert_eq!(own["instance"], "w/a");
    let stretch = |from: &str, to: &str, open: bool, kind: &str, who: &str, run: bool| {
        json!({"from": format!("2026-10-21T{from}:00Z"), "to": format!("2026-10-21T{to}:00Z"),
            "open": open, "kind": kind, "who": who, "run": run, "load": "busy"})
    };
    assert_eq!(
        own["uses"],
        json!([
            stretch("09:00", "17:00", false, "vscode", "ana", false),
            stretch("16:00", "18:00", false, "tmux", "train-20261021-0-0", true),
        ])
    );
    assert_eq!(own["usedSeconds"], 9 * 3600);
    let bill = client.get("/simulator/bill").await;
    assert_eq!(bill["instances"][0]["billedSeconds"], 12 * 3600);
    let stop = json!({"instance": "w/a", "action": "stop"});
    client.call("POST", "/simulator/action", Some(stop)).await;
    client.advance(3600).await;
    let body = client.get("/simulator/use").await;
    assert_eq!(
        body["instances"][0]["ran"],
        json!([{"from": "2026-10-21T09:00:00Z", "to": "2026-10-21T21:00:00Z", "open": false}])
    );
}
