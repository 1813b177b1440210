//! Azure Resource Manager's lists and lookups.

use super::support::{API, SUBSCRIPTION, W, fleet_of, manual, started};
use lamplighter_simulator::{Options, demo_fleet, uniform_fleet};
use serde_json::{Value, json};

fn names(body: &Value) -> Vec<&str> {
    body["value"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|item| item["name"].as_str())
        .collect()
}

fn three() -> lamplighter_simulator::Fleet {
    let instances = json!([
        {"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running", "createdBy": "ana@example.org",
            "tags": {"lamp-schedule": "always"}, "idleTimeBeforeShutdown": "PT60M", "schedules": [
            {"action": "Stop", "cron": {"expression": "0 20 * * *", "timeZone": "GMT Standard Time"}}]},
        {"name": "odd", "vmSize": "Standard_DS3_v2", "override":
            {"tags": null, "properties": {"properties": {"state": "Dreaming", "lastOperation": null}}}},
        {"name": "nothing", "vmSize": "Standard_DS3_v2", "override": {"properties": null, "location": null}},
        {"name": "cluster", "vmSize": "Standard_NC6s_v3", "computeType": "AmlCompute"},
        {"name": "k8s", "vmSize": "n/a", "computeType": "Kubernetes"},
    ]);
    fleet_of(instances, json!([]), json!({}))
}

#[tokio::test]
async fn subscriptions_groups_and_workspaces() {
    let client = manual(three()).await;
    let body = client.get(&format!("/subscriptions?{API}")).await;
    assert_eq!(body["value"][0]["subscriptionId"], SUBSCRIPTION);
    assert_eq!(
        body["value"][0]["tenantId"],
        "11111111-2222-4333-8444-555555555555"
    );
    let groups = client
        .get(&format!(
            "/subscriptions/{SUBSCRIPTION}/resourcegroups?{API}"
        ))
        .await;
    assert_eq!(groups["value"][0]["tags"], json!({"from": "group"}));
    let group = client
        .get(&format!(
            "/subscriptions/{SUBSCRIPTION}/resourceGroups/RG?{API}"
        ))
        .await;
    assert_eq!(group["name"], "rg");
    let all = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.MachineLearningServices/workspaces?{API}"
    );
    let workspaces = client.get(&all).await;
    assert_eq!(workspaces["value"][0]["id"], W);
    assert_eq!(workspaces["value"][0]["tags"], json!({"from": "workspace"}));
    assert_eq!(workspaces["value"][0]["location"], "westeurope");
    assert_eq!(client.get(&format!("{W}?{API}")).await["id"], W);
    assert_eq!(
        names(&client.get(&format!("/tenants?{API}")).await),
        Vec::<&str>::new()
    );
}

#[tokio::test]
async fn computes_have_azures_shape_and_odd_ones_are_odd() {
    let client = manual(three()).await;
    let list = client.get(&format!("{W}/computes?{API}")).await;
    assert_eq!(names(&list), ["a", "odd", "nothing", "cluster", "k8s"]);
    assert!(list.get("nextLink").is_none());
    let a = &list["value"][0];
    assert_eq!(a["id"], format!("{W}/computes/a"));
    assert_eq!(
        a["type"],
        "Microsoft.MachineLearningServices/workspaces/computes"
    );
    assert_eq!(a["tags"], json!({"lamp-schedule": "always"}));
    assert_eq!(a["properties"]["computeType"], "ComputeInstance");
    let own = &a["properties"]["properties"];
    assert_eq!(own["vmSize"], "STANDARD_DS3_V2");
    assert_eq!(own["state"], "Running");
    assert_eq!(own["createdBy"]["userName"], "ana@example.org");
    assert_eq!(own["idleTimeBeforeShutdown"], "PT60M");
    assert_eq!(own["lastOperation"]["operationName"], "Create");
    assert_eq!(
        own["lastOperation"]["operationTime"],
        "2026-09-21T09:00:00.000+00:00"
    );
    let native = &own["schedules"]["computeStartStop"][0];
    assert_eq!(
        (&native["triggerType"], &native["status"]),
        (&json!("Cron"), &json!("Enabled"))
    );
    assert_eq!(native["cron"]["timeZone"], "GMT Standard Time");
    assert_eq!(
        list["value"][1]["properties"]["properties"]["state"],
        "Dreaming"
    );
    assert_eq!(list["value"][1]["tags"], Value::Null);
    assert_eq!(list["value"][2]["properties"], Value::Null);
    assert_eq!(
        list["value"][3]["properties"]["properties"]["scaleSettings"]["minNodeCount"],
        0
    );
    assert_eq!(list["value"][4]["properties"]["computeType"], "Kubernetes");
}

