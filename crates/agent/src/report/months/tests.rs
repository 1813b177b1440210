use super::read_shares;
use crate::ledger::Ledger;
use crate::report::rollup;
use crate::report::rows::GroupBy;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::record::Record;
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-{text}:00Z")
        .parse()
        .expect("a time in a test")
}

fn record(id: &str, at: DateTime<Utc>, name: &str, what: Value) -> Record {
    let mut record = json!({ "schema": 1, "id": id, "at": at });
    if !name.is_empty() {
        record["resource"] = json!({
            "id": format!("/subscriptions/s/resourcegroups/g/workspaces/w/computes/{name}"),
            "kind": "instance", "name": name, "workspace": "w", "vm_size": "D4", "location": "westeurope",
        });
    }
    let fields = what.as_object().expect("an object").clone();
    record.as_object_mut().expect("an object").extend(fields);
    serde_json::from_value(record).expect("a record in a test")
}

/// A night off of each of some instances, on a day of their own, and something of a later version.
fn nights() -> Vec<Record> {
    let begin = at("10-30T12:00");
    let mut records: Vec<Record> = (0..5 * 24)
        .map(|hour| {
            let what = json!({ "record": "sweep", "summary": { "dry_run": false, "unseen": [] } });
            record(
                &format!("sweep:{hour}"),
                begin + TimeDelta::hours(hour),
                "",
                what,
            )
        })
        .collect();
    for number in 0..12 {
        let name = format!("ci-{number}");
        let evening = begin + TimeDelta::hours(7 + 24 * (number % 4)) + TimeDelta::minutes(number);
        let id = format!("avoided:{name}");
        let price = json!({
            "amount": format!("0.{number}1"), "currency": "USD", "source": "price-file", "fetched_at": evening,
        });
        let interval = json!({
            "id": id, "kind": "avoided", "operation": name, "opened_at": evening,
            "horizon": evening + TimeDelta::hours(13), "vm_size": "D4", "location": "westeurope", "price": price,
        });
        let closed = json!({"interval": id, "kind": "avoided", "at": evening + TimeDelta::hours(9), "why": "started"});
        let opened = json!({"record": "opened", "interval": interval});
        let closed = json!({"record": "closed", "closed": closed});
        records.push(record(&format!("opened:{id}"), evening, &name, opened));
        let morning = evening + TimeDelta::hours(9);
        records.push(record(&format!("closed:{id}"), morning, &name, closed));
        let failed = json!({
            "record": "answer", "operation": name, "power": "off", "accepted": number % 2 == 0, "why": "no",
        });
        records.push(record(&format!("answer:{id}"), evening, &name, failed));
    }
    let future = json!({"record": "of the future"});
    records.push(record(
        "future:1",
        at("11-01T12:00"),
        "ci-1",
        future.clone(),
    ));
    records.push(record("future:2", at("11-02T12:00"), "", future));
    records
}

async fn reports(ledger: &Ledger, periods: &[(DateTime<Utc>, DateTime<Utc>)]) -> Vec<Value> {
    let mut all = Vec::new();
    for period in periods {
        let mut one: Option<Value> = None;
        // All at once, then fewer and fewer.
        for rows in [1_000_000, 20, 5, 1] {
            let read = read_shares(ledger, *period, at("11-04T18:00"), rows).await;
            let report = read.expect("read").report(GroupBy::Resource);
            let report = serde_json::to_value(report).expect("JSON");
            assert_eq!(one.get_or_insert_with(|| report.clone()), &report, "{rows}");
        }
        all.extend(one);
    }
    all
}

#[tokio::test]
async fn a_report_is_the_same_however_many_resources_are_in_memory_at_once() {
    let ledger = Ledger::in_memory();
    for record in nights() {
        let written = ledger.append(record.at, &record.id, &record).await;
        written.expect("a record");
    }
    // Ends that cut days, at a midnight, and in two months.
    let periods = [
        (at("10-30T20:00"), at("11-03T12:30")),
        (at("10-31T00:00"), at("11-02T00:00")),
        (at("11-01T00:00"), at("12-01T00:00")),
    ];
    let from_records = reports(&ledger, &periods).await;
    let newer = &from_records[0]["newer_records"]["of the future"];
    assert_eq!(newer, &json!(2));
    assert_eq!(
        from_records[0]["resources"].as_object().map(|of| of.len()),
        Some(12)
    );
    let rebuilt = rollup::rebuild(&ledger, at("11-04T18:00")).await;
    assert!(rebuilt.expect("rolled up").days > 3);
    assert_eq!(reports(&ledger, &periods).await, from_records);
}
