//! Attached computes: what they name, the rights of each call, jobs on them.

use super::super::support::{API, SUBSCRIPTION, W, manual, started};
use super::{GROUP, aks, aks_path, fleet, followed, power, vm_path};
use lamplighter_simulator::Options;
use lamplighter_simulator::fleet::parse;
use serde_json::{Value, json};

#[tokio::test]
async fn attached_computes_name_what_is_behind_them_and_are_never_null_inside() {
    let odd_case = format!(
        "/subscriptions/{SUBSCRIPTION}/resourcegroups/RG/providers/microsoft.compute/virtualmachines/VM"
    );
    let attached = json!([
        {"name": "one", "computeType": "VirtualMachine", "resource": "rg/vm"},
        {"name": "two", "computeType": "VirtualMachine", "resourceId": odd_case},
        {"name": "spark", "computeType": "SynapseSpark", "resource": "rg/pool"},
        {"name": "bricks", "computeType": "Databricks", "resource": "rg/adb"},
        {"name": "arc", "computeType": "Kubernetes", "resource": "rg/arc", "namespace": "ml"},
        {"name": "hadoop", "computeType": "HDInsight"},
        {"name": "factory", "computeType": "DataFactory"},
        {"name": "lake", "computeType": "DataLakeAnalytics"},
    ]);
    let resources = json!({
        "virtualMachines": [{"name": "vm", "vmSize": "Standard_D4s_v3"}],
        "sparkPools": [{"name": "pool", "workspace": "syn", "scales": [3, 9]}],
        "databricks": [{"name": "adb"}],
        "connectedClusters": [{"name": "arc"}],
    });
    let client = manual(fleet(attached, resources)).await;
    let list = client.get(&format!("{W}/computes?{API}")).await;
    let all = list["value"].as_array().expect("a list");
    let named =
        |name: &str| all.iter().find(|one| one["name"] == name).expect(name)["properties"].clone();
    assert_eq!(all.len(), 9);
    assert_eq!(
        named("one")["resourceId"],
        format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm")
    );
    assert_eq!(named("two")["resourceId"], odd_case);
    assert_eq!(
        named("two")["properties"]["virtualMachineSize"],
        "Standard_D4s_v3"
    );
    assert_eq!(
        named("spark")["properties"]["autoPauseProperties"]["enabled"],
        false
    );
    assert_eq!(named("spark")["properties"]["workspaceName"], "syn");
    assert_eq!(named("arc")["properties"]["namespace"], "ml");
    for name in ["one", "two", "spark", "bricks", "arc", "hadoop", "lake"] {
        assert!(named(name)["properties"].is_object(), "{name}");
        assert_eq!(named(name)["isAttachedCompute"], true);
    }
    // A project shows its hub's computes, by the hub's ids.
    let project = W.replace("/workspaces/w", "/workspaces/project");
    let shared = client.get(&format!("{project}/computes?{API}")).await;
    assert_eq!(shared["value"], list["value"]);
    assert_eq!(
        client.get(&format!("{project}/computes/one?{API}")).await["id"],
        format!("{W}/computes/one")
    );
    assert_eq!(
        client.get(&format!("{project}?{API}")).await["kind"],
        "Project"
    );
    let (status, _) = client
        .call("POST", &format!("{W}/computes/one/stop?{API}"), None)
        .await;
    assert_eq!(status, 400);
    let pool = format!(
        "{GROUP}/providers/Microsoft.Synapse/workspaces/syn/bigDataPools/pool?api-version=2021-06-01"
    );
    let whole = client.get(&pool).await;
    assert_eq!(
        whole["properties"]["autoPause"],
        json!({"enabled": false, "delayInMinutes": 0})
    );
    assert_eq!(whole["properties"]["autoScale"]["maxNodeCount"], 9);
    let tags = json!({"tags": {"owner": "eva"}});
    assert_eq!(
        client.call("PATCH", &pool, Some(tags)).await.1["tags"]["owner"],
        "eva"
    );
    let more = json!({"tags": {}, "properties": {"nodeCount": 1}});
    assert_eq!(client.call("PATCH", &pool, Some(more)).await.0, 400);
    let adb = client
        .get(&format!(
            "{GROUP}/providers/Microsoft.Databricks/workspaces/adb?api-version=2024-05-01"
        ))
        .await;
    assert_eq!(
        adb["properties"]["workspaceUrl"],
        named("bricks")["properties"]["workspaceUrl"]
    );
    let arc = client
        .get(&format!(
            "{GROUP}/providers/Microsoft.Kubernetes/connectedClusters/arc?api-version=2024-01-01"
        ))
        .await;
    assert_eq!(arc["properties"]["connectivityStatus"], "Connected");
}

