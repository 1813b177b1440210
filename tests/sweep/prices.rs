//! Where prices come from, and from when one holds.

use super::money::{a_night, decimal, money, one, report, rows};
use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use serde_json::{Value, json};

fn file(name: &str, text: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("{name}-{:x}.csv", fastrand::u64(..)));
    std::fs::write(&path, text).expect("a file");
    path.to_str().expect("a name").into()
}

/// The rows of what was avoided, without those of time on and off.
async fn avoided(world: &World) -> Vec<Value> {
    let mut rows = rows(world).await;
    rows.retain(|row| row["kind"] == "avoided");
    rows
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
    let rows = avoided(&world).await;
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
    let rows = avoided(&world).await;
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
    let rows = avoided(&world).await;
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
    let rows = rows(&world).await;
    let prices = |kind: &str| -> Vec<_> {
        let of_kind = rows.iter().filter(|row| row["kind"] == kind);
        of_kind.map(|row| row["price_per_hour"].clone()).collect()
    };
    assert_eq!(prices("avoided"), ["0.36", "0.72"]);
    // What always-on would cost changes with it, and what is spent.
    assert_eq!(prices("off"), ["0.36", "0.72"]);
    assert_eq!(prices("on"), ["0.36", "0.72"]);
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
