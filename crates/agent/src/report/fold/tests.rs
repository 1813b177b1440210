use super::Fold;
use crate::report::day::Day;
use lamplighter_core::record::{Cause, Reason, Record};
use serde_json::{Value, json};

const OPERATION: &str = "/s/w/computes/a:stop:1";

fn record(of: &str, (id, at): (&str, &str), owner: &str, what: Value) -> Record {
    let mut record = json!({
        "schema": 1, "id": id.replace('@', &format!("/s/w/computes/{of}")), "at": format!("2026-11-23T{at}Z"),
    });
    let fields = record.as_object_mut().expect("fields");
    if !of.is_empty() {
        let resource = json!({
            "id": format!("/s/w/computes/{of}"), "kind": "instance", "name": of, "workspace": "w", "owner": owner,
            "vm_size": "S", "location": "r",
        });
        fields.insert("resource".into(), resource);
    }
    fields.extend(what.as_object().expect("fields").clone());
    serde_json::from_value(record).expect("a record in a test")
}

fn decided(reason: &str, action: &str, wrong: bool) -> Value {
    let error = json!({
        "tag": "lamp-idle", "layer": "compute", "value": "x", "column": 1, "message": "m", "suggestion": null, "blocks": true,
    });
    let errors = if wrong { vec![error] } else { Vec::new() };
    json!({"record": "decision", "action": action, "reason": reason, "text": "t", "dry_run": false, "errors": errors})
}

fn asked(reason: &str) -> Value {
    let at = "2026-11-23T19:00:00Z";
    let operation = json!({
        "id": OPERATION, "power": "off", "reason": reason, "cause": at, "requested_at": at, "claimed_until": at,
    });
    json!({"record": "action", "operation": operation})
}

fn answered(accepted: bool, why: Option<&str>) -> Value {
    json!({"record": "answer", "operation": OPERATION, "power": "off", "accepted": accepted, "why": why})
}

fn settled(how: &str) -> Value {
    let ended = json!({"at": "2026-11-23T19:05:00Z", "how": how, "why": null});
    json!({
        "record": "settlement", "operation": OPERATION, "power": "off", "reason": "schedule-off", "ended": ended,
    })
}

fn opened(amount: &str) -> Value {
    let at = "2026-11-23T19:05:00.5Z";
    let price = json!({"amount": amount, "currency": "USD", "source": "s", "fetched_at": at});
    let interval = json!({
        "id": format!("avoided:{OPERATION}"), "kind": "avoided", "operation": OPERATION, "opened_at": at,
        "horizon": "2026-11-24T08:00:00.5Z", "off_anyway": {"at": "2026-11-24T01:00:00Z", "why": "its own schedule"},
        "vm_size": "S", "location": "r", "price": price,
    });
    json!({"record": "opened", "interval": interval})
}

fn closed(why: &str) -> Value {
    let closed = json!({"interval": "avoided:0", "kind": "avoided", "at": "2026-11-23T08:00:00Z", "why": why});
    json!({"record": "closed", "closed": closed})
}

fn observed(power: &str) -> Value {
    json!({"record": "observed", "observation": {"state": "s", "power": power, "since": "2026-11-23T01:00:00Z"}})
}

/// In order of time; of one instant in order of their ids.
fn all() -> Vec<Record> {
    let of = record;
    let warning = |text: &str| json!({"record": "warning", "text": text});
    let price = |amount: &str| {
        let price = json!({"amount": amount, "currency": "USD", "source": "s", "fetched_at": "2026-11-23T00:00:00Z"});
        json!({"record": "price", "vm_size": "S", "location": "r", "price": price})
    };
    let sweep = |unseen: &[&str]| json!({"record": "sweep", "summary": {"dry_run": false, "unseen": unseen}});
    vec![
        of("", ("sweep:1", "00:00:00"), "", sweep(&["/s/v"])),
        of("b", ("closed:@", "01:00:00"), "first", closed("one")),
        of(
            "b",
            ("deleted:@", "01:00:00"),
            "second",
            json!({"record": "deleted"}),
        ),
        of("a", ("answer:0:@", "02:00:00"), "ana", answered(true, None)),
        of("a", ("warning:1:@", "02:00:00"), "bo", warning("earlier")),
        of(
            "a",
            ("decision:@:1", "03:00:00"),
            "bo",
            decided("stop-limit", "leave", true),
        ),
        of(
            "a",
            ("decision:@:2", "03:00:00"),
            "cy",
            decided("hold-off", "leave", true),
        ),
        of(
            "a",
            ("unneeded:@", "04:00:00"),
            "cy",
            json!({"record": "unneeded", "start": "x"}),
        ),
        of("a", ("observed:@:1", "05:00:00"), "cy", observed("on")),
        of("b", ("observed:@:1", "05:00:00"), "dee", observed("off")),
        of("", ("price:1", "06:00:00"), "", price("2")),
        of("", ("price:2", "06:00:00"), "", price("1")),
        of("", ("sweep:2", "07:00:00"), "", sweep(&[])),
        of("a", ("action:1:@", "19:00:00"), "cy", asked("schedule-off")),
        of("a", ("action:2:@", "19:00:00"), "cy", asked("idle")),
        of("a", ("answer:@", "19:00:00"), "cy", answered(true, None)),
        of(
            "a",
            ("answer:@:refused", "19:01:00"),
            "cy",
            answered(false, Some("no")),
        ),
        of(
            "a",
            ("settlement:@:1", "19:02:00"),
            "cy",
            settled("settled"),
        ),
        of("a", ("settlement:@:2", "19:02:00"), "cy", settled("failed")),
        of(
            "a",
            ("settlement:@:3", "19:02:00"),
            "cy",
            settled("overtaken"),
        ),
        of("a", ("opened:@", "19:05:00"), "eve", opened("3")),
        of("a", ("warning:2:@", "19:06:00"), "eve", warning("later")),
        of(
            "a",
            ("wait:@", "19:07:00"),
            "fay",
            decided("notice", "wait", true),
        ),
        of(
            "a",
            ("what:@", "19:08:00"),
            "gil",
            json!({"record": "of the future"}),
        ),
        of("a", ("z:@", "20:00:00"), "nobody", closed("two")),
    ]
}

