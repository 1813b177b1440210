//! Where a workbench says that it runs, its tags, and what each version has of it.

use super::super::support::{SUBSCRIPTION, manual, started};
use super::{GROUP, NEWEST, OLDER, VERSIONS, below, fleet, set, shown, wb, with, workbench};
use lamplighter_simulator::{Options, foundry_fleet};
use serde_json::{Value, json};

fn names(body: &Value) -> Vec<&str> {
    let list = body["value"].as_array().expect("a list").iter();
    list.filter_map(|item| item["name"].as_str()).collect()
}

#[tokio::test]
async fn its_power_is_in_provisioning_state_until_july_and_in_status_since_september() {
    let client = with(json!({})).await;
    for version in &VERSIONS[..3] {
        assert_eq!(shown(&client, version).await, ("Succeeded".into(), None));
    }
    let running = ("Succeeded".to_owned(), Some("Running".to_owned()));
    assert_eq!(shown(&client, NEWEST).await, running);
    set(&client, json!({"state": "Stopped"})).await;
    assert_eq!(shown(&client, OLDER).await, ("Stopped".into(), None));
    let stopped = ("Succeeded".to_owned(), Some("Stopped".to_owned()));
    assert_eq!(shown(&client, NEWEST).await, stopped);
    set(&client, json!({"showsStatus": false})).await;
    assert_eq!(shown(&client, NEWEST).await, ("Succeeded".into(), None));
    assert_eq!(shown(&client, OLDER).await, ("Stopped".into(), None));
    set(&client, json!({"olderState": "Disabled"})).await;
    assert_eq!(shown(&client, OLDER).await.0, "Disabled");
    set(&client, json!({"provisioned": "Failed", "state": "Failed"})).await;
    for version in VERSIONS {
        assert_eq!(shown(&client, version).await.0, "Failed");
    }
}

#[tokio::test]
async fn tags_location_and_size_come_and_go_with_the_version() {
    let spec = json!({"instanceType": "Standard_D4s_v3", "gpuCount": 1});
    let client = with(spec).await;
    for version in VERSIONS {
        let older = version != NEWEST;
        let own = client.get(&workbench("", version)).await;
        assert_eq!(own["tags"] == json!({"lamp-schedule": "always"}), older);
        assert_eq!(own["location"] == "westeurope", older);
        assert_eq!(own["properties"]["gpuCount"] == 1, !older);
        assert_eq!(own["properties"]["instanceType"].is_string(), !older);
        for part in ["tags", "location"] {
            assert_eq!(own.get(part).is_some(), older, "{version} {part}");
        }
        let account = client.get(&below("", version)).await;
        assert_eq!(account["tags"], json!({"from": "account"}));
        assert_eq!(account["location"], "westeurope");
        let project = client.get(&below("/projects/P", version)).await;
        assert_eq!(project["tags"], json!({"from": "project"}));
        for (name, tags) in [("gpu", "compute"), ("box", "box")] {
            let compute = client
                .get(&below(&format!("/computes/{name}"), version))
                .await;
            let expected = older.then(|| json!({"from": tags}));
            assert_eq!(compute.get("tags"), expected.as_ref(), "{version} {name}");
            assert_eq!(compute["properties"]["location"], "westeurope");
            assert_eq!(compute["properties"]["provisioningState"], "Succeeded");
            assert!(compute["properties"].get("status").is_none());
        }
    }
}

