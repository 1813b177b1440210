//! Days rolled up say what their records say, and can be lost, damaged and made anew.

use super::history::{begin, end, events, tell};
use crate::common::folder::Folder;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::{self, GroupBy, page, rollup};
use lamplighter_core::record::Record;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::path::PathBuf;

/// A ledger that holds these records, and its folder.
pub async fn holding(records: &[Record]) -> (Folder, Ledger) {
    let folder = Folder::unmade("savings");
    let ledger = Ledger::scratch(folder.path()).await.expect("a ledger");
    for record in records {
        let written = ledger.append(record.at, &record.id, record).await;
        written.expect("a record");
    }
    (folder, ledger)
}

fn day(folder: &Folder, date: &str) -> PathBuf {
    folder.join(format!("derived/days/{date}.json"))
}

/// Some histories, the same at every run.
pub fn stories(count: usize) -> Vec<Vec<Record>> {
    let mut runner = TestRunner::deterministic();
    let mut story = || {
        let events = events().new_tree(&mut runner).expect("a history").current();
        tell(&events).records
    };
    (0..count).map(|_| story()).collect()
}

async fn read(ledger: &Ledger, from: DateTime<Utc>, to: DateTime<Utc>) -> Value {
    let known = report::read(ledger, from, to, end()).await;
    let report = known.expect("a report").report(GroupBy::Cause);
    serde_json::to_value(report).expect("JSON")
}

/// The single records that the page of two weeks is made from.
async fn single(ledger: &Ledger) -> Vec<Record> {
    let to = begin() + TimeDelta::days(14);
    let input = page::read(ledger, begin(), to, to).await.expect("a page");
    input.records
}

fn later() -> DateTime<Utc> {
    end() + TimeDelta::days(3)
}

#[tokio::test]
async fn a_report_is_the_same_from_roll_ups_and_from_records() {
    let cut = begin() + TimeDelta::hours(24 * 5 + 7);
    for records in stories(12) {
        let (_folder, ledger) = holding(&records).await;
        let periods = [(begin(), end()), (begin(), cut), (cut, end())];
        let mut before = Vec::new();
        for (from, to) in periods {
            before.push(read(&ledger, from, to).await);
        }
        let single_before = single(&ledger).await;
        let rebuilt = rollup::rebuild(&ledger, later()).await.expect("rolled up");
        assert_eq!(
            (rebuilt.missing.len(), rebuilt.differed.len()),
            (rebuilt.days, 0)
        );
        assert!(rebuilt.days >= 10, "{rebuilt:?}");
        for ((from, to), before) in periods.into_iter().zip(before) {
            assert_eq!(read(&ledger, from, to).await, before);
        }
        assert_eq!(single(&ledger).await, single_before);
    }
}

#[tokio::test]
async fn roll_ups_are_what_is_read_and_are_mended_when_they_differ() {
    let records = stories(3)
        .into_iter()
        .max_by_key(Vec::len)
        .expect("a history");
    let (folder, ledger) = holding(&records).await;
    let (truth, shown) = (read(&ledger, begin(), end()).await, single(&ledger).await);
    assert!(!shown.is_empty());
    rollup::rebuild(&ledger, later()).await.expect("rolled up");
    // A year's records may lie in a cold place: the report does not ask for them.
    let recorded = folder.join("records/2026/10/21");
    for entry in std::fs::read_dir(&recorded).expect("a day") {
        let path = entry.expect("a record").path();
        std::fs::write(path, "cold").expect("written over");
    }
    assert_eq!(read(&ledger, begin(), end()).await, truth);
    assert_eq!(single(&ledger).await, shown);
    // What cannot be read is not rolled up, and its old roll-up stands.
    let rebuilt = rollup::rebuild(&ledger, later()).await.expect("rolled up");
    assert_eq!(rebuilt.unreadable, ["2026-10-21".parse().expect("a date")]);

    let (folder, ledger) = holding(&records).await;
    rollup::rebuild(&ledger, later()).await.expect("rolled up");
    let (first, second) = (day(&folder, "2026-10-20"), day(&folder, "2026-10-22"));
    std::fs::remove_file(&first).expect("lost");
    let text = std::fs::read_to_string(&second).expect("a roll-up");
    let other = text.replace("\"records\":", "\"records\":9");
    std::fs::write(&second, other).expect("tampered with");
    std::fs::write(day(&folder, "2026-10-24"), "{").expect("damaged");
    let of_a_day = folder.join("derived/shown/2026-10-26.json");
    let text_of_day = std::fs::read_to_string(&of_a_day).expect("a day");
    std::fs::write(&of_a_day, "{").expect("damaged");
    // The records are read in its place.
    assert_eq!(single(&ledger).await, shown);
    let dates = |dates: &[&str]| -> Vec<chrono::NaiveDate> {
        dates
            .iter()
            .map(|date| date.parse().expect("a date"))
            .collect()
    };
    let rebuilt = rollup::rebuild(&ledger, later()).await.expect("rolled up");
    let missing = ["2026-10-20", "2026-10-24", "2026-10-26"];
    assert_eq!(rebuilt.missing, dates(&missing));
    let mended = std::fs::read_to_string(&of_a_day);
    assert_eq!(mended.expect("a day"), text_of_day);
    assert_eq!(rebuilt.differed, dates(&["2026-10-22"]));
    assert_eq!(std::fs::read_to_string(&second).expect("a roll-up"), text);
    assert_eq!(read(&ledger, begin(), end()).await, truth);
}

#[tokio::test]
async fn a_sweep_rolls_up_one_day_that_is_over_and_never_today() {
    let records = stories(1).remove(0);
    let (_folder, ledger) = holding(&records).await;
    let noon = begin() + TimeDelta::hours(36);
    let mut rolled = Vec::new();
    while let Some(date) = rollup::roll_up(&ledger, noon).await.expect("rolled up") {
        rolled.push(date.to_string());
    }
    assert_eq!(rolled, ["2026-10-19"]);
    let soon = begin() + TimeDelta::hours(48) + TimeDelta::minutes(30);
    assert_eq!(rollup::roll_up(&ledger, soon).await.expect("nothing"), None);
}
