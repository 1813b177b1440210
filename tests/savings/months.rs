//! A period is counted month by month; what months come to is kept, can be lost and damaged, and is made anew.

use super::history::{at, begin, end};
use super::rollups::{holding, stories};
use crate::common::folder::Folder;
use crate::common::world::{Printed, World, fleet};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use lamplighter_agent::ledger::{Ledger, SWEEP_HISTORY_KEY};
use lamplighter_agent::report::{self, GroupBy, kept_months, page, rollup};
use lamplighter_core::record::{Record, Resource, What};
use lamplighter_core::tz::Tz;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// Nothing is found out any more of October.
fn later() -> DateTime<Utc> {
    at("2026-11-20T18:30:00Z")
}

fn periods() -> [(DateTime<Utc>, DateTime<Utc>); 4] {
    [
        (at("2026-09-01T00:00:00Z"), at("2026-12-01T00:00:00Z")),
        (at("2026-10-01T00:00:00Z"), at("2026-11-01T00:00:00Z")),
        (begin() + TimeDelta::hours(31), end() - TimeDelta::hours(7)),
        (begin(), end()),
    ]
}

/// The last sweep ended with the history.
async fn swept(ledger: &Ledger) {
    let loaded = ledger.load_or_begin_anew::<Value>(SWEEP_HISTORY_KEY).await;
    let (_, version, _) = loaded.expect("nothing yet");
    let swept = json!({"last": {"at": end()}});
    let saved = ledger.save(SWEEP_HISTORY_KEY, &swept, &version).await;
    saved.expect("saved");
}

/// A period's report, by all that it can be by.
async fn read(ledger: &Ledger, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Value> {
    let known = report::read_sums(ledger, (from, to), later()).await;
    let known = known.expect("a report");
    let by = [GroupBy::Workspace, GroupBy::Cause, GroupBy::Resource];
    by.map(|by| json!(known.report(by))).to_vec()
}

/// The page's months, with what was spent, of the resources that are wanted.
async fn months(ledger: &Ledger, wanted: &(dyn Fn(&Resource) -> bool + Sync)) -> Value {
    let period = (at("2026-11-01T00:00:00Z"), later());
    let input = page::read_whole(ledger, period, later(), wanted, Tz::UTC).await;
    json!(page::build(&input.expect("a page")).months)
}

async fn keep(ledger: &Ledger) -> Vec<String> {
    rollup::rebuild(ledger, at("2026-11-05T00:00:00Z"))
        .await
        .expect("rolled up");
    let kept = kept_months::keep_months(ledger, later(), &|| true).await;
    let kept = kept.expect("kept").into_iter();
    kept.map(|month| month.to_string()).collect()
}

/// Nothing that days say can be read any more.
fn lose_days(folder: &Folder) {
    for lost in ["records/2026/10", "derived/days"] {
        std::fs::remove_dir_all(folder.join(lost)).expect("lost");
    }
    // The month is known by its folder.
    std::fs::create_dir_all(folder.join("records/2026/10/19")).expect("a folder");
}

#[tokio::test]
async fn a_period_says_the_same_at_once_by_months_and_by_what_is_kept_of_them() {
    for records in stories(4) {
        let (folder, ledger) = holding(&records).await;
        swept(&ledger).await;
        let mut before = Vec::new();
        for period in periods() {
            before.push(read(&ledger, period).await);
        }
        // At once, as one period that knows no months.
        let (from, to) = periods()[3];
        let known = report::read(&ledger, from, to, later()).await;
        let at_once = known.expect("a report").report(GroupBy::Workspace);
        assert_eq!(json!(at_once), before[3][0]);
        // And from records alone, of which nothing is let go.
        for ((from, to), before) in periods().into_iter().zip(&before) {
            let whole = json!(report::report(&records, from, to, later()));
            for part in [
                "total",
                "workspaces",
                "resources",
                "days",
                "beyond",
                "currency",
                "failed",
            ] {
                assert_eq!(whole[part], before[0][part], "{part}");
            }
        }
        let of_all = months(&ledger, &|_| true).await;
        assert_ne!(of_all[10]["spent"]["on_seconds"], json!(0), "{of_all}");
        let of_none = months(&ledger, &|_| false).await;
        assert_eq!(keep(&ledger).await, ["2026-10-01"]);
        for (period, before) in periods().into_iter().zip(&before) {
            assert_eq!(&read(&ledger, period).await, before);
        }
        assert_eq!(
            kept_months::keep_months(&ledger, later(), &|| true)
                .await
                .expect("kept"),
            []
        );
        lose_days(&folder);
        assert_eq!(read(&ledger, periods()[1]).await, before[1]);
        // Of the page, October is the month before and is read by its days; it is not in December's.
        let december = at("2026-12-20T00:00:00Z");
        let period = (at("2026-12-01T00:00:00Z"), december);
        for (wanted, expected) in [(true, of_all), (false, of_none)] {
            let wanted = &move |_: &Resource| wanted;
            let input = page::read_whole(&ledger, period, december, wanted, Tz::UTC).await;
            let page = json!(page::build(&input.expect("a page")).months);
            assert_eq!(page[9], expected[10]);
        }
    }
}

/// From the last week of October on all prices are in euros.
fn in_two_currencies(mut records: Vec<Record>) -> Vec<Record> {
    let euros = at("2026-10-26T00:00:00Z");
    for record in records.iter_mut().filter(|record| record.at >= euros) {
        let price = match &mut record.what {
            What::Opened { interval } => interval.price.as_mut(),
            What::Price { price, .. } => Some(price),
            _ => None,
        };
        if let Some(price) = price {
            price.currency = "EUR".into();
        }
    }
    records
}

#[tokio::test]
async fn money_of_another_currency_than_the_latest_is_in_no_sum_of_months() {
    let mut changed = 0;
    for records in stories(8) {
        let (_folder, ledger) = holding(&in_two_currencies(records)).await;
        let (from, to) = periods()[3];
        let known = report::read(&ledger, from, to, later()).await;
        let at_once = json!(known.expect("a report").report(GroupBy::Workspace));
        assert_eq!(read(&ledger, (from, to)).await[0], at_once);
        let unpriced = &at_once["total"]["figures"]["unpriced_seconds"];
        changed += usize::from(at_once["currency"] == "EUR" && unpriced != &json!(0));
    }
    assert!(changed > 3, "{changed}");
}

fn rebuilt(folder: &Folder) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command.env_clear().env("LEDGER", folder.path());
    let rebuilt = command.args(["report", "--rebuild"]).output();
    rebuilt.expect("the program runs")
}

