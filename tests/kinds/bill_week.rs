//! A week of every kind, and the simulator's bill of it beside the ledger.

use super::export::{Export, TagForm};
use crate::common::folder::Folder;
use crate::common::inside::context;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::{report, sweep};
use lamplighter_simulator::{Options, Simulator, kinds_fleet, start_with};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

const STEP: TimeDelta = TimeDelta::minutes(10);
const KINDS: &str = "instance,cluster,deployment,vm,aks";

/// A Monday; on the Tuesday a spot machine is evicted.
fn begin() -> DateTime<Utc> {
    "2026-10-19T00:00:00Z".parse().expect("a time")
}

fn end() -> DateTime<Utc> {
    begin() + TimeDelta::days(7)
}

async fn simulator() -> Simulator {
    let options = Options {
        manual_clock: true,
        start: Some(begin()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let fleet = kinds_fleet().expect("the fleet of all kinds");
    start_with(fleet, options).await.expect("it starts")
}

/// What each resource cost beside what others charge for it.
fn costs(simulator: &Simulator) -> BTreeMap<String, Decimal> {
    let bill = simulator.bill();
    let instances = bill.instances.into_iter().map(|one| (one.id, one.cost));
    let others = bill.others.into_iter().map(|one| (one.id, one.cost));
    let all = instances.chain(others);
    all.map(|(id, cost)| (id.to_lowercase(), cost.expect("a price")))
        .collect()
}

fn beside(folder: &Folder, csv: &str) -> Value {
    let bill = folder.join("bill.csv");
    std::fs::write(&bill, csv).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command
        .env_clear()
        .env("LEDGER", folder.join("ledger"))
        .args(["report", "--json", "--bill"])
        .arg(bill);
    let output = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"))
}

fn money(value: &Value) -> Decimal {
    value.as_str().expect("money").parse().expect("a decimal")
}

#[tokio::test]
async fn every_figure_of_a_week_is_right_to_the_cent_and_no_more_is_saved_than_the_bill_fell() {
    let folder = Folder::new("bill-week");
    let with = simulator().await;
    let mut context = context(&with, &with.url(), &[("KINDS", KINDS)]);
    let ledger = Ledger::scratch(&folder.join("ledger")).await;
    context.ledger = ledger.expect("a ledger");
    let mut export = Export::begin(&with, TagForm::Json);
    let mut now = begin();
    while now < end() {
        with.advance_to(now);
        if now > begin() && now.time() == begin().time() {
            let day = (now - TimeDelta::days(1)).date_naive().to_string();
            export.day(&with, &day);
        }
        let summary = sweep::run(&context, &sweep::Options::at(now)).await;
        summary.expect("a sweep");
        now += STEP;
    }
    with.advance_to(end());
    export.day(&with, "2026-10-25");
    let summary = sweep::run(&context, &sweep::Options::at(end())).await;
    summary.expect("a sweep");

    let found = beside(&folder, &export.csv());
    let lines = found["lines"].as_array().expect("lines");
    let mut seen: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for line in lines {
        let of = seen.entry(line["resource"].as_str().expect("an id"));
        let of = of.or_default();
        of.0 += money(&line["billed_hours"]);
        of.1 += money(&line["billed_cost"]);
        let cost = line["cost"].as_str().expect("a code");
        assert!(matches!(cost, "agree" | "no-price"), "{line}");
    }
    for (id, (hours, cost)) in &export.billed {
        let (found_hours, found_cost) = seen.get(id.as_str()).copied().unwrap_or_default();
        let cents = |money: &Decimal| money.round_dp(2);
        assert_eq!(cents(&found_cost), cents(cost), "{id}");
        assert_eq!(cents(&found_hours), cents(hours), "{id}");
    }
    let unexplained = lines
        .iter()
        .filter(|line| [&line["hours"], &line["cost"]].contains(&&Value::from("unexplained")));
    assert_eq!(unexplained.collect::<Vec<_>>(), [] as [&Value; 0]);
    // What a stop does not stop stands apart, under what it belongs to.
    let other = found["other"].as_object().expect("what goes on");
    let of_aks = other.iter().find(|(id, _)| id.ends_with("/aks-ml"));
    let of_aks = of_aks.expect("its control plane").1;
    assert_eq!(
        money(&of_aks["Azure Kubernetes Service"]).round_dp(2),
        Decimal::new(1680, 2)
    );
    assert!(of_aks.get("Load Balancer").is_some(), "{of_aks}");

    let without = simulator().await;
    without.advance_to(end());
    let (with, without) = (costs(&with), costs(&without));
    let read = report::read(&context.ledger, begin(), end(), end()).await;
    let report = read.expect("a report").report(report::GroupBy::Kind);
    for (id, figures) in &report.resources {
        let (saved, fell) = (figures.saved.value(), without[id] - with[id]);
        assert!(saved <= fell, "{id}: {saved} is saved of {fell}");
    }
    let saved = |kind: &str| report.rows[kind].figures.saved.value();
    let kinds = ["instance", "cluster", "deployment", "vm", "aks"];
    let kinds = kinds.map(|kind| (kind, saved(kind)));
    assert!(
        kinds.iter().all(|(_, saved)| *saved > Decimal::ONE),
        "{kinds:?}"
    );
}
