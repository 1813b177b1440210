//! Deployments of online endpoints: capacity, what refuses it, what fights it, and what it costs.

use super::support::{API, Client, SUBSCRIPTION, W, fleet_with, manual, started};
use crate::common::folder::Folder;
use lamplighter_simulator::world::What;
use lamplighter_simulator::{Fleet, Options};
use serde_json::{Value, json};

/// One endpoint `e` with one deployment `d` of three instances.
fn deployment(more: Value, group: &Value) -> Fleet {
    let mut own = json!({"name": "d", "instanceType": "Standard_F4s_v2", "capacity": 3});
    for (name, value) in more.as_object().expect("an object") {
        own[name] = value.clone();
    }
    let endpoint = json!({"name": "e", "createdBy": "eva@example.org", "deployments": [own]});
    fleet_with(&json!({"endpoints": [endpoint]}), group, json!([]))
}

fn path() -> String {
    format!("{W}/onlineEndpoints/e/deployments/d")
}

async fn shown(client: &Client) -> (Value, String) {
    let body = client.get(&format!("{}?{API}", path())).await;
    let state = &body["properties"]["provisioningState"];
    (
        body["sku"]["capacity"].clone(),
        state.as_str().expect("a state").to_owned(),
    )
}

async fn scale(client: &Client, capacity: i64) -> (u16, Value) {
    let body = json!({"sku": {"name": "Default", "capacity": capacity}});
    let path = format!("{}?{API}", path());
    client.call("PATCH", &path, Some(body)).await
}

#[tokio::test]
async fn a_change_of_capacity_takes_its_time_and_ends_in_the_deployment() {
    let client = manual(deployment(json!({"tags": {"a": "b"}}), &json!({}))).await;
    assert_eq!(shown(&client).await, (json!(3), "Succeeded".into()));
    let body = json!({"sku": {"name": "Default", "capacity": 1}});
    let address = format!("{}?{API}", path());
    let answer = client
        .send("PATCH", &address, Some(body))
        .await
        .expect("answered");
    assert_eq!(answer.status().as_u16(), 202);
    let header = |name: &str| {
        let value = answer.headers().get(name).expect("there");
        value.to_str().expect("text").to_owned()
    };
    let location = header("location");
    assert!(header("retry-after").parse::<u32>().is_ok());
    assert_eq!(header("x-ms-async-operation-timeout"), "PT1H");
    assert_eq!(shown(&client).await, (json!(1), "Scaling".into()));
    assert_eq!(scale(&client, 2).await.0, 409, "one at a time");
    client.advance(11 * 60).await;
    assert_eq!(client.call("GET", &location, None).await.0, 202);
    let own = client.get(&address).await;
    let status = own["properties"]["properties"]["AzureAsyncOperationUri"]
        .as_str()
        .expect("an address")
        .replace("https://management.azure.com", "");
    assert_eq!(client.get(&status).await["status"], "InProgress");
    client.advance(8 * 60).await;
    assert_eq!(client.get(&status).await["status"], "Succeeded");
    let ended = client.get(&location).await;
    assert_eq!(
        (&ended["name"], &ended["sku"]["capacity"]),
        (&json!("d"), &json!(1))
    );
    assert_eq!(
        ended["tags"],
        json!({"a": "b"}),
        "a change of sku leaves tags"
    );
    let system = &ended["systemData"];
    assert_eq!(
        system["lastModifiedAt"],
        "2026-10-21T09:00:00.0000000+00:00"
    );
    assert_eq!(system["lastModifiedByType"], "Application");
    assert!(system["lastModifiedBy"].as_str().expect("an id").len() > 30);
    assert_eq!(scale(&client, 1).await.0, 200, "it is so already");
}

#[tokio::test]
async fn what_azure_refuses_is_refused_in_its_words() {
    let client = manual(deployment(
        json!({"quotaGone": true, "maximum": 8}),
        &json!({}),
    ))
    .await;
    for (capacity, words) in [(0, "minimum"), (-1, "minimum"), (9, "maximum")] {
        let (status, body) = scale(&client, capacity).await;
        assert_eq!(status, 400);
        let message = body["error"]["message"].as_str().expect("words");
        assert!(message.contains(words), "{message}");
    }
    let nameless = json!({"sku": {"capacity": 2}});
    let address = format!("{}?{API}", path());
    assert_eq!(client.call("PATCH", &address, Some(nameless)).await.0, 400);
    // Down goes, back does not: others have taken what was free.
    assert_eq!(scale(&client, 1).await.0, 202);
    client.advance(19 * 60).await;
    let (status, body) = scale(&client, 3).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("BadRequest"))
    );
    let inner = &body["error"]["details"][0];
    assert_eq!(inner["code"], "InferencingClientCreateDeploymentFailed");
    let words = inner["message"].as_str().expect("words");
    let expected = format!(
        "Not enough quota available for Standard_F4s_v2 in SubscriptionId {SUBSCRIPTION}. \
         Current usage/limit: 8/8. Additional needed: 8 Please"
    );
    assert!(words.contains(&expected), "{words}");
    assert_eq!(shown(&client).await, (json!(1), "Succeeded".into()));
    let skus = client.get(&format!("{}/skus?{API}", path())).await;
    assert_eq!(skus["value"][0]["capacity"]["minimum"], 1);
    assert_eq!(skus["value"][0]["capacity"]["maximum"], 8);
    let back = json!({"on": "w/e/d", "quotaGone": false});
    assert_eq!(
        client
            .call("POST", "/simulator/condition", Some(back))
            .await
            .0,
        204
    );
    assert_eq!(scale(&client, 3).await.0, 202);
    let record = client.simulator.record();
    let refused = |what: &What| match what {
        What::ChangeRefused { code, .. } => Some(code.clone()),
        _ => None,
    };
    let codes: Vec<String> = record
        .iter()
        .filter_map(|event| refused(&event.what))
        .collect();
    assert_eq!(codes.len(), 4);
    assert_eq!(codes[3], "InferencingClientCreateDeploymentFailed");
}

