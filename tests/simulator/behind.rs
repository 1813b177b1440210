//! What is billed behind attached computes: virtual machines and managed clusters, and what else is attached.

use super::support::{API, Client, SUBSCRIPTION, W, at, manual, started};
use lamplighter_simulator::fleet::{Fleet, parse};
use lamplighter_simulator::{Options, Simulator};
use serde_json::{Value, json};

const GROUP: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg";

/// A fleet of one workspace `w` with these attached computes, and of its group's resources.
fn fleet(attached: Value, resources: Value) -> Fleet {
    let mut group = json!({"name": "rg", "workspaces": [
        {"name": "w", "location": "westeurope", "attached": attached,
            "instances": [{"name": "ci", "vmSize": "Standard_DS3_v2", "state": "Running"}]},
        {"name": "project", "location": "westeurope", "hub": "w"},
    ]});
    for (name, value) in resources.as_object().expect("an object") {
        group[name] = value.clone();
    }
    let whole = json!({
        "seed": 7,
        "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [group]}],
        "prices": [
            {"armSkuName": "Standard_D4s_v3", "region": "westeurope", "linux": "0.20"},
            {"armSkuName": "Standard_D8s_v3", "region": "westeurope", "linux": "0.40"},
        ],
    });
    parse(&whole.to_string(), "test").expect("a good fleet")
}

fn vm(more: Value) -> Fleet {
    let mut vm =
        json!({"name": "vm", "vmSize": "Standard_D4s_v3", "tags": {"owner": "ana@example.org"}});
    for (name, value) in more.as_object().expect("an object") {
        vm[name] = value.clone();
    }
    fleet(json!([]), json!({"virtualMachines": [vm]}))
}

fn vm_path(below: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm{below}?api-version=2026-04-01")
}

fn aks(more: Value) -> Fleet {
    let pools = json!([
        {"name": "system", "vmSize": "Standard_D4s_v3", "count": 2},
        {"name": "user", "vmSize": "Standard_D8s_v3", "count": 1, "mode": "User", "scales": [1, 3]},
    ]);
    let mut cluster = json!({"name": "k", "tier": "Standard", "pools": pools});
    for (name, value) in more.as_object().expect("an object") {
        cluster[name] = value.clone();
    }
    let attached = json!([{"name": "k8s", "computeType": "Kubernetes", "resource": "rg/k"}]);
    fleet(attached, json!({"managedClusters": [cluster]}))
}

fn aks_path(below: &str) -> String {
    format!(
        "{GROUP}/providers/Microsoft.ContainerService/managedClusters/k{below}?api-version=2026-08-01"
    )
}

/// The part of a code behind `PowerState/`.
async fn power(client: &Client) -> String {
    let view = client.get(&vm_path("/instanceView")).await;
    let statuses = view["statuses"].as_array().expect("statuses");
    let found = statuses.iter().filter_map(|status| {
        let code = status["code"].as_str()?;
        assert!(status["time"].is_null() || !code.starts_with("PowerState"));
        code.strip_prefix("PowerState/").map(str::to_owned)
    });
    found.last().expect("a power state")
}

/// Accepted, and followed to its end by `Location`: the status of each answer on the way.
async fn followed(client: &Client, path: &str) -> Vec<u16> {
    let answer = client.send("POST", path, None).await.expect("answered");
    let mut statuses = vec![answer.status().as_u16()];
    if statuses == [200] {
        return statuses;
    }
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert!(header("Retry-After").parse::<u64>().expect("seconds") > 0);
    let location = header("Location");
    let status = header("Azure-AsyncOperation");
    assert_eq!(client.get(&status).await["status"], "InProgress");
    for _ in 0..10 {
        client
            .simulator
            .advance_to(client.simulator.now() + chrono::TimeDelta::seconds(60));
        let (last, _) = client.call("GET", &location, None).await;
        statuses.push(last);
        if last != 202 {
            break;
        }
    }
    statuses
}

