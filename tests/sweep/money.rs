//! Where prices come from, and what becomes of money that is not simply saved.

use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";

async fn one(tags: Value) -> World {
    World::new(fleet(json!([instance("ci", tags)]), &[])).await
}

/// Monday evening to Tuesday morning: a stop at 19:00, seen at 19:05, a start at 08:00, a sweep at least every hour.
async fn a_night(world: &World) {
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

async fn report(world: &World) -> Value {
    let printed = world
        .run(&[&["report", "--json"][..], &NOVEMBER].concat())
        .await;
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()))
}

/// The CSV's rows, each by its columns' names.
async fn rows(world: &World) -> Vec<Value> {
    let printed = world
        .run(&[&["report", "--csv"][..], &NOVEMBER].concat())
        .await;
    let mut reader = csv::Reader::from_reader(printed.stdout.as_bytes());
    let rows = reader.deserialize::<std::collections::BTreeMap<String, String>>();
    rows.map(|row| json!(row.expect("a row"))).collect()
}

fn money(value: &Value) -> rust_decimal::Decimal {
    let text = value.as_str().expect("money");
    let exact: rust_decimal::Decimal = text.parse().expect("a decimal");
    exact.round_dp(10).normalize()
}

fn decimal(text: &str) -> rust_decimal::Decimal {
    text.parse().expect("a decimal")
}

fn file(name: &str, text: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("{name}-{:x}.csv", fastrand::u64(..)));
    std::fs::write(&path, text).expect("a file");
    path.to_str().expect("a name").into()
}

#[tokio::test]
async fn the_platforms_own_price_comes_first_and_the_row_says_so() {
    let mut world = one(json!({"lamp-schedule": OFFICE})).await;
    let text = "size,region,price,currency\nStandard_DS3_v2,westeurope,1.20,USD\n";
    world.set("PRICE_FILE", &file("own", text));
    a_night(&world).await;
    // 19:05 to 08:00 is 46,500 s.
    let figures = &report(&world).await["total"]["figures"];
    assert_eq!(money(&figures["saved"]), decimal("15.5"));
    let rows = rows(&world).await;
    assert_eq!(rows.len(), 2, "a night is two days' rows: {rows:?}");
    for row in rows {
        assert_eq!(
            (row["price_source"].as_str(), row["cause"].as_str()),
            (Some("price-file"), Some("schedule"))
        );
        let evidence = row["evidence"].as_str().expect("ids");
        for kind in ["action:", "answer:", "settlement:", "opened:", "closed:"] {
            assert!(evidence.contains(kind), "{evidence}");
        }
    }
}

#[tokio::test]
async fn a_bad_price_file_stops_the_start_with_its_line() {
    let mut world = one(json!({"lamp-schedule": OFFICE})).await;
    let text = "size,region,price,currency\nStandard_DS3_v2,westeurope,cheap,USD\n";
    world.set("PRICE_FILE", &file("bad", text));
    let printed = world.sweep_with(&[]).await;
    assert_eq!((printed.code, world.posts()), (2, 0));
    let expected = "line 2, column price: 'cheap' is not a price for one hour, such as 0.24";
    assert!(
        printed.stderr.contains("setting PRICE_FILE") && printed.stderr.contains(expected),
        "{}",
        printed.stderr
    );
}

async fn without_the_price_list(world: &World) {
    world
        .fault(json!({"pathContains": "/api/retail/prices", "status": 404, "body": "{}"}))
        .await;
}

#[tokio::test]
async fn where_the_price_list_fails_the_last_known_price_holds() {
    let world = one(json!({"lamp-schedule": OFFICE})).await;
    a_night(&world).await;
    without_the_price_list(&world).await;
    for time in ["24T19:00", "24T19:05", "24T20:05"] {
        world.sweep(time).await;
    }
    let rows = rows(&world).await;
    let last = rows.last().expect("rows");
    assert_eq!(
        (
            last["price_source"].as_str(),
            last["price_per_hour"].as_str()
        ),
        (Some("last-known"), Some("0.36"))
    );
}

#[tokio::test]
async fn with_nothing_better_azures_estimate_holds() {
    let world = one(json!({"lamp-schedule": OFFICE})).await;
    without_the_price_list(&world).await;
    a_night(&world).await;
    let rows = rows(&world).await;
    assert_eq!(rows[0]["price_source"], "vm-sizes");
    assert_eq!(rows[0]["price_per_hour"], "0.36");
}

#[tokio::test]
async fn a_price_that_changes_in_the_night_splits_it() {
    let mut fleet = fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    );
    let prices = fleet["prices"].as_array_mut().expect("prices");
    prices.push(
        json!({"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.72",
        "from": "2026-11-24T00:00:00Z"}),
    );
    let world = World::new(fleet).await;
    a_night(&world).await;
    // Announced, and dear from midnight on, though a sweep first hears of it at 00:05: 4 h 55 min at 0.36 and 8 h at 0.72.
    let figures = &report(&world).await["total"]["figures"];
    assert_eq!(figures["saved_seconds"], 46_500);
    assert_eq!(money(&figures["saved"]), decimal("7.53"));
    let prices: Vec<_> = rows(&world)
        .await
        .iter()
        .map(|row| row["price_per_hour"].clone())
        .collect();
    assert_eq!(prices, ["0.36", "0.72"]);
}

