use super::document::Document;
use super::{Fold, read};
use chrono::NaiveDate;
use lamplighter_core::record::Record;
use serde_json::{Value, json};

const ID: &str = "/subscriptions/s/resourcegroups/g/workspaces/w/computes/pool";

fn date() -> NaiveDate {
    "2026-11-23".parse().expect("a date in a test")
}

fn record(id: &str, at: &str, owner: &str, what: Value) -> Record {
    let mut record = json!({
        "schema": 1, "id": id, "at": format!("2026-11-23T{at}Z"),
        "resource": {"id": ID, "kind": "cluster", "name": "Pool", "workspace": "w", "owner": owner, "tags": {"a": "b"}},
    });
    let fields = what.as_object().expect("fields").clone();
    record.as_object_mut().expect("fields").extend(fields);
    serde_json::from_value(record).expect("a record in a test")
}

/// In order of time; two of them are not shown.
fn all() -> Vec<Record> {
    let observed = |state: &str| {
        json!({"record": "observed", "observation": {
            "state": state, "power": "on", "count": 3, "since": "2026-11-23T08:00:00.5Z", "by": "others",
            "trigger": "User", "job": true, "hold": {"power": "on", "until": "2026-11-24T08:00:00Z"},
            "schedule": "Mon-Fri 08:00-19:00 UTC", "holidays": "PT",
        }})
    };
    let decided = |reason: &str| {
        json!({"record": "decision", "action": "leave", "reason": reason, "text": "t", "zone": "UTC", "dry_run": true,
            "evidence": ["one", "another"], "errors": []})
    };
    let mut newer = record(
        &format!("observed:{ID}:9"),
        "11:00:00",
        "ana",
        observed("Running"),
    );
    newer.schema = 9;
    vec![
        record(
            &format!("observed:{ID}:1"),
            "08:00:00",
            "ana",
            observed("Running"),
        ),
        record(
            &format!("decision:{ID}:1"),
            "08:00:01.25",
            "bo",
            decided("hold-off"),
        ),
        record("a name of its own", "08:00:01.25", "bo", decided("idle")),
        record(
            &format!("warning:{ID}:1"),
            "09:00:00",
            "bo",
            json!({"record": "warning", "text": "t"}),
        ),
        record(&format!("{ID}:2"), "10:00:00", "ana", observed("Idle")),
        newer,
        record(
            &format!("deleted:{ID}"),
            "12:00:00",
            "ana",
            json!({"record": "deleted"}),
        ),
    ]
}

fn fold(records: &[Record]) -> Document {
    let mut fold = Fold::new(date());
    records.iter().for_each(|record| fold.take(record));
    fold.finish()
}

#[test]
fn what_is_shown_is_read_as_it_was_recorded_in_whatever_order_it_came() {
    let mut records = all();
    let mut shown = records.clone();
    shown.retain(super::is_shown);
    shown.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    assert_eq!(shown.len(), 5);
    let bytes = serde_json::to_vec(&fold(&records)).expect("JSON");
    assert_eq!(read::records(&bytes, date()), Some(shown));
    // Twice, and turned round.
    records.extend(all());
    records.reverse();
    let again = serde_json::to_vec(&fold(&records)).expect("JSON");
    assert!(again == bytes);
}

#[test]
fn what_was_kept_whole_is_read_too_and_what_is_damaged_is_not() {
    let records = &all()[..2];
    let whole = json!({"schema": 1, "kind": "shown", "date": date(), "records": records});
    let whole = whole.to_string();
    assert_eq!(
        read::records(whole.as_bytes(), date()).as_deref(),
        Some(records)
    );
    let document = serde_json::to_value(fold(records)).expect("JSON");
    assert!(read::records(document.to_string().as_bytes(), date()).is_some());
    let others = [
        ("/schema", json!(3)),
        ("/kind", json!("day")),
        ("/date", json!("2026-11-24")),
        ("/texts", json!(["one"])),
        ("/resources", json!([])),
        ("/observed/0/0/2", json!(999)),
        ("/newer", json!(records)),
    ];
    for (field, value) in others {
        let mut other = document.clone();
        match other.pointer_mut(field) {
            Some(known) => *known = value,
            None => other[&field[1..]] = value,
        }
        let read = read::records(other.to_string().as_bytes(), date());
        assert_eq!(read, None, "{field}");
    }
}
