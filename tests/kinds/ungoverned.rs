//! What nothing governs is found once an hour, shown with owner and cost, and costs few calls.

use super::behind::{self, says};
use super::support::{SUBSCRIPTION, world};
use crate::common::folder::Folder;
use crate::common::inside::context;
use crate::common::world::{OFFICE, World, at};
use chrono::TimeDelta;
use lamplighter_agent::sweep;
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::{Options, start_with};
use serde_json::{Value, json};

const END: &str = "2026-11-24T00:00:00Z";
const TEXT: [&str; 3] = ["report", "--to", END];

/// A deployment of F4s since January.
pub fn deployment(name: &str, capacity: u32, more: Value) -> Value {
    let own = json!({
        "name": name, "instanceType": "Standard_F4s_v2", "capacity": capacity, "scalesIn": "15m",
        "createdOn": "2026-01-01T00:00:00Z",
    });
    super::support::with(own, more)
}

/// A workspace with one of each: what costs for nothing, what is asked for something, and what costs nothing.
fn everything() -> Value {
    let mut fleet = behind::with(
        json!([
            behind::attached("gpu", "VirtualMachine", "vm1"),
            behind::attached("rests", "VirtualMachine", "vm2"),
            behind::attached("k8s", "Kubernetes", "k"),
        ]),
        &[
            (
                "virtualMachines",
                json!([
                    behind::vm("vm1", json!({"owner": "eva@example.org"})),
                    super::support::with(
                        behind::vm("vm2", json!({})),
                        json!({"state": "Deallocated"})
                    ),
                ]),
            ),
            ("managedClusters", json!([behind::aks(json!({}))])),
        ],
    );
    let price = json!({"armSkuName": "Standard_F4s_v2", "region": "westeurope", "linux": "0.20"});
    fleet["prices"].as_array_mut().expect("prices").push(price);
    let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
    workspace["tags"] = json!({"owner": "team@example.org"});
    workspace["clusters"] = json!([
        {"name": "train", "vmSize": "Standard_DS3_v2", "minNodeCount": 2, "maxNodeCount": 6,
            "tags": {"owner": "ana@example.org"}},
        {"name": "resting", "vmSize": "Standard_DS3_v2", "minNodeCount": 0, "maxNodeCount": 6},
    ]);
    workspace["endpoints"] = json!([
        {"name": "score", "createdBy": "rui@example.org", "deployments": [deployment("blue", 3, json!({}))]},
        {"name": "busy", "deployments": [deployment("blue", 1, json!({}))],
            "requests": [{"who": "shop", "zone": "UTC", "days": "daily", "at": "10:00", "lasts": "1h"}]},
        {"name": "silent", "showsQuiet": false, "deployments": [deployment("blue", 1, json!({}))]},
    ]);
    workspace["batchEndpoints"] =
        json!([{"name": "nightly", "deployments": [{"name": "a", "compute": "resting"}]}]);
    workspace["serverlessEndpoints"] =
        json!([{"name": "phi", "modelId": "azureml://registries/x/models/phi"}]);
    fleet
}

async fn report(world: &World) -> Value {
    let printed = world
        .run(&["report", "--ungoverned", "--output", "json"])
        .await;
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("no JSON: {}", printed.all()))
}