fn seconds(simulator: &Simulator) -> (i64, String, String) {
    let bill = simulator.bill();
    let one = &bill.others[0];
    let cost = one.cost.expect("a price").to_string();
    (one.unit_seconds, cost, one.parked_per_hour.to_string())
}

#[tokio::test]
async fn a_virtual_machine_is_deallocated_and_started_and_only_its_disks_cost_meanwhile() {
    let client = manual(vm(json!({"disksGb": [64, 128]}))).await;
    assert_eq!(power(&client).await, "running");
    let statuses = followed(&client, &vm_path("/deallocate")).await;
    assert_eq!((statuses[0], statuses.last()), (202, Some(&200)));
    assert!(statuses.len() <= 6, "five minutes at most: {statuses:?}");
    assert_eq!(power(&client).await, "deallocated");
    let (unit_seconds, _, parked) = seconds(&client.simulator);
    assert_eq!(unit_seconds, 0, "deallocating is not billed");
    assert_eq!(parked, "0.00410");
    assert_eq!(followed(&client, &vm_path("/deallocate")).await, [200]);
    let statuses = followed(&client, &vm_path("/start")).await;
    assert_eq!(statuses.last(), Some(&200));
    assert_eq!(power(&client).await, "running");
    let whole = client.get(&vm_path("")).await;
    assert_eq!(whole["tags"], json!({"owner": "ana@example.org"}));
    assert_eq!(
        whole["properties"]["hardwareProfile"]["vmSize"],
        "Standard_D4s_v3"
    );
    assert_eq!(
        whole["properties"]["storageProfile"]["osDisk"]["osType"],
        "Linux"
    );
    assert!(whole["properties"]["instanceView"].is_null());
    let expanded = client.get(&(vm_path("") + "&$expand=instanceView")).await;
    assert_eq!(
        expanded["properties"]["instanceView"]["statuses"][1]["code"],
        "PowerState/running"
    );
}

#[tokio::test]
async fn a_guests_own_shutdown_goes_on_being_billed() {
    let client = manual(vm(json!({"osType": "Windows", "disksGb": []}))).await;
    let hand = json!({"on": "rg/vm", "action": "shutdown", "by": "ana"});
    assert_eq!(
        client
            .call("POST", "/simulator/power", Some(hand.clone()))
            .await
            .0,
        200
    );
    assert_eq!(
        client.call("POST", "/simulator/power", Some(hand)).await.0,
        409
    );
    assert_eq!(power(&client).await, "stopped");
    client.simulator.advance_to(at("2026-10-21T10:00:00Z"));
    // An hour of Windows.
    assert_eq!(
        seconds(&client.simulator),
        (3_600, "0.346".into(), "0".into())
    );
    let off = client.call("POST", &vm_path("/powerOff"), None).await;
    assert_eq!(off.0, 200, "it is off already");
    followed(&client, &vm_path("/deallocate")).await;
    assert_eq!(power(&client).await, "deallocated");
    assert_eq!(seconds(&client.simulator).0, 3_600);
    let (status, body) = client.call("POST", &vm_path("/powerOff"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("OperationNotAllowed"))
    );
}

#[tokio::test]
async fn capacity_and_quota_are_told_apart_and_an_ephemeral_disk_forbids() {
    let client = manual(vm(json!({"state": "Deallocated", "failStarts": 1}))).await;
    let statuses = followed(&client, &vm_path("/start")).await;
    assert_eq!(statuses.last(), Some(&409));
    let view = client.get(&vm_path("/instanceView")).await;
    assert_eq!(
        view["statuses"][0]["code"],
        "ProvisioningState/failed/AllocationFailed"
    );
    assert_eq!(power(&client).await, "deallocated");
    let set = json!({"on": "rg/vm", "noQuota": true});
    assert_eq!(
        client
            .call("POST", "/simulator/resources", Some(set))
            .await
            .0,
        204
    );
    let (status, body) = client.call("POST", &vm_path("/start"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("OperationNotAllowed"))
    );
    let message = body["error"]["message"].as_str().expect("text");
    assert!(
        message.contains("exceeding approved standardDSv3Family Cores quota"),
        "{message}"
    );
    let set = json!({"on": "RG/VM", "noQuota": false});
    assert_eq!(
        client
            .call("POST", "/simulator/resources", Some(set))
            .await
            .0,
        204
    );
    assert_eq!(
        followed(&client, &vm_path("/start")).await.last(),
        Some(&200)
    );
    let client = manual(vm(json!({"ephemeralOsDisk": true}))).await;
    let (status, body) = client.call("POST", &vm_path("/deallocate"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("OperationNotAllowed"))
    );
    assert_eq!(power(&client).await, "running");
}

