//! Every answer is as the types say: field by field, word by word, in each version.

use super::super::support::{Client, started};
use super::typed::{
    ACCOUNT, COMPUTE, CONTAINER, DEPLOYMENT, Field, OPERATION, POOLS, PROJECT, STATUSES, TRACKED,
    WORKBENCH, wrong,
};
use super::{NEWEST, VERSIONS, asked, set, with, workbench};
use lamplighter_simulator::{Options, foundry_fleet};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The types of a path below an account.
fn tables(path: &str, body: &Value) -> Vec<&'static [Field]> {
    let last = path.split('/').rev().find(|part| {
        let lists = [
            "accounts",
            "projects",
            "workbenches",
            "computes",
            "managedComputeDeployments",
        ];
        lists.contains(part)
    });
    match last.expect("a list") {
        "accounts" => vec![TRACKED, ACCOUNT],
        "projects" => vec![TRACKED, PROJECT],
        "workbenches" => vec![WORKBENCH],
        "managedComputeDeployments" => vec![DEPLOYMENT],
        _ if body["properties"]["computeType"] == "Cluster" => vec![COMPUTE, POOLS],
        _ => vec![COMPUTE, CONTAINER],
    }
}

/// The ids in a list, over all of its pages, each of whose items is as the types say.
async fn listed(client: &Client, path: &str, version: usize) -> Vec<String> {
    let mut next = Some(format!("{path}?api-version={}", VERSIONS[version]));
    let mut ids = Vec::new();
    while let Some(page) = next {
        let body = client.get(&page).await;
        let envelope = body.as_object().expect("an object").keys();
        let unknown: Vec<&String> = envelope
            .filter(|name| !["value", "nextLink"].contains(&name.as_str()))
            .collect();
        assert!(unknown.is_empty(), "{page}: {unknown:?}");
        for item in body["value"].as_array().expect("a list") {
            assert_eq!(
                wrong(&tables(path, item), version, item),
                Vec::<String>::new(),
                "{page}: {item}"
            );
            ids.push(item["id"].as_str().expect("an id").to_owned());
        }
        next = body["nextLink"].as_str().map(str::to_owned);
    }
    ids
}

/// The same of one, read by itself.
async fn read(client: &Client, id: &str, version: usize) -> Value {
    let path = format!("{id}?api-version={}", VERSIONS[version]);
    let body = client.get(&path).await;
    assert_eq!(
        wrong(&tables(id, &body), version, &body),
        Vec::<String>::new(),
        "{path}: {body}"
    );
    body
}

