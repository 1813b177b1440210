//! A bill beside the ledger: the simulator's own bill, as a Cost Management export of each kind.

use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::{Value, json};

async fn bill(world: &World) -> Value {
    let answer = reqwest::get(format!("{}/simulator/bill", world.simulator.url())).await;
    answer.expect("an answer").json().await.expect("JSON")
}

/// Billed seconds by instance's ARM id.
fn seconds(bill: &Value, name: &str) -> i64 {
    let instances = bill["instances"].as_array().expect("instances");
    let one = instances.iter().find(|one| one["instance"] == name);
    one.expect("an instance")["billedSeconds"]
        .as_i64()
        .expect("seconds")
}

pub(super) const CI: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/computes/";

/// Two instances over a night and a day, and the hours that the simulator billed for the 24th.
pub(super) async fn a_day() -> (World, Vec<(String, rust_decimal::Decimal)>) {
    a_day_of(two(), &["w/ci", "w/free"]).await
}

/// One workspace with an instance that has office hours, and one that has none.
pub(super) fn two() -> Value {
    let instances = json!([
        instance("ci", json!({"lamp-schedule": OFFICE})),
        instance("free", json!({}))
    ]);
    fleet(instances, &[])
}

pub(super) async fn a_day_of(
    fleet: Value,
    names: &[&str],
) -> (World, Vec<(String, rust_decimal::Decimal)>) {
    let world = World::new(fleet).await;
    for time in ["23T18:55", "23T19:00", "23T19:05"] {
        world.sweep(time).await;
    }
    for hour in 20..24 {
        world.sweep(&format!("23T{hour}:05")).await;
    }
    world.sweep("24T00:00").await;
    let before = bill(&world).await;
    for hour in 1..24 {
        for minute in [0, 5] {
            world.sweep(&format!("24T{hour:02}:{minute:02}")).await;
        }
    }
    world.sweep("25T00:00").await;
    let after = bill(&world).await;
    world.sweep("25T01:00").await;
    let hours = names.iter().map(|instance| {
        let billed = seconds(&after, instance) - seconds(&before, instance);
        let hours = rust_decimal::Decimal::from(billed) / rust_decimal::Decimal::from(3600);
        let name = instance.rsplit('/').next().expect("a name");
        (name.to_string(), hours.round_dp(6))
    });
    let hours = hours.collect();
    (world, hours)
}

const MCA: &str = "date,resourceId,meterCategory,meterName,quantity,unitOfMeasure,costInBillingCurrency,billingCurrency,chargeType,pricingModel\r\n";

fn mca(hours: &[(String, rust_decimal::Decimal)]) -> String {
    let price: rust_decimal::Decimal = "0.36".parse().expect("a price");
    let mut text = format!("\u{feff}{MCA}");
    for (name, hours) in hours {
        // Two rows of one day, as meters have them.
        let (first, rest) = (
            *hours / rust_decimal::Decimal::TWO,
            *hours - *hours / rust_decimal::Decimal::TWO,
        );
        for part in [first, rest] {
            let cost = part * price;
            text += &format!(
                "2026-11-24,{CI}{name},Virtual Machines,DS3 v2,{part},1 Hour,{cost},USD,Usage,OnDemand\r\n"
            );
        }
        text += &format!(
            "2026-11-24,{CI}{name},Storage,\"P10 LRS, Disk\",0.033,1/Month,0.59,USD,Usage,OnDemand\r\n"
        );
    }
    text += &format!(
        "2026-11-24,{CI}gone,Virtual Machines,DS3 v2,3,1 Hour,1.08,USD,Usage,OnDemand\r\n"
    );
    text
}

async fn reconcile(world: &World, text: &str, more: &[&str]) -> crate::common::world::Printed {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("bill-{:x}.csv", fastrand::u64(..)));
    std::fs::write(&path, text).expect("a file");
    let printed = world
        .run(&[&["report", "--bill", path.to_str().expect("a name")], more].concat())
        .await;
    let _ = std::fs::remove_file(&path);
    printed
}