#[tokio::test]
async fn a_spot_machine_is_evicted_and_reads_as_one_that_we_deallocated() {
    let evictions = json!(["2026-10-21T09:30:00Z"]);
    let client = manual(vm(
        json!({"priority": "Spot", "evictions": evictions, "disksGb": []}),
    ))
    .await;
    let whole = client.get(&vm_path("")).await;
    assert_eq!(whole["properties"]["priority"], "Spot");
    assert_eq!(whole["properties"]["evictionPolicy"], "Deallocate");
    client.simulator.advance_to(at("2026-10-21T10:00:00Z"));
    assert_eq!(power(&client).await, "deallocated");
    // Half an hour at a fifth of the price.
    assert_eq!(seconds(&client.simulator).1, "0.02");
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    assert!(
        record
            .as_array()
            .expect("events")
            .iter()
            .any(|event| event["what"] == "evicted")
    );
}

#[tokio::test]
async fn people_come_to_a_machine_start_it_and_leave_it_as_they_do() {
    let hours = |time: &str| json!({"zone": "UTC", "at": time, "lasts": "1h"});
    let uses = json!([
        {"who": "ana", "hours": hours("10:00"), "leaves": "deallocated"},
        {"who": "rui", "hours": hours("14:00"), "starts": false},
        {"who": "eva", "hours": hours("14:30"), "leaves": "shutdown"},
    ]);
    let client = manual(vm(json!({"state": "Deallocated", "uses": uses}))).await;
    client.simulator.advance_to(at("2026-10-21T18:00:00Z"));
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    let story: Vec<String> = record
        .as_array()
        .expect("events")
        .iter()
        .filter(|event| event["instance"] == "rg/vm")
        .filter_map(|event| {
            let who = event["person"].as_str().or(event["who"].as_str());
            let who = who.or(event["by"]["name"].as_str())?;
            Some(format!("{who} {}", event["what"].as_str().expect("named")))
        })
        .collect();
    let expected = [
        "ana waits",
        "ana powerRequested",
        "ana workBegan",
        "ana workEnded",
        "ana powerRequested",
        "rui waits",
        "eva waits",
        "eva powerRequested",
        "rui workBegan",
        "eva workBegan",
        "rui workEnded",
        "eva workEnded",
        "eva shutDown",
    ];
    assert_eq!(story, expected);
    assert_eq!(power(&client).await, "stopped");
    let path = vm_path("/providers/microsoft.insights/metrics")
        + "&metricnames=Percentage%20CPU&aggregation=Maximum&interval=PT1H\
           &timespan=2026-10-21T09%253A00%253A00.123456%2F2026-10-21T18%253A00%253A00";
    let metrics = client.get(&path).await;
    let data = metrics["value"][0]["timeseries"][0]["data"]
        .as_array()
        .expect("data");
    let busy: Vec<bool> = data
        .iter()
        .map(|hour| hour["maximum"].as_f64().is_some_and(|cpu| cpu > 30.0))
        .collect();
    let hours = [10, 14, 15].map(|hour| hour - 9);
    for (hour, busy) in busy.into_iter().enumerate() {
        assert!(!busy || hours.contains(&hour), "{hour}");
    }
    assert!(data[0]["maximum"].is_null(), "deallocated: no sample");
}