#[tokio::test]
async fn a_price_that_the_platforms_file_dates_counts_from_that_day() {
    let mut world = one(json!({"lamp-schedule": OFFICE})).await;
    let text = "size,region,price,currency,from\n\
        Standard_DS3_v2,westeurope,1.20,USD,\n\
        Standard_DS3_v2,westeurope,1.80,USD,2026-11-24\n";
    world.set("PRICE_FILE", &file("dated", text));
    a_night(&world).await;
    // 4 h 55 min at 1.20 and 8 h at 1.80.
    let figures = &report(&world).await["total"]["figures"];
    assert_eq!(money(&figures["saved"]), decimal("20.3"));
}

#[tokio::test]
async fn a_change_that_a_source_does_not_date_counts_from_the_sweep_that_learned_of_it() {
    let mut world = one(json!({"lamp-schedule": OFFICE})).await;
    let text =
        |price| format!("size,region,price,currency\nStandard_DS3_v2,westeurope,{price},USD\n");
    world.set("PRICE_FILE", &file("before", &text("1.20")));
    for time in ["23T18:55", "23T19:00", "23T19:05", "23T21:05", "23T23:05"] {
        world.sweep(time).await;
    }
    world.set("PRICE_FILE", &file("after", &text("1.80")));
    for time in [
        "24T01:05", "24T03:05", "24T05:05", "24T07:05", "24T08:00", "24T08:05",
    ] {
        world.sweep(time).await;
    }
    // 6 h at 1.20 and 6 h 55 min at 1.80.
    let figures = &report(&world).await["total"]["figures"];
    assert_eq!(money(&figures["saved"]), decimal("19.65"));
}

/// Days from today, as a fleet file dates prices.
fn in_days(days: i64) -> String {
    (chrono::Utc::now() + chrono::TimeDelta::days(days))
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[tokio::test]
async fn a_price_that_is_announced_is_not_yet_in_force() {
    let mut fleet = fleet(json!([instance("ci", json!({}))]), &[]);
    let place = |price: &str, from: String| json!({"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": price, "from": from});
    fleet["prices"] = json!([place("0.352", in_days(-300)), place("0.38", in_days(30))]);
    let world = World::with(fleet, lamplighter_simulator::Options::default()).await;
    // What is asked is the list of today, whatever the simulator's clock says.
    world.simulator.advance_to(chrono::Utc::now());
    let ask = ["prices", "Standard_DS3_v2", "westeurope"];
    let found = found(&world.run(&[&ask[..], &["--json"]].concat()).await);
    assert_eq!(found["price"]["amount"], "0.352", "{found}");
    let rows = found["rows"].as_array().expect("rows");
    let refused = |price: &str| -> Vec<&Value> {
        let of = rows.iter().filter(|row| row["price"] == price);
        let linux = of.filter(|row| row["type"] == "Consumption");
        let linux = linux.filter(|row| !row["product"].as_str().expect("text").contains("Windows"));
        linux.map(|row| &row["refused"]).collect()
    };
    assert_eq!(refused("0.352"), [&Value::Null]);
    assert_eq!(refused("0.38"), ["not yet in force"]);
    let text = world.run(&ask).await.stdout;
    assert!(text.contains("refused: not yet in force"), "{text}");
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
    assert!(
        rows.iter().all(|row| row["kind"] == "projected"),
        "{rows:?}"
    );
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

fn source<'a>(found: &'a Value, name: &str) -> &'a Value {
    let sources = found["sources"].as_array().expect("sources");
    sources
        .iter()
        .find(|source| source["source"] == name)
        .expect("a source")
}

fn found(printed: &Printed) -> Value {
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()))
}

#[tokio::test]
async fn prices_says_which_row_was_taken_and_why_the_others_were_not() {
    let mut world = one(json!({})).await;
    let ask = ["prices", "Standard_DS3_v2", "westeurope", "--json"];
    let printed = world.run(&ask).await;
    let first = found(&printed);
    assert_eq!(printed.code, 0);
    assert_eq!(
        (
            first["price"]["amount"].as_str(),
            first["price"]["source"].as_str()
        ),
        (Some("0.36"), Some("retail-prices"))
    );
    let rows = first["rows"].as_array().expect("rows");
    assert_eq!(
        rows.iter().filter(|row| row["refused"].is_null()).count(),
        1
    );
    let reasons: Vec<_> = rows
        .iter()
        .filter_map(|row| row["refused"].as_str())
        .collect();
    for reason in ["Windows", "Spot", "Low Priority"] {
        assert!(reasons.contains(&reason), "{reasons:?}");
    }
    assert_eq!(source(&first, "price-file")["why"], "PRICE_FILE is not set");
    assert_eq!(source(&first, "vm-sizes")["price"]["amount"], "0.36");
    let text = world.run(&ask[..3]).await.stdout;
    assert!(
        text.starts_with("Standard_DS3_v2 in westeurope: 0.36 USD an hour, from retail-prices"),
        "{text}"
    );
    assert!(
        text.contains("refused: Spot") && text.contains("): taken"),
        "{text}"
    );
    assert!(
        !world.ledger.join("derived").exists(),
        "who only looks writes nothing"
    );

    let text = "size,price,currency,from\nstandard_ds3_v2,0.3,USD,2020-01-01\n";
    world.set("PRICE_FILE", &file("other", text));
    assert_eq!(
        found(&world.run(&ask).await)["price"]["source"],
        "price-file"
    );

    let printed = world.run(&["prices", "Standard_X1", "westeurope"]).await;
    assert_eq!(printed.code, 1);
    assert!(
        printed
            .stdout
            .contains("no price, so hours are counted and no money"),
        "{}",
        printed.stdout
    );
}
