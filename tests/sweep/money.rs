//! What becomes of money that is not simply saved.

use crate::common::world::{OFFICE, World, fleet, instance};
use chrono::TimeDelta;
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::record::{Record, What};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";

pub(super) async fn one(tags: Value) -> World {
    World::new(fleet(json!([instance("ci", tags)]), &[])).await
}

/// Monday evening to Tuesday morning: a stop at 19:00, seen at 19:05, a start at 08:00, a sweep at least every hour.
pub(super) async fn a_night(world: &World) {
    for time in ["23T18:55", "23T19:00", "23T19:05"] {
        world.sweep(time).await;
    }
    let hours = (20..24).map(|hour| format!("23T{hour}:05"));
    for time in hours.chain((0..8).map(|hour| format!("24T{hour:02}:05"))) {
        world.sweep(&time).await;
    }
    for time in ["24T08:00", "24T08:05"] {
        world.sweep(time).await;
    }
}

const NOVEMBER: [&str; 4] = ["--from", "2026-11-01", "--to", "2026-11-25"];

pub(super) async fn report(world: &World) -> Value {
    let printed = world
        .run(&[&["report", "--json"][..], &NOVEMBER].concat())
        .await;
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()))
}

/// The CSV's rows, each by its columns' names.
pub(super) async fn rows(world: &World) -> Vec<Value> {
    let printed = world
        .run(&[&["report", "--csv"][..], &NOVEMBER].concat())
        .await;
    let mut reader = csv::Reader::from_reader(printed.stdout.as_bytes());
    let rows = reader.deserialize::<std::collections::BTreeMap<String, String>>();
    rows.map(|row| json!(row.expect("a row"))).collect()
}

pub(super) fn money(value: &Value) -> rust_decimal::Decimal {
    let text = value.as_str().expect("money");
    let exact: rust_decimal::Decimal = text.parse().expect("a decimal");
    exact.round_dp(10).normalize()
}

pub(super) fn decimal(text: &str) -> rust_decimal::Decimal {
    text.parse().expect("a decimal")
}

#[tokio::test]
async fn under_a_reservation_hours_are_freed_and_no_cash_is_saved() {
    let mut world = one(json!({"lamp-schedule": OFFICE})).await;
    world.set("BENEFITS", &format!("{SUBSCRIPTION} = reservation"));
    a_night(&world).await;
    let figures = &report(&world).await["total"]["figures"];
    assert_eq!(
        (figures["saved"].as_str(), &figures["freed_seconds"]),
        (Some("0"), &json!(46_500))
    );
    assert_eq!(figures["upper_bound"], "0");
    let table = world.run(&[&["report"][..], &NOVEMBER].concat()).await;
    assert!(
        table
            .stdout
            .contains("Under reservations: 12.9 h freed for others, no cash saved."),
        "{}",
        table.stdout
    );
}

#[tokio::test]
async fn under_a_savings_plan_the_list_price_is_shown_and_not_counted() {
    let mut world = one(json!({"lamp-schedule": OFFICE})).await;
    world.set("BENEFITS", &format!("{SUBSCRIPTION}=Savings-Plan"));
    a_night(&world).await;
    let figures = &report(&world).await["total"]["figures"];
    assert_eq!(figures["saved"], "0");
    assert_eq!(money(&figures["plan_list_price"]), decimal("4.65"));
    world.set("BENEFITS", "yes");
    let printed = world.sweep_with(&[]).await;
    assert!(
        printed.code == 2
            && printed
                .stderr
                .contains("setting BENEFITS: 'yes' is not <subscription id> ="),
        "{}",
        printed.stderr
    );
}

#[tokio::test]
async fn a_dry_run_earns_a_projection_and_nothing_else() {
    let world = one(json!({"lamp-schedule": OFFICE, "lamp-mode": "dry-run"})).await;
    a_night(&world).await;
    let figures = &report(&world).await["total"]["figures"];
    assert_eq!(
        (figures["saved"].as_str(), figures["upper_bound"].as_str()),
        (Some("0"), Some("0"))
    );
    // From 19:00, when it would have been asked to stop, to 08:00.
    assert_eq!(figures["projected_seconds"], 46_800);
    assert_eq!(money(&figures["projected"]), decimal("4.68"));
    assert_eq!(world.posts(), 0);
    let rows = rows(&world).await;
    let kinds: BTreeSet<&str> = rows.iter().filter_map(|row| row["kind"].as_str()).collect();
    // It was on all the time, which is spent and not saved.
    assert_eq!(kinds, BTreeSet::from(["on", "projected"]), "{rows:?}");
}

#[tokio::test]
async fn hours_in_which_no_sweep_came_are_in_neither_figure() {
    let world = one(json!({"lamp-schedule": OFFICE})).await;
    for time in ["23T19:00", "23T19:05", "24T07:30", "24T08:00", "24T08:05"] {
        world.sweep(time).await;
    }
    let figures = &report(&world).await["total"]["figures"];
    // Nobody looked from 19:05 to 07:30.
    assert_eq!(
        (
            &figures["saved_seconds"],
            &figures["unwatched_seconds"],
            &figures["upper_bound_seconds"]
        ),
        (&json!(30 * 60), &json!(44_700), &json!(30 * 60))
    );
    // 44,700 s at 0.36 an hour, by themselves.
    assert_eq!(money(&figures["unwatched"]), decimal("4.47"));
    let table = world
        .run(&[&["report"][..], &NOVEMBER].concat())
        .await
        .stdout;
    assert!(
        table.contains("No sweep is known to have run: 12.4 h, 4.47, in neither figure."),
        "{table}"
    );
    let unwatched = rows(&world)
        .await
        .into_iter()
        .filter(|row| row["counted"] == "no-sweep");
    let money: rust_decimal::Decimal = unwatched.map(|row| money(&row["unwatched"])).sum();
    assert_eq!(money, decimal("4.47"));
}