#[tokio::test]
async fn instances_are_billed_as_they_are_and_a_failed_change_takes_none_away() {
    let client = manual(deployment(
        json!({"failScales": 1, "scalesIn": "15m"}),
        &json!({}),
    ))
    .await;
    let seconds = |bill: &Value| bill["others"][0]["unitSeconds"].as_i64().expect("seconds");
    assert_eq!(scale(&client, 1).await.0, 202);
    client.advance(900).await;
    assert_eq!(shown(&client).await, (json!(1), "Failed".into()));
    client.advance(900).await;
    let bill = client.get("/simulator/bill").await;
    assert_eq!(seconds(&bill), 3 * 1_800);
    assert_eq!(bill["others"][0]["lines"][0]["vmSize"], "Standard_F4s_v2");
    // The next one goes through: three until then, one afterwards.
    assert_eq!(scale(&client, 1).await.0, 202);
    client.advance(1_800).await;
    assert_eq!(shown(&client).await, (json!(1), "Succeeded".into()));
    let bill = client.get("/simulator/bill").await;
    assert_eq!(seconds(&bill), 3 * 2_700 + 900);
    // What is added is billed from the beginning.
    assert_eq!(scale(&client, 2).await.0, 202);
    client.advance(900).await;
    let bill = client.get("/simulator/bill").await;
    assert_eq!(seconds(&bill), 3 * 2_700 + 900 + 2 * 900);
    assert_eq!(bill["others"][0]["parkedPerHour"], "0");
}

fn autoscaled(more: Value) -> Value {
    let mut own = json!({"name": "a", "target": "w/e/d", "minimum": 2, "maximum": 5});
    for (name, value) in more.as_object().expect("an object") {
        own[name] = value.clone();
    }
    json!({"autoscaleSettings": [own]})
}

#[tokio::test]
async fn an_autoscale_setting_fights_back_within_a_minute_until_it_is_switched_off() {
    let client = manual(deployment(
        json!({"scalesIn": "15m"}),
        &autoscaled(json!({})),
    ))
    .await;
    let api = "api-version=2022-10-01";
    let list = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Insights/autoscalesettings?{api}"
    );
    let settings = client.get(&list).await;
    let setting = &settings["value"][0];
    let target = setting["properties"]["targetResourceUri"]
        .as_str()
        .expect("an id");
    assert!(target.eq_ignore_ascii_case(&path()));
    assert_eq!(
        setting["properties"]["profiles"][0]["capacity"],
        json!({"minimum": "2", "maximum": "5", "default": "2"})
    );
    assert_eq!(scale(&client, 1).await.0, 202);
    client.advance(900).await;
    assert_eq!(shown(&client).await, (json!(1), "Succeeded".into()));
    client.advance(59).await;
    assert_eq!(shown(&client).await, (json!(2), "Scaling".into()));
    client.advance(900).await;
    let own = setting["id"].as_str().expect("an id");
    let off = json!({"properties": {"enabled": false}});
    let (status, body) = client
        .call("PATCH", &format!("{own}?{api}"), Some(off))
        .await;
    assert_eq!(
        (status, &body["properties"]["enabled"]),
        (200, &json!(false))
    );
    assert_eq!(
        client.get(&format!("{own}?{api}")).await["properties"]["enabled"],
        false
    );
    assert_eq!(scale(&client, 1).await.0, 202);
    client.advance(2_000).await;
    assert_eq!(shown(&client).await, (json!(1), "Succeeded".into()));
    // And by hand back on.
    let on = json!({"on": "w/e/d", "enabled": true, "minimum": 3});
    assert_eq!(
        client
            .call("POST", "/simulator/autoscale", Some(on))
            .await
            .0,
        204
    );
    client.advance(60).await;
    assert_eq!(shown(&client).await, (json!(3), "Scaling".into()));
    let group = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/microsoft.insights/autoscalesettings?{api}"
    );
    assert_eq!(client.get(&group).await["value"][0]["name"], "a");
}

