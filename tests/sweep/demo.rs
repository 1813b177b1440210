//! The demo: its table, and its promises over other fleets of people.

use crate::common::seeds::seeds;
use rust_decimal::Decimal;
use serde_json::Value;
use std::process::Command;

fn demo(args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    let output = command
        .arg("demo")
        .args(args)
        .env_clear()
        .output()
        .expect("the program runs");
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn money(value: &Value) -> Decimal {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no money: {value}"))
}

#[test]
fn fortnights_of_other_seeds_keep_every_promise() {
    for seed in seeds(1) {
        let (code, printed) = demo(&["--json", "--seed", &seed.to_string()]);
        let outcome: Value =
            serde_json::from_str(&printed).unwrap_or_else(|_| panic!("seed {seed}: {printed}"));
        let check = &outcome["check"];
        for promise in [
            "jobs_killed",
            "starts_undone",
            "left_on",
            "overstated",
            "problems",
        ] {
            assert_eq!(
                check[promise].as_array().map(Vec::len),
                Some(0),
                "seed {seed}, {promise}: {}",
                check[promise]
            );
        }
        assert_eq!(
            (code, check["repeated_actions"].as_u64()),
            (0, Some(0)),
            "seed {seed}"
        );
        assert!(
            check["second_sweeps"].as_u64() > Some(5),
            "seed {seed}: too few second sweeps were tried"
        );
        naive_recount(seed, &outcome);
    }
}

/// The total, against a recount of the simulator's two bills that knows nothing of intervals.
fn naive_recount(seed: u64, outcome: &Value) {
    let (mut with, mut without) = (Decimal::ZERO, Decimal::ZERO);
    for (id, bill) in outcome["bills"].as_object().expect("bills") {
        let (billed, would) = (money(&bill[0]), money(&bill[1]));
        (with, without) = (with + billed, without + would);
        let saved = outcome["report"]["resources"]
            .get(id)
            .map_or(Decimal::ZERO, |figures| money(&figures["saved"]));
        let upper = outcome["report"]["resources"]
            .get(id)
            .map_or(Decimal::ZERO, |figures| money(&figures["upper_bound"]));
        assert!(saved <= upper, "seed {seed}, {id}: {saved}, {upper}");
        assert!(
            saved <= would - billed,
            "seed {seed}, {id}: {saved} of {}",
            would - billed
        );
    }
    let total = &outcome["report"]["total"]["figures"];
    let (saved, upper) = (money(&total["saved"]), money(&total["upper_bound"]));
    let fell = without - with;
    assert!(
        fell > Decimal::ZERO && saved <= fell && saved <= upper,
        "seed {seed}: {saved}, {upper}, {fell}"
    );
    println!(
        "seed {seed}: claimed as saved: {:.1} % of what the bill fell; left out: {}",
        saved / fell * Decimal::ONE_HUNDRED,
        outcome["report"]["beyond"]
    );
    // Seven tenths of what the bill really fell are to be claimed: a saved figure of nothing would be true as well.
    assert!(
        saved * Decimal::TEN >= fell * Decimal::from(7),
        "seed {seed}: {saved} of {fell}"
    );
}

#[test]
fn the_table_names_what_was_done_left_and_mistyped() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("demo-{:x}", fastrand::u64(..)));
    let (code, table) = demo(&["--keep", folder.to_str().expect("a name")]);
    assert_eq!(code, 0, "{table}");
    for part in [
        "Workspace",
        "Saved",
        "Upper bound",
        "Without Lamplighter",
        "ml-lisbon-nlp",
        "All",
        "Mon-Fry",
        "Mon-Fri 08:00-19:00",
        "0 jobs cut short",
    ] {
        assert!(table.contains(part), "{part} in:\n{table}");
    }
    assert!(folder.join("records").is_dir());
    let again = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .args(["demo", "--keep"])
        .arg(&folder)
        .output()
        .expect("it runs");
    assert!(
        !again.status.success() && String::from_utf8_lossy(&again.stderr).contains("not empty")
    );
    let _ = std::fs::remove_dir_all(&folder);
}
