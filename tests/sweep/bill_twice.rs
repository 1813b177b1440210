//! What would count twice, or for years: folders that overlap, rows of the same use, numbers and dates of nowhere.

use super::bill_files::{Bills, HEAD, beside, refused, row};
use super::bills::{CI, a_day, lines};
use rust_decimal::Decimal;
use serde_json::{Value, json};

#[tokio::test]
async fn folders_that_overlap_and_files_in_them_count_once() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let half = (hours[0].0.clone(), hours[0].1 / Decimal::TWO);
    let early = bills.write("month/1/part_0.csv", format!("{HEAD}{}", row(&half)));
    bills.manifest("month/1", "2026-11-24T10:00:00Z", &["part_0.csv"]);
    let both = format!("{HEAD}{}{}", row(&hours[0]), row(&hours[1]));
    let late = bills.write("month/2/part_0.csv", both);
    bills.manifest("month/2", "2026-11-25T10:00:00Z", &["part_0.csv"]);
    let [all, month] = ["", "month"].map(|folder| bills.path(folder));
    let [first, last] = ["month/1", "month/2"].map(|folder| bills.path(folder));
    for (paths, earlier) in [
        (vec![&all, &month], 1),
        (vec![&month, &all, &month], 1),
        (vec![&last, &last], 0),
        (vec![&last, &all], 1),
        (vec![&first, &all, &last], 1),
        // Named first, and still part of an earlier run.
        (vec![&early, &all], 1),
        (vec![&late, &early, &all], 1),
    ] {
        let paths: Vec<&str> = paths.into_iter().map(String::as_str).collect();
        let printed = beside(&world, &paths, &["--json"]).await;
        assert_eq!(printed.code, 0, "{paths:?}: {}", printed.all());
        let found: Value = serde_json::from_str(&printed.stdout).expect("JSON");
        let runs = found["earlier_runs"].as_array().expect("a list");
        assert_eq!(runs.len(), earlier, "{paths:?}: {runs:?}");
        let run_1 = |run: &Value| run.as_str().expect("a path").ends_with("/1");
        assert!(runs.iter().all(run_1), "{paths:?}: {runs:?}");
        let counts = (&found["files"], &found["rows"]);
        assert_eq!(counts, (&json!(1), &json!(2)), "{paths:?}");
        assert_eq!(lines(&printed).len(), 2, "{paths:?}");
    }
    // An empty folder stays refused, also where its parent was walked before.
    std::fs::create_dir_all(bills.path("empty")).expect("a folder");
    let printed = beside(&world, &[&all, &bills.path("empty")], &[]).await;
    refused(&printed, &["empty: no file in it ends with"]);
}

#[tokio::test]
async fn the_same_use_at_another_cost_is_refused_whatever_is_billed() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let head = "Date,ResourceId,MeterCategory,MeterName,Quantity,Cost,EffectivePrice,ProductRate,Currency,Tags\n";
    let line = |id: &str, category: &str, meter: &str, cost: &str, tags: &str| {
        let hours = hours[0].1;
        format!(
            "{head}2026-11-24,{id},{category},{meter},{hours},{cost},{cost},{cost},USD,{tags}\n"
        )
    };
    let ci = format!("{CI}ci");
    let gone = format!("{CI}gone");
    for (id, category) in [
        (&ci, "Virtual Machines"),
        // Added up too, though nothing is compared with it.
        (&ci, "Storage"),
        (&gone, "Virtual Machines"),
    ] {
        let actual = bills.write("actual.csv", line(id, category, "D3", "3.96", ""));
        let amortized = bills.write("amortized.csv", line(id, category, "D3", "1.1", "a"));
        let printed = beside(&world, &[&actual, &amortized], &[]).await;
        let expected = "amortized.csv: line 2 stands in line 2 of ";
        refused(
            &printed,
            &[expected, "actual.csv, too: ", "its amortized cost?"],
        );
        // Another meter on the same day is another row.
        let other = bills.write("other.csv", line(id, category, "D4", "1.1", ""));
        let printed = beside(&world, &[&actual, &other], &[]).await;
        assert!(!printed.stderr.contains("stands in"), "{}", printed.all());
    }
}

#[tokio::test]
async fn absurd_numbers_are_refused_and_never_overflow() {
    let (world, _) = a_day().await;
    let bills = Bills::new();
    let line = |category: &str, hours: &str, cost: &str| {
        format!("{HEAD}2026-11-24,{CI}ci,{category},{hours},{cost},USD\n")
    };
    let huge = "79228162514264337593543950335";
    for (category, hours, cost, column) in [
        ("Virtual Machines", huge, "1", "Quantity"),
        ("Virtual Machines", "-1000000000000.1", "1", "Quantity"),
        ("Virtual Machines", "1", "7e28", "Cost"),
        ("Storage", "1", huge, "Cost"),
    ] {
        let row = line(category, hours, cost);
        let path = bills.write("huge.csv", &row);
        let printed = beside(&world, &[&path], &[]).await;
        let expected = format!("huge.csv: line 2, column {column}: '");
        refused(
            &printed,
            &[&expected, "is not a number up to 1000000000000"],
        );
    }
    // As large as may be, for next to no time: no rate.
    let row = line("Virtual Machines", "0.000000000000000000000001", "1e12");
    let path = bills.write("large.csv", row);
    let printed = beside(&world, &[&path], &[]).await;
    assert!(
        printed.code == 1 && printed.stdout.contains("unexplained: w/ci on 2026-11-24"),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn a_year_that_is_mistyped_is_refused_and_named() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let (ci, free) = (row(&hours[0]), row(&hours[1]));
    let other = bills.write("other.csv", format!("{HEAD}{ci}"));
    for (day, expected) in [
        (
            "1900-01-01",
            "odd.csv: line 2 is of 1900-01-01, and line 2 of ",
        ),
        (
            "2025-10-20",
            "odd.csv: line 2 is of 2025-10-20, and line 2 of ",
        ),
        (
            "9999-12-31",
            "other.csv: line 2 is of 2026-11-24, and line 2 of ",
        ),
    ] {
        let odd = bills.write(
            "odd.csv",
            format!("{HEAD}{}", free.replace("2026-11-24", day)),
        );
        let printed = beside(&world, &[&odd, &other], &[]).await;
        refused(&printed, &[expected, day, ": a bill has at most 400 days"]);
    }
    // 400 days, both ends included.
    let long = bills.write(
        "long.csv",
        format!("{HEAD}{}", free.replace("2026-11-24", "2025-10-21")),
    );
    let printed = beside(&world, &[&long, &other], &["--json"]).await;
    assert!(!printed.stderr.contains("400 days"), "{}", printed.all());
    let found: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    assert_eq!(found["from"], json!("2025-10-21"));
}