#[tokio::test]
async fn lists_with_status_only_tell_power_and_some_do_not() {
    let client = manual(vm(json!({"hidesPowerInLists": true}))).await;
    let all = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01"
    );
    let list = client.get(&(all.clone() + "&statusOnly=true")).await;
    let view = &list["value"][0]["properties"]["instanceView"];
    assert_eq!(view["statuses"].as_array().map(Vec::len), Some(1));
    assert!(client.get(&all).await["value"][0]["properties"]["storageProfile"].is_object());
    assert_eq!(power(&client).await, "running");
}

#[tokio::test]
async fn a_managed_cluster_stops_and_starts_and_its_nodes_are_billed_by_pool() {
    let client = manual(aks(json!({}))).await;
    let whole = client.get(&aks_path("")).await;
    assert_eq!(whole["properties"]["powerState"]["code"], "Running");
    assert_eq!(whole["sku"]["tier"], "Standard");
    let pools = &whole["properties"]["agentPoolProfiles"];
    assert_eq!(pools[0]["type"], "VirtualMachineScaleSets");
    assert_eq!(
        (&pools[1]["mode"], &pools[1]["maxCount"]),
        (&json!("User"), &json!(3))
    );
    client.simulator.advance_to(at("2026-10-21T10:00:00Z"));
    let statuses = followed(&client, &aks_path("/stop")).await;
    assert_eq!((statuses[0], statuses.last()), (202, Some(&200)));
    let stopped = client.get(&aks_path("")).await["properties"].clone();
    assert_eq!(stopped["powerState"]["code"], "Stopped");
    assert_eq!(stopped["provisioningState"], "Succeeded");
    let (status, body) = client.call("POST", &aks_path("/stop"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("OperationNotAllowed"))
    );
    let message = body["error"]["message"].as_str().expect("text");
    assert!(
        message.contains("The stop operation started at '2026-10-21T10:00:00Z'"),
        "{message}"
    );
    client.simulator.advance_to(at("2026-10-21T12:00:00Z"));
    let bill = client.simulator.bill();
    let own = &bill.others[0];
    let whats: Vec<&str> = own.lines.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(whats, ["nodes", "nodes", "control plane", "load balancer"]);
    // Three nodes for an hour and while they stopped; what stands for three hours.
    assert!(
        (3 * 3_600..=3 * 3_900).contains(&own.unit_seconds),
        "{}",
        own.unit_seconds
    );
    assert_eq!(own.standing_cost.to_string(), "0.39");
    assert_eq!(
        followed(&client, &aks_path("/start")).await.last(),
        Some(&200)
    );
    assert_eq!(
        client.get(&aks_path("")).await["properties"]["powerState"]["code"],
        "Running"
    );
}

#[tokio::test]
async fn a_cluster_that_cannot_be_stopped_says_why() {
    let availability_set = json!([
        {"name": "system", "vmSize": "Standard_D4s_v3", "count": 1, "type": "AvailabilitySet"}
    ]);
    for (more, status, code) in [
        (json!({"pools": availability_set}), 400, "BadRequest"),
        (
            json!({"nodeAutoProvisioning": true}),
            400,
            "OperationNotAllowed",
        ),
        (json!({"hostedSystem": true}), 400, "OperationNotAllowed"),
        (json!({"wildcardWebhook": true}), 400, "ValidationError"),
        (
            json!({"provisioningState": "Updating"}),
            409,
            "OperationNotAllowed",
        ),
    ] {
        let client = manual(aks(more.clone())).await;
        let (found, body) = client.call("POST", &aks_path("/stop"), None).await;
        let found = (found, body["error"]["code"].as_str());
        assert_eq!(found, (status, Some(code)), "{more}");
        let whole = client.get(&aks_path("")).await;
        assert_eq!(
            whole["properties"]["powerState"]["code"], "Running",
            "{more}"
        );
    }
    let client = manual(aks(json!({}))).await;
    let (status, _) = client.call("POST", &aks_path("/start"), None).await;
    assert_eq!(status, 400, "it runs");
    let set = json!({"on": "rg/k", "updatingSeconds": 60});
    assert_eq!(
        client
            .call("POST", "/simulator/resources", Some(set))
            .await
            .0,
        204
    );
    assert_eq!(client.call("POST", &aks_path("/stop"), None).await.0, 409);
    client.simulator.advance_to(at("2026-10-21T09:01:00Z"));
    assert_eq!(client.call("POST", &aks_path("/stop"), None).await.0, 202);
}