fn item<'a>(report: &'a Value, name: &str) -> &'a Value {
    let items = report["items"].as_array().expect("items");
    let found = items.iter().find(|item| item["resource"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {report:#}"))
}

fn number(value: &Value) -> f64 {
    value.as_str().expect("money").parse().expect("a number")
}

/// Calls of routes with a word in them.
pub fn calls(world: &World, word: &str) -> u64 {
    let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
    let routes = calls["routes"].as_array().expect("routes").clone();
    let counts = routes.iter().filter(|route| {
        let path = route["route"].as_str().expect("a route");
        path.contains(word)
    });
    counts
        .map(|one| one["count"].as_u64().expect("a count"))
        .sum()
}

#[tokio::test]
async fn what_nothing_governs_is_shown_with_its_owner_and_what_it_costs() {
    let world = world(everything(), "instance").await;
    let printed = world.sweep("23T12:00").await;
    assert_eq!((printed.code, world.posts()), (0, 0), "{}", printed.all());
    let report = report(&world).await;
    assert_eq!(report["at"], "2026-11-23T12:00:00Z");
    assert_eq!(report["not_allowed"], json!([]));
    for (name, kind, owner, hour) in [
        ("train", "cluster", json!("ana@example.org"), 0.72),
        ("score/blue", "deployment", json!("team@example.org"), 0.60),
        ("busy/blue", "deployment", json!("team@example.org"), 0.20),
        ("vm1", "vm", json!("eva@example.org"), 0.20),
        ("vm2", "vm", Value::Null, 0.0),
        ("k", "aks", Value::Null, 0.60),
        ("nightly", "batch", json!("team@example.org"), 0.0),
        ("phi", "serverless", json!("team@example.org"), 0.0),
    ] {
        let found = item(&report, name);
        assert_eq!(found["resource"]["kind"], kind, "{found}");
        assert_eq!(found["resource"]["owner"], owner, "{found}");
        let (an_hour, a_month) = (&found["costs_an_hour"], &found["costs_a_month"]);
        assert!((number(an_hour) - hour).abs() < 1e-9, "{found}");
        assert!((number(a_month) - hour * 730.0).abs() < 1e-6, "{found}");
    }
    // The most expensive comes first; what costs nothing comes last.
    assert_eq!(report["items"][0]["resource"]["name"], "train");
    let train = item(&report, "train");
    assert_eq!(train["since"], "2026-11-23T12:00:00Z");
    let remedy = train["remedy"].as_str().expect("a remedy");
    for words in [
        "lamp-schedule.train on the workspace",
        "cluster in KINDS",
        "infra/role/cluster.json",
    ] {
        assert!(remedy.contains(words), "{words}: {remedy}");
    }
    // Nobody has asked the one anything for a week: that has cost 3 x 0.20 an hour.
    let quiet = item(&report, "score/blue");
    let since = quiet["since"].as_str().expect("a time");
    let since: chrono::DateTime<chrono::Utc> = since.parse().expect("a time");
    assert!(since <= at("16T12:00"), "{quiet}");
    let hours = (at("23T12:00") - since).num_minutes() as f64 / 60.0;
    assert!(
        (number(&quiet["costs_since"]) - hours * 0.60).abs() < 1e-6,
        "{quiet}"
    );
    // Of the others one was asked for something, and of one nobody knows.
    assert_eq!(item(&report, "busy/blue")["since"], Value::Null);
    let silent = &item(&report, "silent/blue")["requests"]["unknown"];
    assert!(
        silent
            .as_str()
            .is_some_and(|why| why.contains("no recent sample")),
        "{silent}"
    );
    let only = item(&report, "busy/blue")["remedy"]
        .as_str()
        .expect("a remedy");
    assert!(
        only.contains("only deleting the deployment ends its cost"),
        "{only}"
    );
}

#[tokio::test]
async fn it_stands_in_every_report() {
    let world = world(everything(), "instance").await;
    world.sweep("23T12:00").await;
    world.sweep("23T13:00").await;
    let text = world.run(&TEXT).await;
    says(
        &text,
        &[
            "Not governed (as of 2026-11-23 13:00 UTC)",
            "a month at list price, an estimate",
            "w/train (cluster, owner ana@example.org): 2 of 2 node(s) that are kept warm idle; 0.72 USD an hour, 525.60 a month; \
             nothing to do since 2026-11-23 12:00 UTC, 0.72 since",
        ],
    );
    let json = world.run(&["report", "--json", "--to", END]).await;
    let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["ungoverned"]["items"][0]["resource"]["name"], "train");
    assert_eq!(
        json["total"]["figures"]["saved"], "0",
        "nothing of it is saved"
    );
    let csv = world
        .run(&["report", "--ungoverned", "--output", "csv"])
        .await;
    says(
        &csv,
        &[
            "workspace,name,kind,owner,size,count,costs_an_hour,costs_a_month",
            "w,train,cluster,ana@example.org",
        ],
    );
    let page = world.run(&["report", "--html", "-", "--to", END]).await;
    says(
        &page,
        &[
            "Not governed, and what it costs",
            "2 of 2 node(s) that are kept warm idle",
            "525.60",
        ],
    );
    // A period that was over before says nothing of it.
    let earlier = world.run(&["report", "--month", "2026-10", "--json"]).await;
    assert!(!earlier.stdout.contains("ungoverned"), "{}", earlier.all());
}

#[tokio::test]
async fn what_a_tag_and_the_platform_govern_is_not_in_it() {
    let mut fleet = everything();
    let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
    workspace["tags"] = json!({"lamp-schedule.train": OFFICE, "lamp-schedule.score": OFFICE});
    let tagged = world(fleet.clone(), "instance").await;
    tagged.sweep("23T12:00").await;
    let report_of_tagged = report(&tagged).await;
    let remedy = item(&report_of_tagged, "train")["remedy"]
        .as_str()
        .expect("a remedy");
    assert!(
        !remedy.contains("lamp-schedule") && remedy.contains("cluster in KINDS"),
        "{remedy}"
    );
    let both = world(fleet, "instance,cluster,deployment").await;
    both.sweep("23T12:00").await;
    let report_of_both = report(&both).await;
    let names = report_of_both["items"].as_array().expect("items").iter();
    let names: Vec<&str> = names
        .filter_map(|item| item["resource"]["name"].as_str())
        .collect();
    assert!(
        names.contains(&"busy/blue") && names.contains(&"vm1"),
        "{names:?}"
    );
    assert!(
        !names.contains(&"train") && !names.contains(&"score/blue"),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_reading_that_fails_spoils_nothing_and_the_last_one_stands_with_its_date() {
    let world = world(everything(), "instance").await;
    world.sweep("23T12:00").await;
    let before = calls(&world, "ResourceGraph");
    // Within the hour nothing is asked.
    world.sweep("23T12:30").await;
    assert_eq!(calls(&world, "ResourceGraph"), before);
    let fault = json!({"pathContains": "ResourceGraph", "status": 403, "body": "{}"});
    world.fault(fault).await;
    let printed = world.sweep("23T13:00").await;
    let counts = (printed.code, printed.count("problems"));
    assert_eq!(counts, (0, 0), "{}", printed.all());
    let report = report(&world).await;
    assert_eq!(report["at"], "2026-11-23T12:00:00Z");
    assert_eq!(report["failed"]["at"], "2026-11-23T13:00:00Z");
    assert_eq!(item(&report, "train")["count"], 2);
    let text = world.run(&TEXT).await;
    says(
        &text,
        &["The reading of 2026-11-23 13:00 UTC came to nothing"],
    );
}

#[tokio::test]
async fn what_may_not_be_looked_at_is_told_with_the_right_that_is_missing() {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = std::fs::read_to_string(format!("{root}/infra/role/lamplighter.json"));
    let role: Value = serde_json::from_str(&text.expect("a role")).expect("JSON");
    let folder = Folder::new("inventory-role");
    let ml = "Microsoft.MachineLearningServices/workspaces";
    let rights = [
        (format!("{ml}/onlineEndpoints/read"), "online endpoints"),
        (
            format!("{ml}/onlineEndpoints/deployments/read"),
            "online deployments",
        ),
        (format!("{ml}/batchEndpoints/read"), "batch endpoints"),
        (
            format!("{ml}/serverlessEndpoints/read"),
            "serverless endpoints",
        ),
    ];
    for (index, (right, what)) in rights.iter().enumerate() {
        let mut less = role.clone();
        let actions = less["permissions"][0]["actions"]
            .as_array_mut()
            .expect("actions");
        actions.retain(|action| action != right);
        let path = folder.join(format!("{index}.json"));
        std::fs::write(&path, less.to_string()).expect("written");
        let options = Options {
            role: Some(path),
            ..Options::default()
        };
        let world = World::with(everything(), options).await;
        let printed = world.sweep("23T12:00").await;
        assert_eq!(
            (printed.code, printed.count("problems")),
            (0, 0),
            "{}",
            printed.all()
        );
        let report = report(&world).await;
        let refused = report["not_allowed"].as_array().expect("a list");
        let found = refused.iter().find(|one| one["right"] == *right);
        assert_eq!(found.expect(right)["what"], *what);
        // The machines are none of the subscription's: their own roles let them be read.
        let others: Vec<&Value> = refused
            .iter()
            .filter(|one| one["right"] != *right)
            .collect();
        assert_eq!(others.len(), 3, "{refused:?}");
        let text = world.run(&TEXT).await;
        says(
            &text,
            &[&format!(
                "Not allowed to look at {what}: {right} is missing on /subscriptions/{SUBSCRIPTION}"
            )],
        );
        // Once a day is enough to find out.
        let tried = calls(&world, "Endpoints");
        world.sweep("23T13:00").await;
        assert_eq!(calls(&world, "Endpoints"), tried);
    }
}

/// A day of sweeps makes no more than 1.05 times the calls that it makes without the inventory: those of a sweep within the
/// hour.
#[tokio::test]
async fn a_day_makes_few_calls_more() {
    let mut fleet = everything();
    let workspaces = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"];
    workspaces[0]["endpoints"] = (0..60)
        .map(|index| json!({"name": format!("e{index}"), "deployments": [deployment("blue", 1, json!({}))]}))
        .collect();
    let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        manual_clock: true,
        start: Some(at("23T00:00")),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let simulator = start_with(fleet, options)
        .await
        .expect("the simulator starts");
    let context = context(&simulator, &simulator.url(), &[("KINDS", "instance")]);
    let total = || simulator.calls().total;
    let (mut now, mut usual) = (at("23T00:00"), None);
    while now < at("24T00:00") {
        simulator.advance_to(now);
        let before = total();
        let swept = sweep::run(&context, &sweep::Options::at(now)).await;
        assert_eq!(swept.expect("a sweep").problems, [] as [String; 0], "{now}");
        if now == at("23T00:05") {
            usual = Some(total() - before);
        }
        now += TimeDelta::minutes(5);
    }
    let usual = 288 * usual.expect("a second sweep");
    println!("{} calls in a day, {usual} without the inventory", total());
    assert!(total() > usual, "else nothing was read");
    assert!(total() * 100 <= usual * 105, "{} against {usual}", total());
}
