//! A workspace with clusters and endpoints, and what became of them.

use crate::common::hook::Hook;
use crate::common::world::{OFFICE, Printed, World, at};
use chrono::TimeDelta;
use lamplighter_core::record::{Interval, What};
use rust_decimal::Decimal;
use serde_json::{Value, json};

pub const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";
const NOVEMBER: [&str; 4] = [
    "--from",
    "2026-11-01T00:00:00Z",
    "--to",
    "2026-11-30T00:00:00Z",
];

/// A workspace `w` with what `more` names, in a resource group with what `group` names.
pub fn estate(more: &Value, group: &Value) -> Value {
    let mut workspace = json!({"name": "w", "location": "westeurope"});
    let mut within = json!({"name": "rg"});
    for (name, value) in more.as_object().expect("an object") {
        workspace[name] = value.clone();
    }
    within["workspaces"] = json!([workspace]);
    for (name, value) in group.as_object().expect("an object") {
        within[name] = value.clone();
    }
    json!({
        "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [within]}],
        "prices": [
            {"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"},
            {"armSkuName": "Standard_F4s_v2", "region": "westeurope", "linux": "0.20"},
        ],
    })
}

/// `own` with the fields of `more`.
pub fn with(mut own: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        own[name] = value.clone();
    }
    own
}

pub async fn world(fleet: Value, kinds: &str) -> World {
    let mut world = World::new(fleet).await;
    world.set("KINDS", kinds);
    world
}

/// The same, with a webhook that hears its notices.
pub async fn heard(fleet: Value, kinds: &str) -> (World, Hook) {
    let mut world = world(fleet, kinds).await;
    let hook = Hook::start().await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    (world, hook)
}

/// How clusters, deployments and autoscale settings stand.
async fn standing(world: &World, list: &str) -> Value {
    let url = format!("{}/simulator/scaled", world.simulator.url());
    let answer = reqwest::get(url).await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    body[list][0].clone()
}

/// The first cluster's least number of nodes, and how many it has.
pub async fn nodes(world: &World) -> (u64, u64) {
    let cluster = standing(world, "clusters").await;
    let counts = cluster["nodes"].as_object().expect("counts").values();
    let least = &cluster["scaleSettings"]["minNodeCount"];
    (
        least.as_u64().expect("a number"),
        counts.map(|count| count.as_u64().expect("a count")).sum(),
    )
}

/// The first deployment's capacity, and its state.
pub async fn capacity(world: &World) -> (u64, String) {
    let deployment = standing(world, "deployments").await;
    let state = deployment["provisioningState"].as_str();
    (
        deployment["capacity"].as_u64().expect("a number"),
        state.expect("a state").to_owned(),
    )
}

/// What was said of the decision on a resource; of a line that says so.
pub fn explanation<'a>(printed: &'a Printed, name: &str) -> &'a str {
    let mut lines = printed.lines.iter();
    let line = lines.find(|line| line["event"] == "decision" && line["name"] == name);
    let line = line.unwrap_or_else(|| panic!("no decision on {name}:\n{}", printed.all()));
    line["message"]
        .as_str()
        .or(line["text"].as_str())
        .expect("a text")
}

/// How many decisions had which reason, as a sweep's summary has them.
pub fn in_sum(printed: &Printed) -> &str {
    printed.summary()["reasons"].as_str().expect("reasons")
}

pub fn warnings(printed: &Printed) -> Vec<String> {
    let lines = printed.lines.iter();
    let warned = lines.filter(|line| line["event"] == "warning");
    warned.map(|line| line.to_string()).collect()
}

/// The intervals that were opened, in their order.
pub async fn intervals(world: &World) -> Vec<Interval> {
    let records = world.records().await;
    let opened = records.into_iter().filter_map(|record| match record.what {
        What::Opened { interval } => Some(interval),
        _ => None,
    });
    let mut opened: Vec<Interval> = opened.collect();
    opened.sort_by_key(|interval| interval.opened_at);
    opened
}

/// The month's report.
pub async fn report(world: &World) -> Value {
    let args: Vec<&str> = ["report", "--json"].into_iter().chain(NOVEMBER).collect();
    let printed = world.run(&args).await;
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("no JSON: {}", printed.all()))
}

/// The totals of the month's report.
pub async fn figures(world: &World) -> Value {
    report(world).await["total"]["figures"].clone()
}

/// The rows of the month's report for a spreadsheet: count, seconds and money of each.
pub async fn rows(world: &World) -> Vec<(String, i64, Decimal)> {
    let args: Vec<&str> = ["report", "--csv"].into_iter().chain(NOVEMBER).collect();
    let printed = world.run(&args).await;
    let mut lines = printed.stdout.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |name: &str| {
        header
            .iter()
            .position(|known| *known == name)
            .expect("a column")
    };
    let (count, seconds, saved) = (place("count"), place("saved_seconds"), place("saved"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (
            cells[count].to_owned(),
            cells[seconds].parse().expect("seconds"),
            cells[saved].parse().expect("money"),
        )
    };
    lines.map(row).collect()
}

pub fn money(value: &Value) -> Decimal {
    value.as_str().expect("money").parse().expect("a decimal")
}

pub async fn explain(world: &World, name: &str) -> Printed {
    let now = world.simulator.now().to_rfc3339();
    world.run(&["explain", name, "--now", &now]).await
}

/// A cluster `train` of two warm nodes, on in office hours.
pub fn cluster(more: Value) -> Value {
    let own = json!({
        "name": "train", "vmSize": "Standard_DS3_v2", "minNodeCount": 2, "maxNodeCount": 6,
        "bootsIn": "5m", "tags": {"lamp-schedule": OFFICE, "owner": "ana@example.org"},
    });
    estate(&json!({"clusters": [with(own, more)]}), &json!({}))
}

/// A sweep every five minutes; both ends count.
pub async fn sweep_through(world: &World, from: &str, to: &str) {
    let (mut now, to) = (at(from), at(to));
    while now <= to {
        world.simulator.advance_to(now);
        let printed = world.sweep_with(&[]).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
        now += TimeDelta::minutes(5);
    }
}
