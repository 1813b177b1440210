//! Workspace metrics: one workspace's and in batch; late, with gaps, of runs, of instances or of nothing.

use super::support::{Client, SUBSCRIPTION, W, fleet_of, manual};
use serde_json::{Value, json};

const AUDIENCE: &str = "https://metrics.monitor.azure.com";
const SPAN: &str = "starttime=2026-10-21T09:00:00Z&endtime=2026-10-21T10:00:00Z";
const NAMESPACE: &str = "metricnamespace=Microsoft.MachineLearningServices/workspaces";

fn busy_fleet(instances: usize, metrics: Value) -> lamplighter_simulator::Fleet {
    let instances: Vec<Value> = (0..instances)
        .map(|index| json!({"name": format!("m{index:02}"), "vmSize": "Standard_DS3_v2", "state": "Running"}))
        .collect();
    fleet_of(json!(instances), json!([]), json!({"metrics": metrics}))
}

fn single(more: &str) -> String {
    format!(
        "{W}/providers/microsoft.insights/metrics?api-version=2019-07-01&metricnames=CpuUtilizationPercentage&{NAMESPACE}&{more}"
    )
}

fn batch(more: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/metrics:getBatch?api-version=2023-10-01&metricnames=CpuUtilizationPercentage&{NAMESPACE}&{SPAN}&{more}"
    )
}

async fn job(client: &Client, instance: &str, seconds: u64) {
    let asked = json!({"instance": instance, "lastsSeconds": seconds});
    assert_eq!(
        client.call("POST", "/simulator/jobs", Some(asked)).await.0,
        200
    );
}

fn series(metric: &Value) -> &Vec<Value> {
    metric["timeseries"].as_array().expect("series")
}

/// The samples of the first series by `HH:MM`.
fn samples<'a>(body: &'a Value, aggregation: &str) -> Vec<(&'a str, f64)> {
    let Some(first) = series(&body["value"][0]).first() else {
        return Vec::new();
    };
    let data = first["data"].as_array().expect("samples");
    data.iter()
        .filter_map(|sample| {
            let at = &sample["timeStamp"].as_str().expect("a time")[11..16];
            Some((at, sample.get(aggregation)?.as_f64()?))
        })
        .collect()
}

#[tokio::test]
async fn a_batch_answers_for_many_workspaces_as_azure_does() {
    let instance =
        |name: &str| json!({"name": name, "vmSize": "Standard_NC6s_v3", "state": "Running"});
    let workspace = |name: &str, location: &str, instance: Value| json!({"name": name, "location": location, "instances": [instance]});
    let subscription = json!([{"id": SUBSCRIPTION, "name": "s", "resourceGroups": [{"name": "rg", "workspaces": [
        workspace("w", "westeurope", instance("a")),
        workspace("v", "westeurope", instance("b")),
        workspace("far", "eastus", instance("c")),
    ]}]}]);
    let fleet = fleet_of(json!([]), json!([]), json!({"subscriptions": subscription}));
    let client = manual(fleet).await;
    job(&client, "w/a", 1800).await;
    job(&client, "far/c", 1800).await;
    client.advance(3600).await;
    let token = client.token_for(AUDIENCE).await;
    let id = |name: &str| W.replace("/workspaces/w", &format!("/workspaces/{name}"));
    let near = json!({"resourceids": [W.to_lowercase(), id("v").to_lowercase()]});
    let query = format!(
        "/subscriptions/{SUBSCRIPTION}/metrics:getBatch?{SPAN}&interval=PT1M&{NAMESPACE}&metricnames=CpuUtilizationPercentage,GpuUtilizationPercentage&aggregation=maximum&filter=ComputeName eq 'a' or ComputeName eq 'b'&top=5&api-version=2023-10-01"
    );
    for host in ["", "/metrics-host/westeurope", "/metrics-host/WestEurope"] {
        let (status, body) = client
            .post_as(&token, &format!("{host}{query}"), &near)
            .await;
        assert_eq!(status, 200, "{body}");
        let first = &body["values"][0];
        assert_eq!(first["resourceid"], W.to_lowercase());
        assert_eq!(first["resourceregion"], "westeurope");
        assert_eq!(first["starttime"], "2026-10-21T09:00:00Z");
        assert_eq!(first["endtime"], "2026-10-21T10:00:00Z");
        assert_eq!(first["interval"], "PT1M");
        assert_eq!(
            first["namespace"],
            "Microsoft.MachineLearningServices/workspaces"
        );
        let gpu = &first["value"][1];
        assert_eq!(gpu["name"]["value"], "GpuUtilizationPercentage");
        assert_eq!(
            (&gpu["unit"], &gpu["errorCode"]),
            (&json!("Percent"), &json!("Success"))
        );
        let one = &series(gpu)[0];
        assert_eq!(one["metadatavalues"][0]["name"]["value"], "computename");
        assert_eq!(one["metadatavalues"][0]["value"], "a");
        let data = one["data"].as_array().expect("samples");
        assert_eq!(data.len(), 60);
        assert!(data[29]["maximum"].as_f64().expect("a load") >= 60.0);
        // After the run there is nothing, which is not the same as no load.
        assert_eq!(data[30], json!({"timeStamp": "2026-10-21T09:30:00Z"}));
        assert_eq!(body["values"][1]["resourceid"], id("v").to_lowercase());
        assert_eq!(body["values"][1]["value"][0]["timeseries"], json!([]));
    }
    // Another region's host, a resource of another region among them.
    for (host, ids) in [
        ("/metrics-host/eastus", near.clone()),
        ("", json!({"resourceids": [W, id("far")]})),
    ] {
        let (status, body) = client
            .post_as(&token, &format!("{host}{query}"), &ids)
            .await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (400, &json!("BadRequest")),
            "{host}"
        );
        assert!(
            body["error"]["message"]
                .as_str()
                .is_some_and(|text| text.contains("region"))
        );
    }
}