#[tokio::test]
async fn a_ledger_without_a_sweep_for_weeks_claims_no_more_than_on_its_last_day() {
    let world = one(json!({"lamp-schedule": "stop daily 19:00"})).await;
    for time in ["23T19:00", "23T19:05", "23T20:05"] {
        world.sweep(time).await;
    }
    let upper_bound = async |to: &str| {
        let ask = ["report", "--json", "--from", "2026-11-01", "--to", to];
        let printed = world.run(&ask).await;
        let report: Value =
            serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()));
        report["total"]["figures"]["upper_bound_seconds"].clone()
    };
    // Its own clock is the test's day; the report reads until its end.
    for to in ["2026-11-25", "2027-01-01"] {
        assert_eq!(upper_bound(to).await, 3_600, "{to}");
    }
}

/// What it was in a month must stay known when it is another later, and reports read three months back.
#[tokio::test]
async fn what_never_changes_is_recorded_anew_each_four_weeks() {
    let world = one(json!({})).await;
    let first = world.simulator.now();
    for week in 0..9 {
        world.simulator.advance_to(first + TimeDelta::weeks(week));
        world.sweep_with(&[]).await;
    }
    let ledger = Ledger::scratch(&world.ledger).await.expect("a ledger");
    let all = ledger.records::<Record>(first, first + TimeDelta::days(60));
    let all = all.await.expect("records").records;
    let seen = all.iter().filter_map(|record| match &record.what {
        What::Observed { observation } => Some(((record.at - first).num_days(), observation)),
        _ => None,
    });
    let (days, seen): (Vec<_>, Vec<_>) = seen.unzip();
    assert_eq!(days, [0, 28, 56]);
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
}

#[tokio::test]
async fn a_saved_figure_below_zero_says_why_and_the_rows_by_cause_add_up() {
    let stopped = |mut instance: Value| {
        instance["state"] = json!("Stopped");
        instance["lastOperation"]["operationName"] = json!("Stop");
        instance
    };
    let ci = stopped(instance("ci", json!({"lamp-schedule": OFFICE})));
    let world = World::new(fleet(json!([ci]), &[])).await;
    // Started at 08:00, and nobody comes.
    let morning = (8..12).map(|hour| format!("24T{hour:02}:05"));
    for time in ["24T07:55".to_string(), "24T08:00".into()]
        .into_iter()
        .chain(morning)
    {
        world.sweep(&time).await;
    }
    let table = world
        .run(&[&["report", "--by", "cause"][..], &NOVEMBER].concat())
        .await
        .stdout;
    for part in [
        "Saved below zero: starts before anyone came cost more there",
        "By cause: a resource counts for each of its causes",
    ] {
        assert!(table.contains(part), "{part}: {table}");
    }
    let printed = world
        .run(&[&["report", "--json", "--by", "cause"][..], &NOVEMBER].concat())
        .await;
    let report: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    let total = &report["total"]["figures"];
    assert!(money(&total["saved"]) < decimal("0"), "{total}");
    for figure in ["saved", "upper_bound", "unused"] {
        let rows = report["rows"].as_object().expect("rows").values();
        let rows: rust_decimal::Decimal = rows.map(|row| money(&row["figures"][figure])).sum();
        let days = report["days"].as_object().expect("days").values();
        let days = days.flat_map(|day| day.as_object().expect("causes").values());
        let days: rust_decimal::Decimal = days.map(|of| money(&of[figure])).sum();
        assert_eq!(
            (rows, days),
            (money(&total[figure]), money(&total[figure])),
            "{figure}"
        );
    }
}

#[tokio::test]
async fn lines_by_cause_and_periods_by_month() {
    let world = one(json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"})).await;
    a_night(&world).await;
    let by = async |args: &[&str]| -> Value {
        let printed = world.run(&[&["report", "--json"], args].concat()).await;
        serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()))
    };
    let cause = by(&["--month", "2026-11", "--by", "cause"]).await;
    assert_eq!(cause["rows"]["schedule"]["stops"], 1);
    assert_eq!(cause["to"], "2026-12-01T00:00:00Z");
    let owner = by(&["--month", "2026-11", "--by", "owner"]).await;
    assert_eq!(
        owner["rows"]["ana@example.org"]["figures"]["saved_seconds"],
        46_500
    );
    assert_eq!(
        by(&["--month", "2026-10"]).await["total"]["figures"]["saved_seconds"],
        0
    );
    for (args, expected) in [
        (
            &["report", "--month", "November"][..],
            "expected a month such as 2026-11",
        ),
        (
            &["report", "--from", "yesterday"],
            "expected a date such as 2026-11-01",
        ),
        (
            &["report", "--month", "2026-11", "--from", "2026-11-01"],
            "cannot be used with",
        ),
    ] {
        let printed = world.run(args).await;
        assert!(
            printed.code == 2 && printed.stderr.contains(expected),
            "{}",
            printed.all()
        );
    }
    let printed = world
        .run(&["report", "--from", "2026-11-02", "--to", "2026-11-01"])
        .await;
    assert!(
        printed.code != 0 && printed.stderr.contains("is not before the period's end"),
        "{}",
        printed.all()
    );
}
