//! Dates with slashes: which number is the month, the whole file tells, or its whole export.

use super::bill_files::{Bills, beside};
use super::bills::{CI, a_day};
use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::{Value, json};

const HEAD: &str = "Date,ResourceId,MeterCategory,Quantity,Cost,Currency,BillingPeriodEndDate\n";

fn row(date: &str, name: &str, end: &str) -> String {
    format!("{date},{CI}{name},Virtual Machines,24,8.64,USD,{end}\n")
}

/// A world on the 5th of a month, whose dates fit both ways.
async fn early_in_december() -> World {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ));
    world.await
}

/// The first day of a comparison.
fn first(printed: &crate::common::world::Printed) -> String {
    let found: Value =
        serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()));
    found["from"].as_str().expect("a day").to_owned()
}

#[tokio::test]
async fn another_column_or_another_part_tells_the_order() {
    let world = early_in_december().await;
    world.sweep("23T18:55").await;
    let bills = Bills::new();
    let read = |name: &'static str, rows: String| bills.write(name, format!("{HEAD}{rows}"));
    for (name, end, expected) in [
        ("us.csv", "12/31/2026", "2026-12-05"),
        ("eu.csv", "31/12/2026", "2026-05-12"),
        ("eu-time.csv", "31/12/2026 00:00:00", "2026-05-12"),
    ] {
        let path = read(name, row("12/05/2026", "ci", end));
        let printed = beside(&world, &[&path], &["--json"]).await;
        assert_eq!(first(&printed), expected, "{name}");
    }
    let unclear = read("unclear.csv", row("12/05/2026", "ci", "12/12/2026"));
    let printed = beside(&world, &[&unclear], &[]).await;
    let expected = "unclear.csv: whether its dates have the month or the day first cannot be told";
    assert!(
        printed.code == 1 && printed.stderr.contains(expected),
        "{}",
        printed.all()
    );
    for (order, expected) in [("mdy", "2026-12-05"), ("dmy", "2026-05-12")] {
        let said = ["--json", "--bill-dates", order];
        assert_eq!(first(&beside(&world, &[&unclear], &said).await), expected);
    }
    // A part of the same export, with rows of somebody else only, tells.
    let other = read("other.csv", row("12/25/2026", "somebody", "12/12/2026"));
    let printed = beside(&world, &[&unclear, &other], &["--json"]).await;
    assert_eq!(first(&printed), "2026-12-05");
}

#[tokio::test]
async fn two_orders_and_days_of_no_month_are_named() {
    let (world, _) = a_day().await;
    let bills = Bills::new();
    for (name, rows, expected) in [
        (
            "two.csv",
            row("13/10/2026", "ci", "31/10/2026") + &row("10/12/2026", "ci", "10/31/2026"),
            "its dates are written in two orders: line 2, column Date: 13/10/2026, and line 3, column BillingPeriodEndDate: 10/31/2026",
        ),
        (
            "none.csv",
            row("02/30/2026", "ci", "2026-12-31"),
            "none.csv: line 2, column Date: 2/30/2026 is no day of any month",
        ),
        (
            "short.csv",
            row("02/03/26", "ci", "2026-12-31"),
            "short.csv: line 2, column Date: '02/03/26' is not a date",
        ),
    ] {
        let path = bills.write(name, format!("{HEAD}{rows}"));
        let printed = beside(&world, &[&path], &[]).await;
        assert!(
            printed.code == 1 && printed.stderr.contains(expected),
            "{expected}\n{}",
            printed.all()
        );
    }
}