pub(super) fn lines(printed: &crate::common::world::Printed) -> Vec<(String, String)> {
    let found: Value =
        serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()));
    let lines = found["lines"].as_array().expect("lines").iter();
    let code = |line: &Value, name: &str| line[name].as_str().expect("a reason").to_string();
    lines
        .map(|line| (code(line, "hours"), code(line, "cost")))
        .collect()
}

#[tokio::test]
async fn the_simulators_bill_is_explained_and_a_tampered_one_is_not() {
    let (world, hours) = a_day().await;
    let text = mca(&hours);
    let printed = reconcile(&world, &text, &["--json"]).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let expected = [("agree", "agree"), ("agree", "agree")];
    assert_eq!(
        lines(&printed),
        expected.map(|(a, b)| (a.to_string(), b.to_string()))
    );
    let table = reconcile(&world, &text, &[]).await;
    for part in [
        "w/ci",
        "w/free",
        "24 ┆",
        "not stopped by stopping: w/ci, Storage: 0.59",
        "/computes/gone: 1.08",
    ] {
        assert!(table.stdout.contains(part), "{part} in\n{}", table.stdout);
    }
    // Three hours more than ran.
    let row =
        format!("2026-11-24,{CI}ci,Virtual Machines,DS3 v2,3,1 Hour,1.08,USD,Usage,OnDemand\r\n");
    let printed = reconcile(&world, &format!("{text}{row}"), &[]).await;
    assert_eq!(printed.code, 1);
    assert!(
        printed
            .stdout
            .contains("unexplained: w/ci on 2026-11-24: billed 14 h"),
        "{}",
        printed.stdout
    );
    // Taken back again by a correction: the same hours in the end.
    let back = row.replace(",3,1 Hour,1.08,", ",-3,1 Hour,-1.08,");
    let printed = reconcile(&world, &format!("{text}{row}{back}"), &[]).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
}

#[tokio::test]
async fn exports_of_every_agreement_are_read() {
    let (world, hours) = a_day().await;
    let (ci, free) = (hours[0].1, hours[1].1);
    let row = |date: &str,
               name: &str,
               hours,
               cost: rust_decimal::Decimal,
               currency: &str,
               pricing: &str| {
        format!("{date},{CI}{name},Virtual Machines,{hours},{cost},{currency},{pricing}\n")
    };
    let price =
        |hours: rust_decimal::Decimal, cents: i64| hours * rust_decimal::Decimal::new(cents, 2);
    // Enterprise: other names, month first.
    let ea =
        "Date,InstanceId,MeterCategory,ConsumedQuantity,Cost,BillingCurrencyCode,PricingModel\n";
    let both = row("11/24/2026", "CI", ci, price(ci, 36), "USD", "")
        + &row("11/24/2026", "free", free, price(free, 36), "usd", "");
    let printed = reconcile(&world, &format!("{ea}{both}"), &["--json"]).await;
    assert_eq!(
        (printed.code, lines(&printed).len()),
        (0, 2),
        "{}",
        printed.all()
    );
    // Amortized: one instance under a reservation, one under a savings plan.
    let old =
        "UsageDateTime,ResourceId,MeterCategory,UsageQuantity,PreTaxCost,Currency,PricingModel\n";
    let ahead = row(
        "2026-11-24T00:00:00Z",
        "ci",
        ci,
        price(ci, 10),
        "USD",
        "Reservation",
    ) + &row(
        "2026-11-24T00:00:00Z",
        "free",
        free,
        price(free, 20),
        "USD",
        "SavingsPlan",
    );
    let printed = reconcile(&world, &format!("{old}{ahead}"), &["--json"]).await;
    let costs: Vec<String> = lines(&printed).into_iter().map(|(_, cost)| cost).collect();
    assert_eq!(
        (printed.code, costs),
        (
            0,
            vec!["reservation".to_string(), "savings-plan".to_string()]
        )
    );
    let printed = reconcile(
        &world,
        &format!("{old}{}", ahead.replace("USD", "EUR")),
        &["--json"],
    )
    .await;
    let costs: Vec<String> = lines(&printed).into_iter().map(|(_, cost)| cost).collect();
    assert_eq!(costs, ["other-currency", "other-currency"]);
    // A single day at another price is no rate, only a question.
    let dear = row("2026-11-24", "ci", ci, price(ci, 50), "USD", "");
    let printed = reconcile(&world, &format!("{old}{dear}"), &["--json"]).await;
    assert_eq!(printed.code, 1);
}