fn day(records: &[Record]) -> Day {
    let mut fold = Fold::new("2026-11-23".parse().expect("a date"));
    records.iter().for_each(|record| fold.take(record));
    let document = fold.finish();
    document.day(None).expect("a day")
}

#[test]
fn the_latest_record_tells_how_a_resource_stands_and_all_of_them_count() {
    let day = day(&all());
    assert_eq!(day.records, all().len());
    let ids: Vec<&str> = day.resources.keys().map(|id| &**id).collect();
    assert_eq!(ids, ["/s/w/computes/a", "/s/w/computes/b"]);
    let (a, b) = (&day.resources[ids[0]], &day.resources[ids[1]]);
    // A record of its end knows no better; that of an end, and of its deletion, counts where there is no other.
    assert_eq!(a.resource.owner.as_deref(), Some("gil"));
    assert_eq!(b.resource.owner.as_deref(), Some("dee"));
    // What was asked for later tells nothing of an earlier answer; of two requests the later one counts.
    let expected = [(Cause::default(), (1, 0)), (Cause::Idle, (1, 0))];
    let expected = std::collections::BTreeMap::from(expected);
    assert_eq!(a.accepted, expected);
    assert_eq!((a.unneeded_starts, a.waits), (1, 1));
    assert_eq!(a.left.get(&Reason::StopLimit), Some(&1));
    assert_eq!(a.failed, Some(Some("failed".to_owned())));
    assert_eq!(b.failed, Some(None));
    assert_eq!(a.errors.as_ref().map(Vec::len), Some(1));
    assert_eq!(b.errors, Some(Vec::new()));
    assert_eq!(a.warning.as_deref(), Some("later"));
    // Whole seconds, none of them more than it has.
    let (_, interval) = &day.opened[0];
    assert_eq!(interval.opened_at.to_rfc3339(), "2026-11-23T19:05:01+00:00");
    assert_eq!(interval.horizon.to_rfc3339(), "2026-11-24T08:00:00+00:00");
    let why: Vec<&str> = day
        .closed
        .iter()
        .map(|(_, closed)| closed.why.as_str())
        .collect();
    assert_eq!(why, ["one", "two"]);
    let amounts: Vec<String> = day
        .prices
        .iter()
        .map(|one| one.price.amount.to_string())
        .collect();
    assert_eq!(amounts, ["2", "1"]);
    assert_eq!(day.sweeps[0].unseen, ["/s/v"]);
    let powers: Vec<(&str, bool)> = day
        .powers
        .iter()
        .map(|of| (&*of.resource, of.gone))
        .collect();
    assert_eq!(powers, [(ids[1], true), (ids[0], false), (ids[1], false)]);
    assert_eq!(day.newer.len(), 1);
}

#[test]
fn a_resource_that_only_its_end_tells_of_stands_as_the_first_record_has_it() {
    let day = day(&all()[1..3]);
    assert_eq!(
        day.resources["/s/w/computes/b"].resource.owner.as_deref(),
        Some("first")
    );
}

#[test]
fn in_whatever_order_records_come_and_however_often_the_day_is_the_same_to_the_byte() {
    let stored = |records: &[Record]| {
        let mut fold = Fold::new("2026-11-23".parse().expect("a date"));
        records.iter().for_each(|record| fold.take(record));
        crate::report::stored::write(&fold.finish()).expect("JSON")
    };
    let expected = stored(&all());
    let mut order = fastrand::Rng::with_seed(20);
    for _ in 0..200 {
        let mut records = all();
        records.extend(all().into_iter().filter(|_| order.bool()));
        order.shuffle(&mut records);
        assert!(stored(&records) == expected);
    }
}

#[test]
fn a_day_of_some_resources_has_what_is_of_them_and_the_prices_of_the_others() {
    let mut fold = Fold::new("2026-11-23".parse().expect("a date"));
    all().iter().for_each(|record| fold.take(record));
    let document = fold.finish();
    let whole = document.day(None).expect("a day");
    let of_b = |id: &str| id.ends_with("/b");
    let part = document.day(Some(&of_b)).expect("a day");
    let mut expected = whole.clone();
    expected.only(&of_b);
    let prices = std::mem::take(&mut expected.other_prices);
    assert_eq!(part, expected);
    assert_eq!((prices.len(), part.resources.len()), (1, 1));
    let with_prices = document.day_with_prices(&of_b).expect("a day");
    assert_eq!(with_prices.other_prices, prices);
}
