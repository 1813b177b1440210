use super::document::SCHEMA;
use super::{read, write};
use crate::report::day::Day;
use lamplighter_core::record::Record;
use serde_json::{Value, json};

const ID: &str = "/subscriptions/s/resourcegroups/g/workspaces/w/computes/pool";

fn record(kind: &str, schema: u32) -> Record {
    let record = json!({
        "schema": schema, "id": format!("{kind}:1"), "at": "2026-11-23T12:00:00Z", "record": kind, "text": "t",
        "resource": { "id": ID, "kind": "cluster", "name": "Pool", "workspace": "w" },
    });
    serde_json::from_value(record).expect("a record in a test")
}

fn day(records: &[Record]) -> Day {
    let date = "2026-11-23".parse().expect("a date in a test");
    Day::of(date, records)
}

#[test]
fn records_of_a_later_version_are_kept_whole() {
    let day = day(&[
        record("warning", 1),
        record("future", 1),
        record("warning", 9),
    ]);
    assert_eq!((day.records, day.newer.len()), (3, 2));
    let bytes = write(&day).expect("JSON");
    assert_eq!(read(&bytes), Some(day));
}

#[test]
fn a_day_that_a_version_with_less_knowledge_rolled_up_is_made_anew() {
    let bytes = write(&day(&[record("future", 1)])).expect("JSON");
    assert!(read(&bytes).is_some());
    // To this version the kind is none of the future.
    let mut document: Value = serde_json::from_slice(&bytes).expect("JSON");
    document["newer"][0]["record"] = json!("warning");
    assert_eq!(read(document.to_string().as_bytes()), None);
    let others = [
        ("schema", json!(SCHEMA - 1)),
        ("schema", json!(SCHEMA + 1)),
        ("kind", json!("week")),
    ];
    for (field, value) in others {
        let mut other: Value = serde_json::from_slice(&bytes).expect("JSON");
        other[field] = value;
        assert_eq!(read(other.to_string().as_bytes()), None, "{field}");
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
    let day = day(&[serde_json::from_value(seen.clone()).expect("a record")]);
    assert_eq!(day.uses.len(), 1);
    let bytes = write(&day).expect("JSON");
    let document: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(document["uses"][0][1], seen["seen"]);
    assert_eq!(read(&bytes), Some(day));
}