#[tokio::test]
async fn a_batch_has_its_own_tokens_and_arm_takes_none_of_them() {
    let client = manual(busy_fleet(1, json!({}))).await;
    let ids = json!({"resourceids": [W]});
    let (status, body) = client.post_as(&client.token, &batch(""), &ids).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (401, &json!("InvalidAuthenticationTokenAudience"))
    );
    for audience in [AUDIENCE.to_owned(), format!("{AUDIENCE}/")] {
        let token = client.token_for(&audience).await;
        assert_eq!(client.post_as(&token, &batch(""), &ids).await.0, 200);
        let at_arm = client
            .http
            .get(client.address(&format!("{W}/computes?api-version=2025-12-01")))
            .bearer_auth(&token);
        assert_eq!(at_arm.send().await.expect("answered").status(), 401);
    }
}

#[tokio::test]
async fn a_batch_is_refused_as_azure_refuses_it() {
    let client = manual(busy_fleet(1, json!({}))).await;
    let token = client.token_for(AUDIENCE).await;
    let ids = |many: usize| json!({"resourceids": vec![W; many]});
    for (path, body, status) in [
        (batch(""), ids(50), 200),
        (batch(""), ids(51), 400),
        (batch(""), ids(0), 400),
        (batch(""), json!({"ids": [W]}), 400),
        (
            batch(""),
            json!({"resourceids": [W.replace(SUBSCRIPTION, "other")]}),
            400,
        ),
        (batch(""), json!({"resourceids": [format!("{W}2")]}), 404),
        (batch("").replace(NAMESPACE, "x=y"), ids(1), 400),
        (batch("").replace("CpuUtil", "Util"), ids(1), 400),
        (batch("aggregation=guess"), ids(1), 400),
        (batch("filter=ComputeName gt 'a'"), ids(1), 400),
        (batch("top=0&filter=ComputeName eq '*'"), ids(1), 400),
        (batch("interval=PT30S"), ids(1), 400),
        (batch("").replace("endtime", "end"), ids(1), 400),
    ] {
        let (found, answer) = client.post_as(&token, &path, &body).await;
        assert_eq!(found, status, "{path} {body}: {answer}");
        assert_eq!(status >= 400, answer["error"]["code"].is_string());
    }
    let refusing = manual(busy_fleet(1, json!({"batch": false}))).await;
    let token = refusing.token_for(AUDIENCE).await;
    let (status, body) = refusing.post_as(&token, &batch(""), &ids(1)).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (403, &json!("AuthorizationFailed"))
    );
    refusing.get(&single("")).await;
}