#[tokio::test]
async fn it_follows_requests_where_it_says_so() {
    let setting = autoscaled(json!({"minimum": 1, "requestsPerInstance": 20}));
    let client = manual(deployment(json!({"scalesIn": "15m"}), &setting)).await;
    client.advance(1_000).await;
    assert_eq!(shown(&client).await, (json!(1), "Succeeded".into()));
    let asked = json!({"on": "w/e", "by": "shop", "perMinute": 70, "lastsSeconds": 7_200});
    assert_eq!(
        client
            .call("POST", "/simulator/requests", Some(asked))
            .await
            .0,
        204
    );
    client.advance(960).await;
    assert_eq!(shown(&client).await, (json!(4), "Succeeded".into()));
    client.advance(9_000).await;
    assert_eq!(shown(&client).await, (json!(1), "Succeeded".into()));
}

#[tokio::test]
async fn a_pipeline_applies_its_own_number_and_the_record_tells_who_called() {
    let more = json!({"terraform": {"zone": "UTC", "days": "daily", "at": "12:00"}});
    let client = manual(deployment(more, &json!({}))).await;
    let asked = json!({"on": "w/e/d", "by": "ana", "perMinute": 1, "lastsSeconds": 600});
    assert_eq!(
        client
            .call("POST", "/simulator/requests", Some(asked))
            .await
            .0,
        204
    );
    client.advance(60).await;
    assert_eq!(scale(&client, 1).await.0, 202);
    client.advance(4 * 3_600).await;
    assert_eq!(shown(&client).await, (json!(3), "Succeeded".into()));
    let record = client.simulator.record();
    let changes: Vec<(u32, u32, Vec<String>)> = record
        .iter()
        .filter_map(|event| match &event.what {
            What::Changed {
                from, to, during, ..
            } => Some((*from, *to, during.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(
        changes,
        [(3, 1, vec!["ana".to_owned()]), (1, 3, Vec::new())]
    );
    let standing = client.get("/simulator/scaled").await;
    assert_eq!(standing["deployments"][0]["instances"], 3);
    let by_hand = json!({"on": "w/e/d", "by": "ana", "capacity": 0});
    let (status, body) = client.call("POST", "/simulator/scale", Some(by_hand)).await;
    assert_eq!(status, 409);
    assert!(body["error"].as_str().expect("words").contains("minimum"));
}

#[tokio::test]
async fn each_right_of_a_deployment_is_asked_for() {
    let folder = Folder::new("deployment-role");
    let role = folder.join("role.json");
    let ml = "Microsoft.MachineLearningServices/workspaces";
    let rights = [
        format!("{ml}/onlineEndpoints/read"),
        format!("{ml}/onlineEndpoints/deployments/read"),
        format!("{ml}/onlineEndpoints/deployments/write"),
        format!("{ml}/onlineEndpoints/deployments/skus/read"),
        format!("{ml}/batchEndpoints/read"),
        format!("{ml}/serverlessEndpoints/read"),
        "Microsoft.Insights/autoscalesettings/read".to_owned(),
        "Microsoft.Insights/autoscalesettings/write".to_owned(),
        "Microsoft.Insights/metrics/read".to_owned(),
    ];
    let setting = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/microsoft.insights/autoscalesettings/a?{API}"
    );
    let calls = [
        ("GET", format!("{W}/onlineEndpoints/e?{API}")),
        ("GET", format!("{}?{API}", path())),
        ("PATCH", format!("{}?{API}", path())),
        ("GET", format!("{}/skus?{API}", path())),
        ("GET", format!("{W}/batchEndpoints?{API}")),
        ("GET", format!("{W}/serverlessEndpoints?{API}")),
        ("GET", setting.clone()),
        ("PATCH", setting),
        (
            "GET",
            format!(
                "{}/providers/microsoft.insights/metrics?metricnames=RequestsPerMinute&{API}",
                path()
            ),
        ),
    ];
    for (place, right) in rights.iter().enumerate() {
        let text = json!({"Name": "r", "Actions": [right]}).to_string();
        std::fs::write(&role, text).expect("written");
        let options = Options {
            role: Some(role.clone()),
            ..Options::default()
        };
        let client = started(deployment(json!({}), &autoscaled(json!({}))), options).await;
        for (other, (method, path)) in calls.iter().enumerate() {
            let (status, body) = client.call(method, path, Some(json!({}))).await;
            let expected = if place == other { 200 } else { 403 };
            assert_eq!(status, expected, "{right}: {method} {path}: {body}");
            if status == 403 {
                let words = body["error"]["message"].as_str().expect("words");
                assert!(words.contains(&rights[other]), "{words}");
            }
        }
    }
}
