use super::super::rollup;
use super::add_up;
use crate::ledger::Ledger;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use lamplighter_core::record::Record;
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-{text}:00Z")
        .parse()
        .expect("a time in a test")
}

fn october() -> NaiveDate {
    "2026-10-01".parse().expect("a date in a test")
}

fn record(id: &str, at: DateTime<Utc>, resource: Option<&str>, what: Value) -> Record {
    let mut record = json!({ "schema": 1, "id": id, "at": at });
    if let Some(name) = resource {
        record["resource"] = json!({
            "id": format!("/subscriptions/s/resourcegroups/g/workspaces/w/computes/{name}"),
            "kind": "instance", "name": name, "workspace": "w", "vm_size": "D4", "location": "westeurope",
        });
    }
    let fields = what.as_object().expect("an object").clone();
    record.as_object_mut().expect("an object").extend(fields);
    serde_json::from_value(record).expect("a record in a test")
}

fn opened(name: &str, opened_at: DateTime<Utc>, currency: &str) -> Record {
    let id = format!("avoided:{name}:{opened_at}");
    let interval = json!({
        "id": id, "kind": "avoided", "operation": id, "cause": "schedule", "opened_at": opened_at,
        "horizon": opened_at + TimeDelta::hours(13), "count": 1, "vm_size": "D4", "location": "westeurope",
        "price": { "amount": "0.3", "currency": currency, "source": "price-file", "fetched_at": opened_at },
        "benefit": "none",
    });
    let what = json!({ "record": "opened", "interval": interval });
    record(&format!("opened:{id}"), opened_at, Some(name), what)
}

/// A month in which each of three was on, one of them alone has a price, and sweeps came every two hours.
fn month() -> Vec<Record> {
    let begin = at("10-01T00:00");
    let mut records: Vec<Record> = (0..31 * 12)
        .map(|number| {
            let at = begin + TimeDelta::hours(2 * number);
            let what = json!({ "record": "sweep", "summary": { "dry_run": false, "unseen": [] } });
            record(&format!("sweep:{number}"), at, None, what)
        })
        .collect();
    for name in ["ana", "ben", "eva"] {
        let observation =
            json!({ "state": "Running", "power": "on", "since": begin, "job": false });
        let what = json!({ "record": "observed", "observation": observation });
        records.push(record(&format!("observed:{name}"), begin, Some(name), what));
    }
    records.push(opened("ana", at("10-09T19:00"), "USD"));
    records
}

async fn rolled_up(records: &[Record]) -> Ledger {
    let ledger = Ledger::in_memory();
    for record in records {
        let written = ledger.append(record.at, &record.id, record).await;
        written.expect("a record");
    }
    let rebuilt = rollup::rebuild(&ledger, at("11-20T00:00")).await;
    rebuilt.expect("rolled up");
    ledger
}

#[tokio::test]
async fn a_month_comes_to_the_same_however_many_resources_are_in_memory_at_once() {
    let ledger = rolled_up(&month()).await;
    let now = at("11-20T00:00");
    let mut all = Vec::new();
    for most in [1, 2, 500] {
        let added = add_up(&ledger, october(), now, most, &|| true).await;
        all.push(added.expect("read").expect("added up"));
    }
    assert_eq!(all[2].sums.resources.len(), 3);
    // All of it is priced, by the one interval that has a price, up to the last sweep at 22:00.
    let on = all[2].total(&|of| of.name == "ben").1;
    let watched = 31 * 86_400 - 7_200;
    assert_eq!((on.on_seconds, on.on_unpriced_seconds), (watched, 0));
    assert_eq!(all[0], all[2]);
    assert_eq!(all[1], all[2]);
}

#[tokio::test]
async fn a_month_of_two_currencies_or_of_records_of_a_later_version_is_not_kept() {
    let now = at("11-20T00:00");
    let euros = opened("ben", at("10-20T19:00"), "EUR");
    let later = record(
        "future:1",
        at("10-20T19:00"),
        Some("ben"),
        json!({ "record": "future" }),
    );
    // What is found out in the week after it, or was found out before it, is a part of it.
    let after = record(
        "future:2",
        at("11-03T10:00"),
        None,
        json!({ "record": "future" }),
    );
    let before = record(
        "future:3",
        at("09-20T10:00"),
        None,
        json!({ "record": "future" }),
    );
    for other in [euros, later, after, before] {
        let mut records = month();
        records.push(other);
        let ledger = rolled_up(&records).await;
        let added = add_up(&ledger, october(), now, 500, &|| true).await;
        assert_eq!(added.expect("read"), None);
    }
}