#[tokio::test]
async fn ten_series_are_all_that_a_filter_gets_unless_it_asks_for_more() {
    let client = manual(busy_fleet(25, json!({"sees": "instances"}))).await;
    client.advance(3600).await;
    let token = client.token_for(AUDIENCE).await;
    let chain: Vec<String> = (0..25)
        .map(|index| format!("ComputeName eq 'm{index:02}'"))
        .collect();
    let chain = chain.join(" or ");
    for (filter, top, expected) in [
        ("ComputeName eq '*'", "", 10),
        ("ComputeName eq '*'", "&top=25", 25),
        (chain.as_str(), "", 10),
        (chain.as_str(), "&top=40", 25),
        ("ComputeName eq 'm03' or ComputeName eq 'M24'", "", 2),
    ] {
        let body = client.get(&single(&format!("$filter={filter}{top}"))).await;
        assert_eq!(series(&body["value"][0]).len(), expected, "{filter} {top}");
        let path = batch(&format!("filter={filter}{top}"));
        let (_, body) = client
            .post_as(&token, &path, &json!({"resourceids": [W]}))
            .await;
        let found = series(&body["values"][0]["value"][0]).len();
        assert_eq!(found, expected, "{filter} {top}");
    }
    // Without a filter all instances are one series.
    let body = client
        .get(&single("aggregation=count,maximum&interval=PT1H"))
        .await;
    let all = series(&body["value"][0]);
    assert_eq!((all.len(), &all[0]["metadatavalues"]), (1, &json!([])));
    // An hour of 25 instances, but for the three minutes that are not there yet.
    assert_eq!(all[0]["data"][0]["count"].as_f64(), Some(25.0 * 57.0));
    assert!(all[0]["data"][0]["maximum"].as_f64().expect("a load") <= 2.0);
}

#[tokio::test]
async fn samples_come_late_and_some_never() {
    let asked = "timespan=2026-10-21T09:00:00Z/2026-10-21T10:00:00Z&aggregation=maximum&$filter=ComputeName eq '*'";
    let client = manual(busy_fleet(1, json!({"sees": "instances"}))).await;
    client.advance(3600).await;
    let body = client.get(&single(asked)).await;
    let found = samples(&body, "maximum");
    assert_eq!((found.len(), found[56].0), (57, "09:56"));
    assert!(found.iter().all(|(_, load)| (0.2..=2.0).contains(load)));
    client.advance(180).await;
    assert_eq!(
        samples(&client.get(&single(asked)).await, "maximum").len(),
        60
    );

    let gaps = json!({"sees": "instances", "lateMinutes": 0, "gaps": 0.4});
    let client = manual(busy_fleet(1, gaps)).await;
    client.advance(3600).await;
    let body = client.get(&single(asked)).await;
    let minutes = samples(&body, "maximum");
    assert!((20..55).contains(&minutes.len()), "{}", minutes.len());
    client.advance(3600).await;
    let later = client.get(&single(asked)).await;
    assert_eq!(samples(&later, "maximum"), minutes);
    // Longer intervals are made of the minutes that there are.
    let five = asked.replace(
        "aggregation=maximum",
        "interval=PT5M&aggregation=count,maximum,average",
    );
    let body = client.get(&single(&five)).await;
    let counts = samples(&body, "count");
    let (highest, means) = (samples(&body, "maximum"), samples(&body, "average"));
    let mut total = 0;
    for (place, (at, count)) in counts.iter().enumerate() {
        let (hour, minute): (&str, u32) = (&at[..2], at[3..].parse().expect("a minute"));
        let own: Vec<f64> = minutes
            .iter()
            .filter(|(at, _)| {
                let own: u32 = at[3..].parse().expect("a minute");
                at[..2] == *hour && (minute..minute + 5).contains(&own)
            })
            .map(|(_, load)| *load)
            .collect();
        assert_eq!(own.len(), *count as usize, "{at}");
        assert_eq!(highest[place].1, own.iter().copied().fold(0.0, f64::max));
        assert!((means[place].1 - own.iter().sum::<f64>() / count).abs() < 0.01);
        total += own.len();
    }
    assert_eq!(total, minutes.len());
}