#[tokio::test]
async fn jobs_on_attached_computes_are_listed_wait_and_are_killed() {
    let client = manual(aks(json!({}))).await;
    let jobs = format!("{W}/jobs?{API}");
    let send = json!({"instance": "w/k8s", "name": "fit", "lastsSeconds": 36_000});
    let (_, sent) = client
        .call("POST", "/simulator/jobs", Some(send.clone()))
        .await;
    assert_eq!(sent["job"], "fit-a0");
    let own = client.get(&jobs).await["value"][0]["properties"].clone();
    assert_eq!(own["status"], "Running");
    assert_eq!(own["computeId"], format!("{W}/computes/k8s"));
    client.call("POST", &aks_path("/stop"), None).await;
    client.call("POST", "/simulator/jobs", Some(send)).await;
    let list = client.get(&jobs).await;
    for job in list["value"].as_array().expect("a list") {
        assert_eq!(job["properties"]["status"], "Failed", "{job}");
    }
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    let killed = record.as_array().expect("events").iter();
    let killed: Vec<&Value> = killed.filter(|one| one["what"] == "jobKilled").collect();
    assert_eq!(killed.len(), 1);
    assert_eq!(killed[0]["by"]["kind"], "api");
    let attached = json!([{"name": "one", "computeType": "VirtualMachine", "resource": "rg/vm"}]);
    let vm = json!([{"name": "vm", "vmSize": "Standard_D4s_v3", "state": "Deallocated"}]);
    let client = manual(fleet(attached, json!({"virtualMachines": vm}))).await;
    let send = json!({"instance": "w/one", "name": "fit", "lastsSeconds": 60});
    client.call("POST", "/simulator/jobs", Some(send)).await;
    let status = async || client.get(&jobs).await["value"][0]["properties"]["status"].clone();
    assert_eq!(status().await, "Queued");
    followed(&client, &vm_path("/start")).await;
    let now = client.simulator.now();
    client
        .simulator
        .advance_to(now + chrono::TimeDelta::minutes(5));
    assert_eq!(status().await, "Completed");
}

#[tokio::test]
async fn the_fleet_of_kinds_has_one_of_each_and_bad_references_are_told() {
    let client = manual(lamplighter_simulator::kinds_fleet().expect("the fleet")).await;
    let kinds = "/subscriptions/5b1d6c1e-0a6c-4c53-9d0e-7f3f2f5f0a17/resourceGroups/rg-kinds\
        /providers/Microsoft.MachineLearningServices/workspaces/ml-kinds/computes";
    let list = client.get(&format!("{kinds}?{API}")).await;
    let all = list["value"].as_array().expect("a list").iter();
    let types: std::collections::BTreeSet<&str> = all
        .map(|one| one["properties"]["computeType"].as_str().expect("text"))
        .collect();
    let expected = [
        "AKS",
        "AmlCompute",
        "ComputeInstance",
        "DataFactory",
        "DataLakeAnalytics",
        "Databricks",
        "HDInsight",
        "Kubernetes",
        "SynapseSpark",
        "VirtualMachine",
    ];
    assert_eq!(types.into_iter().collect::<Vec<_>>(), expected);
    let attached = json!([{"name": "one", "computeType": "VirtualMachine", "resource": "rg/none"}]);
    let whole = json!({"subscriptions": [{"id": "s", "name": "S", "resourceGroups": [
        {"name": "rg", "workspaces": [{"name": "w", "location": "westeurope", "attached": attached}]}]}]});
    let text = whole.to_string();
    for (text, field) in [
        (text.clone(), "attached[0].resource"),
        (
            text.replace("VirtualMachine", "AmlCompute"),
            "attached[0].computeType",
        ),
        (
            text.replace(r#""name":"w""#, r#""name":"w","hub":"v""#)
                .replace(r#","resource":"rg/none""#, ""),
            "workspaces[0].hub",
        ),
    ] {
        let told = parse(&text, "bad").expect_err("bad").to_string();
        assert!(told.contains(field), "{told}");
    }
}

#[tokio::test]
async fn each_call_takes_its_own_right() {
    let folder = std::env::temp_dir().join(format!("lamplighter-rights-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let role = folder.join("role.json");
    let actions = json!([
        "Microsoft.Compute/virtualMachines/read",
        "Microsoft.Compute/virtualMachines/instanceView/read",
        "Microsoft.ContainerService/managedClusters/read",
        "Microsoft.ContainerService/managedClusters/stop/action",
    ]);
    std::fs::write(
        &role,
        json!({"permissions": [{"actions": actions}]}).to_string(),
    )
    .expect("written");
    let options = Options {
        role: Some(role),
        ..Options::default()
    };
    let mut both = serde_json::to_value(aks(json!({}))).expect("JSON");
    both["subscriptions"][0]["resourceGroups"][0]["virtualMachines"] =
        json!([{"name": "vm", "vmSize": "Standard_D4s_v3"}]);
    let client = started(parse(&both.to_string(), "both").expect("a fleet"), options).await;
    std::fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(power(&client).await, "running");
    for (method, path, right) in [
        (
            "POST",
            vm_path("/deallocate"),
            "Microsoft.Compute/virtualMachines/deallocate/action",
        ),
        (
            "POST",
            vm_path("/start"),
            "Microsoft.Compute/virtualMachines/start/action",
        ),
        (
            "POST",
            aks_path("/start"),
            "Microsoft.ContainerService/managedClusters/start/action",
        ),
        (
            "GET",
            aks_path("/providers/microsoft.insights/metrics"),
            "Microsoft.Insights/metrics/read",
        ),
    ] {
        let (status, body) = client.call(method, &path, None).await;
        assert_eq!(status, 403, "{path}");
        let message = body["error"]["message"].as_str().expect("text");
        assert!(message.contains(&format!("'{right}'")), "{message}");
    }
    assert_eq!(client.call("POST", &aks_path("/stop"), None).await.0, 202);
}