#[tokio::test]
async fn a_correction_without_a_quantity_is_cost_and_no_hours() {
    let (world, hours) = a_day().await;
    let head = "BilledCost,BillingCurrency,ChargeClass,ChargePeriodStart,ConsumedQuantity,EffectiveCost,ResourceId,x_SkuMeterCategory\n";
    let row = |class: &str, name: &str, quantity: &str, cost: &str| {
        format!(
            "{cost},USD,{class},2026-11-24T00:00:00Z,{quantity},{cost},{CI}{name},Virtual Machines\n"
        )
    };
    let price: rust_decimal::Decimal = "0.36".parse().expect("a price");
    let usage = |(name, hours): &(String, rust_decimal::Decimal)| {
        row("", name, &hours.to_string(), &(*hours * price).to_string())
    };
    let usage: String = hours.iter().map(usage).collect();
    for none in ["", "NULL", "null"] {
        let refund = row("Correction", "free", none, "-0.40");
        let printed = reconcile(&world, &format!("{head}{usage}{refund}"), &["--json"]).await;
        assert_eq!(printed.code, 0, "{none}: {}", printed.all());
        let found: Value = serde_json::from_str(&printed.stdout).expect("JSON");
        let lines = found["lines"].as_array().expect("lines").iter();
        let free =
            lines.filter(|line| line["resource"].as_str().expect("an id").ends_with("/free"));
        let free: Vec<&Value> = free.collect();
        assert_eq!(
            (free.len(), &free[0]["cost"]),
            (1, &json!("correction")),
            "{none}"
        );
        let billed: rust_decimal::Decimal = free[0]["billed_hours"]
            .as_str()
            .expect("hours")
            .parse()
            .expect("hours");
        assert_eq!(billed, hours[1].1);
    }
    let printed = reconcile(
        &world,
        &format!("{head}{}", row("", "ci", "many", "1")),
        &[],
    )
    .await;
    let expected = "line 2, column ConsumedQuantity: 'many' is not a number";
    assert!(printed.stderr.contains(expected), "{}", printed.all());
}

#[tokio::test]
async fn a_foreign_or_ambiguous_file_is_refused_with_what_was_expected() {
    let (world, _) = a_day().await;
    let head = "Date,ResourceId,MeterCategory,Quantity,Cost,Currency\n";
    let row = |date: &str, hours: &str| format!("{date},{CI}ci,Virtual Machines,{hours},1,USD\n");
    for (text, expected) in [
        (
            "a,b\n1,2\n".to_string(),
            "line 1: no column Date (known as date, usagedate, usagedatetime, chargeperiodstart); the file has a, b",
        ),
        (
            format!("{head}{}", row("2026-11-24", "many")),
            "line 2, column Quantity: 'many' is not a number",
        ),
        (
            format!("{head}{}", row("yesterday", "1")),
            "line 2, column Date: 'yesterday' is not a date",
        ),
        (
            format!("{head}{}", row("11/10/2026", "1")),
            "give --bill-dates mdy or dmy",
        ),
        (
            format!("{head}{}{}", row("13/10/2026", "1"), row("10/13/2026", "1")),
            "its dates are written in two orders",
        ),
        (
            head.to_string(),
            "no row is about a resource that the ledger knows",
        ),
    ] {
        let printed = reconcile(&world, &text, &[]).await;
        assert!(
            printed.code == 1 && printed.stderr.contains(expected),
            "{expected}\n{}",
            printed.all()
        );
    }
    let printed = world.run(&["report", "--bill", "nowhere.csv"]).await;
    assert!(
        printed.code == 1 && printed.stderr.contains("nowhere.csv"),
        "{}",
        printed.all()
    );
}