/// The loads of `w/a` from 09:05 to 10:55, while somebody works there from 09:00 to 11:00.
async fn at_work(person: Value, metrics: Value) -> Vec<(String, f64)> {
    let mut whole = json!({"name": "ana", "zone": "UTC", "instances": ["w/a"], "arrives": "09:00", "leaves": "11:00",
        "forgets": 1});
    for (name, value) in person.as_object().expect("an object") {
        whole[name] = value.clone();
    }
    let instance = json!([{"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running"}]);
    let fleet = fleet_of(instance, json!([whole]), json!({"metrics": metrics}));
    let client = manual(fleet).await;
    client.advance(2 * 3600).await;
    let asked = "timespan=2026-10-21T09:05:00Z/2026-10-21T10:55:00Z&aggregation=maximum&$filter=ComputeName eq 'a'";
    let body = client.get(&single(asked)).await;
    samples(&body, "maximum")
        .into_iter()
        .map(|(at, load)| (at.to_owned(), load))
        .collect()
}

#[tokio::test]
async fn whatever_loads_an_instance_shows_only_where_metrics_see_instances() {
    for means in ["notebook", "terminal", "vscode", "ssh", "tmux"] {
        let person = json!({"worksIn": means});
        let busy = at_work(person.clone(), json!({"sees": "instances"})).await;
        assert_eq!(busy.len(), 110, "{means}");
        for ten in busy.windows(10) {
            assert!(ten.iter().any(|(_, load)| *load > 30.0), "{means}: {ten:?}");
        }
        assert!(busy.iter().any(|(_, load)| *load < 12.0), "{means}");
        let light = json!({"worksIn": means, "load": "light"});
        let light = at_work(light, json!({"sees": "instances"})).await;
        assert!(
            light.len() == 110 && light.iter().all(|(_, load)| *load < 3.0),
            "{means}"
        );
        for sees in ["runs", "nothing"] {
            assert!(
                at_work(person.clone(), json!({"sees": sees}))
                    .await
                    .is_empty()
            );
        }
    }
    // Runs outside Azure's jobs are no runs to its metrics.
    for (runs_in, seen_as_run) in [("job", true), ("tmux", false), ("notebook", false)] {
        let run =
            json!({"jobs": [{"instance": "w/a", "at": "09:01", "lasts": "4h", "runsIn": runs_in}]});
        let loads = at_work(run.clone(), json!({"sees": "instances"})).await;
        assert!(
            loads.iter().all(|(_, load)| (60.0..=98.0).contains(load)),
            "{runs_in}"
        );
        let seen = at_work(run.clone(), json!({})).await;
        assert_eq!(seen.len(), if seen_as_run { 110 } else { 0 }, "{runs_in}");
        let mut light = run.clone();
        light["jobs"][0]["load"] = json!("light");
        light["load"] = json!("light");
        let loads = at_work(light, json!({"sees": "instances"})).await;
        assert!(loads.iter().all(|(_, load)| *load < 3.0), "{runs_in}");
        let nothing = at_work(run, json!({"sees": "nothing"})).await;
        assert!(nothing.is_empty(), "{runs_in}");
    }
}

#[tokio::test]
async fn an_instance_that_is_stopped_has_no_samples() {
    let client = manual(busy_fleet(
        1,
        json!({"sees": "instances", "lateMinutes": 0}),
    ))
    .await;
    client.advance(600).await;
    let stop = json!({"instance": "w/m00", "action": "stop"});
    assert_eq!(
        client.call("POST", "/simulator/action", Some(stop)).await.0,
        200
    );
    client.advance(3000).await;
    let asked = "timespan=2026-10-21T09:00:00Z/2026-10-21T10:00:00Z&aggregation=maximum&$filter=ComputeName eq '*'";
    let body = client.get(&single(asked)).await;
    let found = samples(&body, "maximum");
    assert_eq!((found.len(), found[9].0), (10, "09:09"));
}
