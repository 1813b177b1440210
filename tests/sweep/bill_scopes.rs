//! What a bill is about: a workspace without its computes, some of the subscriptions, charges that are no usage.

use super::bill_files::{Bills, beside};
use super::bills::{CI, a_day, a_day_of, lines, two};
use crate::common::world::{Printed, instance};
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn json_of(printed: &Printed) -> Value {
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()))
}

fn cost(hours: Decimal) -> Decimal {
    hours * Decimal::new(36, 2)
}

#[tokio::test]
async fn rows_under_the_workspace_are_compared_by_workspace_and_day() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let head = "Date,ResourceId,MeterCategory,Quantity,Cost,Currency,Tags\n";
    let workspace = CI.trim_end_matches("/computes/");
    let row = |(name, hours): &(String, Decimal)| {
        let cost = cost(*hours);
        format!("2026-11-24,{workspace},Virtual Machines,{hours},{cost},USD,{name}\n")
    };
    let rows: String = hours.iter().map(row).collect();
    let path = bills.write("all.csv", format!("{head}{rows}"));
    let printed = beside(&world, &[&path], &["--json"]).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    assert_eq!(
        lines(&printed),
        [("agree".to_string(), "agree".to_string())]
    );
    let found = json_of(&printed);
    let id = workspace.to_lowercase();
    assert_eq!(found["lines"][0]["resource"], json!(id));
    assert_eq!(found["by_workspace"][&id]["rows"], json!(2));
    let printed = beside(&world, &[&path], &[]).await;
    let said = "billed under the workspace, its computes compared together: workspace w: 2 rows";
    assert!(printed.stdout.contains(said), "{}", printed.stdout);
    // One compute under its own id, the other under the workspace's: the same together.
    let own = row(&hours[0]).replace(workspace, &format!("{CI}ci"));
    let path = bills.write("mixed.csv", format!("{head}{own}{}", row(&hours[1])));
    let printed = beside(&world, &[&path], &["--json"]).await;
    assert_eq!(
        lines(&printed),
        [("agree".to_string(), "agree".to_string())]
    );
    // Where they do not make up the hours, that is said.
    let path = bills.write("one.csv", format!("{head}{}", row(&hours[0])));
    let printed = beside(&world, &[&path], &[]).await;
    let said = "unexplained: workspace w on 2026-11-24: billed 11 h and";
    assert!(
        printed.code == 1 && printed.stdout.contains(said),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn a_subscription_without_a_bill_is_one_line_and_no_difference() {
    let other = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a02";
    let mut fleet = two();
    let more = json!({"id": other, "name": "Other", "resourceGroups": [{"name": "rg", "workspaces": [
        {"name": "v", "location": "westeurope", "instances": [instance("x", json!({})), instance("y", json!({}))]}]}]});
    fleet["subscriptions"]
        .as_array_mut()
        .expect("a list")
        .push(more);
    let (world, hours) = a_day_of(fleet, &["w/ci", "w/free", "v/x"]).await;
    let bills = Bills::new();
    let head = "Date,ResourceId,MeterCategory,Quantity,Cost,Currency\n";
    let row = |id: &str, hours: Decimal| {
        let cost = cost(hours);
        format!("2026-11-24,{id},Virtual Machines,{hours},{cost},USD\n")
    };
    let of_first: String = hours[..2]
        .iter()
        .map(|(name, hours)| row(&format!("{CI}{name}"), *hours))
        .collect();
    let first = bills.write("first.csv", format!("{head}{of_first}"));
    let printed = beside(&world, &[&first], &[]).await;
    let said = format!("not on this bill, and not compared: subscriptions {other} (2 resources)\n");
    assert!(
        printed.code == 0 && printed.stdout.contains(&said),
        "{}",
        printed.all()
    );
    // Its own export beside it, with one of its two: now the other is missing.
    let other_id = CI.replace("0a01", "0a02").replace("/w/", "/v/");
    let second = bills.write(
        "second.csv",
        format!("{head}{}", row(&format!("{other_id}x"), hours[2].1)),
    );
    let printed = beside(&world, &[&first, &second], &[]).await;
    assert_eq!(printed.code, 1, "{}", printed.all());
    assert!(
        printed.stdout.contains("unexplained: v/y on 2026-11-24"),
        "{}",
        printed.stdout
    );
    assert!(
        !printed.stdout.contains("not on this bill"),
        "{}",
        printed.stdout
    );
    let both = format!(
        "{head}{}{}",
        row(&format!("{other_id}x"), hours[2].1),
        row(&format!("{other_id}y"), hours[2].1)
    );
    let second = bills.write("second.csv", both);
    let printed = beside(&world, &[&first, &second], &["--json"]).await;
    assert_eq!(
        (printed.code, lines(&printed).len()),
        (0, 4),
        "{}",
        printed.all()
    );
    // A bill of strangers says whose it is.
    let strange = row(&CI.replace("0a01", "0a09"), hours[0].1);
    let strange = bills.write("strange.csv", format!("{head}{strange}"));
    let printed = beside(&world, &[&strange], &[]).await;
    let said = "no row is about a resource that the ledger knows (1 rows in 1 files); they are of subscriptions 3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a09";
    assert!(
        printed.code == 1 && printed.stderr.contains(said),
        "{}",
        printed.all()
    );
}

/// FOCUS 1.0 to 1.2 as Cost Management writes them: a purchase and a credit have no hours, whatever their quantity is.
#[tokio::test]
async fn every_focus_and_what_is_no_usage_is_read() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    for (version, more) in [
        ("1.0", "x_SkuMeterCategory"),
        ("1.1", "SkuMeter,x_SkuMeterCategory"),
        ("1.2", "SkuMeter,InvoiceId,ServiceName"),
    ] {
        let head = format!(
            "BilledCost,BillingCurrency,ChargeCategory,ChargeClass,ChargePeriodEnd,ChargePeriodStart,CommitmentDiscountType,ConsumedQuantity,EffectiveCost,ResourceId,SubAccountId,{more}\n"
        );
        let fill = "x,".repeat(more.matches(',').count());
        let row = |category: &str, name: &str, quantity: &str, cost: Decimal| {
            format!(
                "0,USD,{category},,2026-11-25T00:00Z,2026-11-24T00:00Z,,{quantity},{cost},{CI}{name},/subscriptions/s,{fill}Virtual Machines\n"
            )
        };
        let usage = |(name, hours): &(String, Decimal)| {
            row("Usage", name, &hours.to_string(), cost(*hours))
        };
        let mut rows: String = hours.iter().map(usage).collect();
        rows += &row("Credit", "free", "24", Decimal::new(-40, 2));
        let path = bills.write("focus.csv", format!("{head}{rows}"));
        let printed = beside(&world, &[&path], &["--json"]).await;
        assert_eq!(printed.code, 0, "{version}: {}", printed.all());
        let expected = [("agree", "agree"), ("agree", "correction")];
        let expected = expected.map(|(hours, cost)| (hours.to_string(), cost.to_string()));
        assert_eq!(lines(&printed), expected, "{version}");
    }
}