#[tokio::test]
async fn everything_of_the_built_in_fleet_is_as_the_types_say_in_every_version() {
    let options = Options {
        page_size: Some(2),
        ..Options::default()
    };
    let client = started(foundry_fleet().expect("the fleet"), options).await;
    let accounts = "/subscriptions/5b1d6c1e-0a6c-4c53-9d0e-7f3f2f5f0a18/providers/Microsoft.CognitiveServices/accounts";
    for version in 0..VERSIONS.len() {
        let mut seen = 0;
        for account in listed(&client, accounts, version).await {
            read(&client, &account, version).await;
            for list in ["computes", "managedComputeDeployments", "projects"] {
                for id in listed(&client, &format!("{account}/{list}"), version).await {
                    read(&client, &id, version).await;
                    seen += 1;
                    if list == "projects" {
                        for workbench in
                            listed(&client, &format!("{id}/workbenches"), version).await
                        {
                            read(&client, &workbench, version).await;
                            seen += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(
            seen,
            2 + 1 + 3 + 7,
            "computes, a deployment, projects and workbenches"
        );
    }
}

#[tokio::test]
async fn every_state_is_shown_in_words_of_its_version() {
    let client = with(json!({
        "ssh": true, "identity": "UserAssigned", "idleTimeBeforeShutdown": "PT30M", "datasetId": "d",
        "instanceType": "Standard_D4s_v3", "gpuCount": 1,
        "errors": [{"code": "ImagePullFailed", "message": "The image could not be pulled."}],
    }))
    .await;
    let path = workbench("", NEWEST);
    let id = path.split('?').next().expect("an id");
    let (mut statuses, mut older) = (BTreeSet::new(), BTreeSet::new());
    for state in STATUSES {
        set(&client, json!({"state": state})).await;
        for (version, name) in VERSIONS.iter().enumerate() {
            let body = read(&client, id, version).await;
            let properties = &body["properties"];
            match *name == NEWEST {
                true => {
                    statuses.insert(properties["status"].as_str().expect("a status").to_owned())
                }
                false => older.insert(
                    properties["provisioningState"]
                        .as_str()
                        .expect("a state")
                        .to_owned(),
                ),
            };
        }
    }
    assert_eq!(statuses.len(), STATUSES.len());
    for word in ["Canceled"] {
        set(&client, json!({"olderState": word})).await;
        let body = read(&client, id, 0).await;
        older.insert(
            body["properties"]["provisioningState"]
                .as_str()
                .expect("a state")
                .to_owned(),
        );
    }
    assert_eq!(older.len(), 11, "{older:?}");
}

#[tokio::test]
async fn operations_are_as_the_types_say_however_they_end() {
    let client = with(json!({})).await;
    let mut seen = BTreeSet::new();
    for (action, setting) in [
        ("stop", json!({})),
        ("start", json!({"failStarts": 1})),
        ("start", json!({})),
    ] {
        set(&client, setting).await;
        let (_, location) = asked(&client, &workbench(&format!("/{action}"), NEWEST)).await;
        let location = location.expect("where to ask");
        let canceled = seen.contains("Failed");
        for turn in 0..2 {
            let (_, body) = client.call("GET", &location, None).await;
            for version in 0..VERSIONS.len() {
                assert_eq!(
                    wrong(&[OPERATION], version, &body),
                    Vec::<String>::new(),
                    "{body}"
                );
            }
            seen.insert(
                body["properties"]["status"]
                    .as_str()
                    .expect("a status")
                    .to_owned(),
            );
            if turn == 0 && canceled {
                let hand = json!({"on": "a/p/wb", "action": "cancel"});
                assert_eq!(
                    client.call("POST", "/simulator/power", Some(hand)).await.0,
                    200
                );
            } else {
                client.advance(600).await;
            }
        }
    }
    let all = ["Canceled", "Failed", "InProgress", "Succeeded"].map(str::to_owned);
    assert_eq!(seen, BTreeSet::from(all));
}

#[tokio::test]
async fn what_is_not_as_the_types_say_is_found() {
    let client = with(json!({"idleTimeBeforeShutdown": "PT30M"})).await;
    let newest = client.get(&workbench("", NEWEST)).await;
    let older = client.get(&workbench("", VERSIONS[0])).await;
    let of = |version: usize, body: &Value, field: &str, value: Value| {
        let mut body = body.clone();
        *body.pointer_mut(field).expect("there") = value;
        wrong(&[WORKBENCH], version, &body)
    };
    assert_eq!(wrong(&[WORKBENCH], 3, &newest), Vec::<String>::new());
    for (field, value) in [
        ("/properties/status", json!("On")),
        ("/properties/provisioningState", json!("Stopped")),
        ("/properties/errors", json!({})),
        ("/properties/errors", json!([{"reason": "x"}])),
        ("/properties/idleTimeBeforeShutdown", json!(30)),
        ("/properties/connectivityEndpoints/sshPort", json!("22")),
        ("/properties/targetClusterId", json!("gpu")),
        ("/properties/creationTime", json!("yesterday")),
        ("/systemData", json!({"who": "ana"})),
        ("/properties", json!({})),
        ("/id", Value::Null),
    ] {
        assert!(!of(3, &newest, field, value).is_empty(), "{field}");
    }
    assert!(wrong(&[WORKBENCH], 0, &newest).contains(&"properties.status: unknown".to_owned()));
    let told = wrong(&[WORKBENCH], 3, &older);
    for field in ["tags: unknown", "location: unknown"] {
        assert!(told.contains(&field.to_owned()), "{told:?}");
    }
}