#[tokio::test]
async fn paths_ignore_case_and_mistakes_are_told_as_arm_tells_them() {
    let client = manual(three()).await;
    let odd_case = W.to_uppercase().replace(
        "MICROSOFT.MACHINELEARNINGSERVICES",
        "microsoft.machineLearningServices",
    );
    assert_eq!(
        client
            .get(&format!("{odd_case}/COMPUTES/A?API-VERSION=2025-12-01"))
            .await["name"],
        "a"
    );
    for (path, status, code) in [
        (format!("{W}/computes"), 400, "MissingApiVersionParameter"),
        (format!("{W}/computes/none?{API}"), 404, "ResourceNotFound"),
        (
            format!(
                "{}/computes?{API}",
                W.replace("/workspaces/w", "/workspaces/v")
            ),
            404,
            "ResourceNotFound",
        ),
        (
            format!("{}?{API}", W.replace("/rg/", "/no/")),
            404,
            "ResourceGroupNotFound",
        ),
        (
            format!("/subscriptions/nobody/resourceGroups?{API}"),
            404,
            "SubscriptionNotFound",
        ),
        (format!("{W}/secrets?{API}"), 404, "InvalidResourceType"),
        (
            format!("{W}/computes?{API}&$skip=7"),
            400,
            "InvalidSkipToken",
        ),
    ] {
        let (found, body) = client.call("GET", &path, None).await;
        assert_eq!(
            (found, body["error"]["code"].as_str()),
            (status, Some(code)),
            "{path}"
        );
        assert!(body["error"]["message"].is_string());
    }
    assert_eq!(
        client
            .call("PUT", &format!("{W}/computes/a?{API}"), Some(json!({})))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn lists_come_in_pages_that_miss_nothing() {
    let client = started(
        uniform_fleet(7, 5, 1),
        Options {
            page_size: Some(2),
            ..Options::default()
        },
    )
    .await;
    let subscription = "00000000-0000-4000-8000-000000000001";
    let mut next = format!(
        "/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/workspaces?{API}"
    );
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let body = client.get(&next).await;
        seen.extend(names(&body).into_iter().map(str::to_owned));
        pages += 1;
        match body["nextLink"].as_str() {
            Some(link) => {
                assert!(
                    link.starts_with(&client.simulator.url()) && link.contains(API),
                    "{link}"
                );
                next = link.to_owned();
            }
            None => break,
        }
    }
    let expected: Vec<String> = (0..7).map(|index| format!("ml-{index:04}")).collect();
    assert_eq!((seen, pages), (expected, 4));
    let computes = format!(
        "/subscriptions/{subscription}/resourceGroups/rg-ml-00/providers/Microsoft.MachineLearningServices/workspaces/ml-0003/computes?{API}"
    );
    let first = client.get(&computes).await;
    let second = client.get(first["nextLink"].as_str().expect("more")).await;
    let third = client.get(second["nextLink"].as_str().expect("more")).await;
    assert_eq!(
        [names(&first), names(&second), names(&third)].concat(),
        ["ci-000", "ci-001", "ci-002", "ci-003", "ci-004"]
    );
    assert!(third.get("nextLink").is_none());
}

#[tokio::test]
async fn generic_lists_the_graph_and_the_providers() {
    let client = manual(demo_fleet(1).expect("a fleet")).await;
    let graph = format!("/providers/Microsoft.ResourceGraph/resources?{API}");
    let query = "resources | where type =~ 'Microsoft.MachineLearningServices/workspaces' | project id, name, subscriptionId";
    let (status, body) = client
        .call(
            "POST",
            &graph,
            Some(json!({"query": query, "options": {"$top": 5}})),
        )
        .await;
    assert_eq!(
        (status, &body["totalRecords"], &body["count"]),
        (200, &json!(8), &json!(5))
    );
    let token = body["$skipToken"].as_str().expect("more");
    let rest = json!({"query": query, "options": {"$top": 5, "$skipToken": token}});
    let (_, rest) = client.call("POST", &graph, Some(rest)).await;
    assert_eq!(rest["data"].as_array().map(Vec::len), Some(3));
    assert!(rest.get("$skipToken").is_none());
    let one = body["data"][0]["subscriptionId"].as_str().expect("an id");
    let (_, only) = client
        .call(
            "POST",
            &graph,
            Some(json!({"query": "Resources | where type =~ 'Microsoft.MachineLearningServices/workspaces'",
                "subscriptions": [one]})),
        )
        .await;
    assert_eq!(only["count"], 3);
    assert!(only["data"][0]["tags"].is_object());
    let (status, _) = client
        .call("POST", &graph, Some(json!({"query": "resources | join x"})))
        .await;
    assert_eq!(status, 400);

    let kind = "$filter=resourceType%20eq%20'Microsoft.MachineLearningServices/workspaces'";
    let listed = client
        .get(&format!("/subscriptions/{one}/resources?{API}&{kind}"))
        .await;
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(3));
    let other = client
        .get(&format!(
            "/subscriptions/{one}/resources?{API}&$filter=resourceType%20eq%20'a/b'"
        ))
        .await;
    assert_eq!(other["value"], json!([]));
    let provider = client
        .get(&format!(
            "/subscriptions/{one}/providers/microsoft.machinelearningservices?{API}"
        ))
        .await;
    let types: Vec<&str> = provider["resourceTypes"]
        .as_array()
        .expect("types")
        .iter()
        .filter_map(|kind| kind["resourceType"].as_str())
        .collect();
    assert!(types.contains(&"workspaces/computes"));
    let sizes = client.get(&format!("/subscriptions/{one}/providers/Microsoft.MachineLearningServices/locations/eastus/vmSizes?{API}")).await;
    let big = sizes["value"]
        .as_array()
        .expect("sizes")
        .iter()
        .find(|size| size["name"] == "Standard_ND96asr_v4")
        .expect("known");
    assert_eq!(big["gpus"], 8);
    let prices = big["estimatedVMPrices"]["values"]
        .as_array()
        .expect("prices");
    assert!(
        prices.contains(&json!({"retailPrice": 27.2, "osType": "Linux", "vmTier": "Standard"}))
    );
}

#[tokio::test]
async fn metadata_says_where_everything_is() {
    let client = manual(three()).await;
    let now = client
        .get("/metadata/endpoints?api-version=2022-09-01")
        .await;
    assert_eq!(
        (&now["name"], &now["resourceManager"]),
        (&json!("LocalSim"), &json!(client.simulator.url()))
    );
    assert_eq!(
        now["authentication"]["audiences"][0],
        client.simulator.url()
    );
    let list = client
        .get("/metadata/endpoints?api-version=2019-05-01")
        .await;
    assert_eq!(list[0]["name"], "LocalSim");
}
