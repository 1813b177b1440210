//! Lists and queries over everything: Resource Graph, tags in filters, HEAD of a group.

use super::support::{API, Client, SUBSCRIPTION, manual};
use lamplighter_simulator::fleet::{Fleet, parse};
use serde_json::{Value, json};

fn fleet() -> Fleet {
    let vm = json!({"name": "vm", "vmSize": "Standard_D4s_v3", "tags": {"owner": "Ana", "team": "vision"}});
    let cluster = json!({"name": "k", "pools": [{"name": "s", "vmSize": "Standard_D4s_v3", "count": 1}],
        "tags": {"lamp-schedule": "never"}});
    let whole = json!({"seed": 7, "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [
        {"name": "rg", "tags": {"team": "vision"}, "virtualMachines": [vm], "managedClusters": [cluster],
            "workspaces": [{"name": "w", "location": "westeurope", "tags": {"owner": "ana"}}]},
        {"name": "bare"},
    ]}]});
    parse(&whole.to_string(), "test").expect("a good fleet")
}

async fn asked(client: &Client, query: &str) -> Value {
    let graph = format!("/providers/Microsoft.ResourceGraph/resources?{API}");
    let (status, body) = client
        .call("POST", &graph, Some(json!({"query": query})))
        .await;
    assert_eq!(status, 200, "{query}: {body}");
    body["data"].clone()
}

fn names(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().expect("rows").iter();
    rows.filter_map(|row| row["name"].as_str()).collect()
}

#[tokio::test]
async fn resource_graph_has_machines_clusters_and_subscriptions() {
    let client = manual(fleet()).await;
    let query = "resources | where (type in~ ('microsoft.machinelearningservices/workspaces/onlineendpoints') and \
        id startswith '/subscriptions/x') or (type in~ ('Microsoft.Compute/virtualMachines', \
        'microsoft.containerservice/managedclusters') and tags['lamp-schedule'] != 'always') \
        | project id, name, type, tags, power = properties.extended.instanceView.powerState.code, properties \
        | order by id asc";
    let rows = asked(&client, query).await;
    assert_eq!(names(&rows), ["vm", "k"]);
    assert_eq!(rows[0]["power"], "PowerState/running");
    assert_eq!(rows[0]["type"], "microsoft.compute/virtualmachines");
    assert_eq!(rows[1]["properties"]["powerState"]["code"], "Running");
    let tagged = asked(
        &client,
        "resources | where tags.owner =~ 'ana' | order by name desc",
    )
    .await;
    assert_eq!(names(&tagged), ["w", "vm"]);
    let query = "resourcecontainers | where type == 'microsoft.resources/subscriptions' | project title = name";
    assert_eq!(
        asked(&client, query).await,
        json!([{"title": "Data Science"}])
    );
    let groups = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups' | order by name asc";
    assert_eq!(names(&asked(&client, groups).await), ["bare", "rg"]);
    let body = json!({"query": "resources | where type matches regex 'x'"});
    let graph = format!("/providers/Microsoft.ResourceGraph/resources?{API}");
    assert_eq!(client.call("POST", &graph, Some(body)).await.0, 400);
}

#[tokio::test]
async fn lists_are_filtered_by_tag() {
    let client = manual(fleet()).await;
    let list = |what: &str, filter: &str| {
        format!(
            "/subscriptions/{SUBSCRIPTION}/{what}?{API}&$filter={}",
            filter.replace(' ', "%20")
        )
    };
    for (what, filter, expected) in [
        (
            "resources",
            "tagName eq 'OWNER' and tagValue eq 'ana'",
            vec!["w"],
        ),
        ("resources", "tagname eq 'owner'", vec!["w", "vm"]),
        (
            "resources",
            "tagName eq 'team' and tagValue eq 'Ana'",
            vec![],
        ),
        (
            "resources",
            "resourceType eq 'microsoft.compute/virtualmachines'",
            vec!["vm"],
        ),
        ("resources", "", vec!["w", "vm", "k"]),
        (
            "resourcegroups",
            "tagName eq 'team' and tagValue eq 'vision'",
            vec!["rg"],
        ),
        ("resourcegroups", "", vec!["rg", "bare"]),
        (
            "resourcegroups/rg/resources",
            "tagName eq 'team'",
            vec!["vm"],
        ),
    ] {
        let body = client.get(&list(what, filter)).await;
        assert_eq!(names(&body["value"]), expected, "{what} {filter}");
    }
    let bad = client
        .call(
            "GET",
            &list("resourcegroups", "startswith(tagName, 'x')"),
            None,
        )
        .await;
    assert_eq!(bad.0, 400);
}

#[tokio::test]
async fn head_of_a_group_tells_only_whether_it_is_there() {
    let client = manual(fleet()).await;
    for (group, status) in [("RG", 204), ("nowhere", 404)] {
        let path = format!("/subscriptions/{SUBSCRIPTION}/resourcegroups/{group}?{API}");
        let answer = client.send("HEAD", &path, None).await.expect("answered");
        assert_eq!(answer.status().as_u16(), status, "{group}");
    }
}
