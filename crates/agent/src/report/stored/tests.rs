use super::document::{Document, SCHEMA};
use super::{read, write};
use crate::report::day::Day;
use crate::report::fold::Fold;
use lamplighter_core::record::Record;
use serde_json::{Value, json};

const ID: &str = "/subscriptions/s/resourcegroups/g/workspaces/w/computes/pool";

fn record(kind: &str, schema: u32, number: u32) -> Record {
    let record = json!({
        "schema": schema, "id": format!("{kind}:{number}"), "at": "2026-11-23T12:00:00Z", "record": kind, "text": "t",
        "resource": { "id": ID, "kind": "cluster", "name": "Pool", "workspace": "w" },
    });
    serde_json::from_value(record).expect("a record in a test")
}

fn document(records: &[Record]) -> Document {
    let date = "2026-11-23".parse().expect("a date in a test");
    let mut fold = Fold::new(date);
    records.iter().for_each(|record| fold.take(record));
    fold.finish()
}

/// Written and read again.
fn stored(document: &Document) -> (Vec<u8>, Day) {
    let bytes = write(document).expect("JSON");
    let read = read(&bytes).expect("a document");
    assert!(read == *document);
    let day = read.day(None).expect("a day");
    (bytes, day)
}

#[test]
fn records_of_a_later_version_are_kept_whole() {
    let (_, day) = stored(&document(&[
        record("warning", 1, 1),
        record("future", 1, 2),
        record("warning", 9, 3),
    ]));
    assert_eq!((day.records, day.newer.len()), (3, 2));
    assert_eq!(day.newer[1], record("warning", 9, 3));
}

#[test]
fn a_day_that_a_version_with_less_knowledge_rolled_up_is_made_anew() {
    let (bytes, _) = stored(&document(&[record("future", 1, 1)]));
    // To this version the kind is none of the future.
    let mut document: Value = serde_json::from_slice(&bytes).expect("JSON");
    document["newer"][0]["record"] = json!("warning");
    assert!(read(document.to_string().as_bytes()).is_none());
    let others = [
        ("schema", json!(SCHEMA - 1)),
        ("schema", json!(SCHEMA + 1)),
        ("kind", json!("week")),
    ];
    for (field, value) in others {
        let mut other: Value = serde_json::from_slice(&bytes).expect("JSON");
        other[field] = value;
        assert!(read(other.to_string().as_bytes()).is_none(), "{field}");
    }
}

#[test]
fn what_was_seen_of_the_use_of_a_resource_is_kept() {
    let seen = json!({
        "schema": 1, "id": "use:1", "at": "2026-11-23T12:00:00Z", "record": "use",
        "resource": { "id": ID, "kind": "instance", "name": "Pool", "workspace": "w" },
        "seen": {
            "day": "2026-11-22", "gpu_load": 12,
            "changes": [{"at": "2026-11-22T08:00:00Z", "power": "on", "by": "person"}],
            "work": [{"from": "2026-11-22T08:05:00Z", "to": "2026-11-22T09:00:00Z", "source": "metrics"}],
            "quiet": [{"from": "2026-11-22T09:00:00Z", "to": "2026-11-22T10:00:00Z"}],
        },
    });
    let (bytes, day) = stored(&document(&[
        serde_json::from_value(seen.clone()).expect("a record")
    ]));
    assert_eq!(day.uses.len(), 1);
    let document: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(document["uses"][0][1], seen["seen"]);
}