#[tokio::test]
async fn a_month_that_is_damaged_is_read_by_its_days_and_mended() {
    let records = stories(3).into_iter().max_by_key(Vec::len);
    let (folder, ledger) = holding(&records.expect("a history")).await;
    swept(&ledger).await;
    let truth = read(&ledger, periods()[1]).await;
    let figures = &truth[0]["total"]["figures"];
    assert_ne!(figures["saved_seconds"], json!(0), "{figures}");
    assert_eq!(keep(&ledger).await, ["2026-10-01"]);
    let document = folder.join("derived/months/1/2026-10.json");
    let text = std::fs::read_to_string(&document).expect("a month");
    for (damaged, differs) in [
        ("{".to_owned(), false),
        (
            text.replace(
                "\"schema\":1,\"kind\":\"month\"",
                "\"schema\":9,\"kind\":\"month\"",
            ),
            false,
        ),
        (
            text.replace("\"month\":\"2026-10-01\"", "\"month\":\"2026-09-01\""),
            false,
        ),
        (
            text.replace("\"saved_seconds\":", "\"saved_seconds\":9"),
            true,
        ),
    ] {
        assert_ne!(damaged, text);
        std::fs::write(&document, &damaged).expect("written over");
        assert_eq!(read(&ledger, periods()[1]).await != truth, differs);
        if differs {
            // Which months are over by then is this computer's clock's.
            let rebuilt = rebuilt(&folder);
            let said = String::from_utf8_lossy(&rebuilt.stdout).into_owned();
            let mended = "2026-10: its sums differed from its days, and are mended";
            assert!(said.contains(mended), "{said}");
            assert_eq!(rebuilt.status.code(), Some(1), "{said}");
        } else {
            let rebuilt = kept_months::rebuild(&ledger, later()).await;
            let rebuilt = rebuilt.expect("rebuilt");
            let october = vec![begin().date_naive().with_day(1).expect("a date")];
            assert_eq!((rebuilt.months, rebuilt.missing), (1, october));
        }
        assert_eq!(std::fs::read_to_string(&document).expect("a month"), text);
    }
    // Where sweeps have no time, or something cannot be read, nothing is kept.
    std::fs::remove_file(&document).expect("lost");
    assert_eq!(
        kept_months::keep_months(&ledger, later(), &|| false)
            .await
            .expect("none"),
        []
    );
    let early = at("2026-11-07T23:59:59Z");
    assert_eq!(
        kept_months::keep_months(&ledger, early, &|| true)
            .await
            .expect("none"),
        []
    );
    assert!(!document.exists());
}

async fn sweep(world: &World, time: &str, args: &[&str]) -> Printed {
    world.simulator.advance_to(at(time));
    world.sweep_with(args).await
}

#[tokio::test]
async fn a_sweep_keeps_what_a_month_came_to_once_it_is_over() {
    let (folder, ledger) = holding(&stories(1).remove(0)).await;
    rollup::rebuild(&ledger, at("2026-11-05T00:00:00Z"))
        .await
        .expect("rolled up");
    let mut world = World::new(fleet(json!([]), &[])).await;
    world.set("LEDGER", folder.text());
    let document = folder.join("derived/months/1/2026-10.json");
    // It is too early in the day, or nothing is to be written.
    for (time, args) in [
        ("2026-12-01T01:30:00Z", &[][..]),
        ("2026-12-01T02:30:00Z", &["--dry-run"][..]),
    ] {
        let swept = sweep(&world, time, args).await;
        assert_eq!(swept.code, 0, "{}", swept.all());
        assert!(!document.exists(), "{time}");
    }
    let swept = sweep(&world, "2026-12-01T02:35:00Z", &[]).await;
    assert!(!swept.all().contains("were not kept"), "{}", swept.all());
    assert!(document.exists());
    // Once a day, whichever process has a turn.
    std::fs::remove_file(&document).expect("lost");
    sweep(&world, "2026-12-01T02:45:00Z", &[]).await;
    assert!(!document.exists());
    sweep(&world, "2026-12-02T02:45:00Z", &[]).await;
    assert!(document.exists());
    let printed = world.run(&["report", "--month", "2026-10", "--json"]).await;
    let report: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    let (from, to) = periods()[1];
    let known = report::read(&ledger, from, to, later()).await;
    let by_days = json!(known.expect("a report").report(GroupBy::Workspace));
    assert_eq!(report["total"], by_days["total"]);
}