#[tokio::test]
async fn what_an_account_has_is_listed_over_pages() {
    let many: Vec<Value> = (0..5)
        .map(|n| wb(&json!({"name": format!("wb{n}")})))
        .collect();
    let options = Options {
        page_size: Some(2),
        ..Options::default()
    };
    let client = started(fleet(json!(many), &json!({})), options).await;
    let mut next = Some(below("/projects/p/workbenches", NEWEST));
    let (mut seen, mut pages) = (Vec::new(), 0);
    while let Some(page) = next {
        let body = client.get(&page).await;
        seen.extend(names(&body).into_iter().map(str::to_owned));
        next = body["nextLink"].as_str().map(str::to_owned);
        pages += 1;
    }
    assert_eq!(
        (seen, pages),
        (
            ["wb0", "wb1", "wb2", "wb3", "wb4"]
                .map(str::to_owned)
                .to_vec(),
            3
        )
    );
    for (list, expected) in [
        ("/projects", vec!["p"]),
        ("/computes", vec!["gpu", "box"]),
        ("/managedComputeDeployments", vec!["model"]),
    ] {
        assert_eq!(names(&client.get(&below(list, NEWEST)).await), expected);
    }
    let version = format!("api-version={NEWEST}");
    for scope in [format!("/subscriptions/{SUBSCRIPTION}"), GROUP.to_owned()] {
        let all = format!("{scope}/providers/Microsoft.CognitiveServices/accounts?{version}");
        assert_eq!(names(&client.get(&all).await), ["a"]);
    }
    let model = client
        .get(&below("/managedComputeDeployments/MODEL", OLDER))
        .await;
    assert_eq!(
        model["sku"],
        json!({"name": "VmManagedCompute", "capacity": 2})
    );
    assert_eq!(model["properties"]["totalAccelerators"], 8);
    let pools = client.get(&below("/computes/gpu", OLDER)).await;
    assert_eq!(model["properties"]["computeId"], pools["id"]);
    let pools = &pools["properties"]["pools"];
    assert_eq!(pools[0]["nodeCount"], 2);
    assert_eq!(pools[1]["vmPriority"], "Spot");
}

#[tokio::test]
async fn resource_graph_and_generic_lists_have_accounts_and_projects_and_no_workbench() {
    let client = manual(foundry_fleet().expect("the fleet")).await;
    let graph = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
    let query = "resources | where type startswith 'microsoft.cognitiveservices' | order by id asc";
    let (status, body) = client
        .call("POST", graph, Some(json!({"query": query})))
        .await;
    assert_eq!(status, 200, "{body}");
    let rows = body["data"].as_array().expect("rows");
    let kinds: Vec<&str> = rows.iter().filter_map(|row| row["type"].as_str()).collect();
    let (account, project) = (
        "microsoft.cognitiveservices/accounts",
        "microsoft.cognitiveservices/accounts/projects",
    );
    assert_eq!(kinds, [account, project, account, project, project]);
    let team = rows
        .iter()
        .find(|row| row["name"] == "aif-team")
        .expect("there");
    assert_eq!(team["kind"], "AIServices");
    assert_eq!(team["resourceGroup"], "rg-foundry");
    assert_eq!(team["properties"]["provisioningState"], "Succeeded");
    let vision = rows
        .iter()
        .find(|row| row["name"] == "vision")
        .expect("there");
    let tag = &vision["tags"]["lamp-schedule.wb-bruno"];
    assert_eq!(tag, "Mon-Fri 09:00-18:00 Europe/Lisbon");
    assert_eq!(vision["location"], "westeurope");
    let subscription = vision["subscriptionId"].as_str().expect("an id");
    let list = format!("/subscriptions/{subscription}/resources?api-version=2025-04-01");
    let all = client.get(&list).await;
    let kinds: Vec<&Value> = all["value"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["type"])
        .collect();
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    let filter = "&$filter=resourceType%20eq%20'Microsoft.CognitiveServices/accounts/projects'";
    assert_eq!(
        client.get(&(list + filter)).await["value"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
}

#[tokio::test]
async fn an_odd_answer_is_laid_over_and_a_virtual_cluster_is_shown_as_written() {
    let target = "/subscriptions/x/virtualClusters/v";
    let client =
        with(json!({"target": target, "override": {"properties": {"status": "Dreaming"}}})).await;
    let own = client.get(&workbench("", NEWEST)).await;
    assert_eq!(own["properties"]["targetClusterId"], target);
    assert_eq!(own["properties"]["status"], "Dreaming");
}