#[tokio::test]
async fn a_start_without_capacity_leaves_a_cluster_stopped_and_failed() {
    let client = manual(aks(json!({"state": "Stopped", "failStarts": 1}))).await;
    assert_eq!(
        followed(&client, &aks_path("/start")).await.last(),
        Some(&409)
    );
    let properties = client.get(&aks_path("")).await["properties"].clone();
    assert_eq!(properties["powerState"]["code"], "Stopped");
    assert_eq!(properties["provisioningState"], "Failed");
    assert_eq!(
        followed(&client, &aks_path("/start")).await.last(),
        Some(&200)
    );
}

/// The namespaces of which the metric has a sample above zero in the last quarter of an hour.
async fn namespaces(client: &Client) -> Vec<String> {
    let path = aks_path("/providers/microsoft.insights/metrics")
        + "&metricnames=kube_pod_status_phase&aggregation=Average&interval=PT5M&top=50\
           &$filter=phase%20eq%20'Running'%20and%20namespace%20eq%20'*'";
    let metrics = client.get(&path).await;
    let series = metrics["value"][0]["timeseries"]
        .as_array()
        .expect("series");
    let busy = series.iter().filter(|one| {
        let data = one["data"].as_array().expect("data");
        data[data.len() - 3..]
            .iter()
            .any(|item| item["average"].as_f64() > Some(0.0))
    });
    let mut names: Vec<String> = busy
        .map(|one| {
            let dimensions = one["metadatavalues"].as_array().expect("dimensions");
            let own = dimensions
                .iter()
                .find(|own| own["name"]["value"] == "namespace");
            own.expect("a namespace")["value"]
                .as_str()
                .expect("text")
                .to_owned()
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn pods_of_others_show_by_namespace_and_a_stop_ends_them() {
    let pods = json!([
        {"namespace": "shop", "name": "web"},
        {"namespace": "reports", "name": "daily",
            "hours": {"zone": "UTC", "at": "10:00", "lasts": "30m"}},
    ]);
    let client = manual(aks(json!({"pods": pods}))).await;
    client.simulator.advance_to(at("2026-10-21T10:20:00Z"));
    let all = ["azureml", "kube-system", "reports", "shop"];
    assert_eq!(namespaces(&client).await, all);
    client.simulator.advance_to(at("2026-10-21T10:55:00Z"));
    assert_eq!(
        namespaces(&client).await,
        ["azureml", "kube-system", "shop"]
    );
    followed(&client, &aks_path("/stop")).await;
    let now = client.simulator.now();
    client
        .simulator
        .advance_to(now + chrono::TimeDelta::minutes(30));
    assert_eq!(namespaces(&client).await, Vec::<String>::new());
    let pod = json!({"on": "rg/k", "namespace": "lab", "name": "job", "lastsSeconds": 36000});
    assert_eq!(
        client.call("POST", "/simulator/pods", Some(pod)).await.0,
        204
    );
    let standing = client.get("/simulator/resources").await;
    assert_eq!(
        standing["resources"][0]["waiting"],
        json!(["shop/web", "lab/job"])
    );
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    let events = record.as_array().expect("events");
    let of = |what: &str| {
        let own = events.iter().filter(|event| event["what"] == what);
        own.map(|event| {
            event["pod"]
                .as_str()
                .or(event["who"].as_str())
                .expect("named")
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(of("podKilled"), ["shop/web"]);
    assert_eq!(of("waits"), ["lab/job"]);
    followed(&client, &aks_path("/start")).await;
    let standing = client.get("/simulator/resources").await;
    assert_eq!(
        standing["resources"][0]["on"],
        json!(["shop/web", "lab/job"])
    );
}

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
