//! Rows for other programs: figures alone in their cells, and what is missing beside them.

use super::{a_night, cell};
use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::json;

/// Figures of a replay, each in a cell of its own: none has words or commas in it.
#[tokio::test]
async fn a_replays_money_its_currency_and_hours_without_a_price_are_cells() {
    let sized = |name: &str, size: &str| {
        let mut one = instance(name, json!({"lamp-schedule": OFFICE}));
        one["vmSize"] = json!(size);
        one
    };
    let mut fleet = fleet(
        json!([
            instance("ci-ana", json!({"lamp-schedule": OFFICE})),
            sized("ci-new", "Standard_NEW1"),
        ]),
        &[],
    );
    fleet["prices"][0]["linux"] = json!("123.00");
    fleet["unpriced"] = json!(["Standard_NEW1"]);
    let world = World::new(fleet).await;
    let args = ["replay", "--from", "2026-11-24", "--to", "2026-11-26"];
    let printed = world.run(&[&args[..], &["--output", "csv"]].concat()).await;
    let of = |name: &str| {
        let mut rows = csv::Reader::from_reader(printed.stdout.as_bytes());
        let names = rows.headers().expect("names").clone();
        let mut rows = rows.records().map(|row| row.expect("a row"));
        let row = rows.find(|row| &row[1] == name);
        let row = row.unwrap_or_else(|| panic!("{}", printed.all()));
        let cells = names.iter().zip(row.iter());
        let cells = cells.map(|(name, cell)| (name.to_owned(), cell.to_owned()));
        cells.collect::<Vec<_>>()
    };
    let number = |row: &[(String, String)], name: &str| -> f64 {
        let cell = cell(row, name);
        cell.parse().unwrap_or_else(|_| panic!("{name}: {cell}"))
    };
    let (ana, new) = (of("ci-ana"), of("ci-new"));
    let off = number(&ana, "hours_off");
    let money = number(&ana, "upper_bound");
    assert!(
        money > 1000.0 && (money - off * 123.0).abs() < 0.05,
        "{ana:?}"
    );
    assert_eq!(cell(&ana, "currency"), "USD");
    assert_eq!(cell(&ana, "hours_without_price"), "0.0000");
    assert_eq!(
        (cell(&new, "upper_bound"), cell(&new, "currency")),
        ("", "")
    );
    assert_eq!(
        number(&new, "hours_without_price"),
        number(&new, "hours_off")
    );
    // People read the same with commas, and words under it.
    let shown = world.run(&args).await;
    assert!(
        shown.stdout.contains("h without a price"),
        "{}",
        shown.stdout
    );
}

/// What is missing is said beside the rows, and the exit code is that of the table.
#[tokio::test]
async fn a_price_that_is_missing_is_said_on_standard_error() {
    let world = a_night().await;
    for format in ["csv", "tsv"] {
        let args = ["prices", "Standard_None", "westeurope", "--output", format];
        let printed = world.run(&args).await;
        let said = "Standard_None in westeurope: no price, so hours are counted and no money";
        assert!(
            printed.code == 1 && printed.stderr.contains(said),
            "{}",
            printed.all()
        );
        assert!(
            printed.stderr.contains("retail-prices: none: "),
            "{}",
            printed.stderr
        );
        assert!(!printed.stdout.contains(said), "{}", printed.stdout);
    }
    let args = ["prices", "Standard_DS3_v2", "westeurope", "--output", "csv"];
    let printed = world.run(&args).await;
    assert!(
        printed.code == 0 && !printed.stderr.contains("none: "),
        "{}",
        printed.all()
    );
}
