//! One odd compute is one oddity, and never spoils the list.

use super::server::*;
use lamplighter_azure::Listing;
use lamplighter_core::observe::{Compute, ComputeState, NativeTrigger};
use serde_json::{Map, Value, json};
use std::time::Duration;

async fn list(items: Vec<Value>) -> Listing<Compute> {
    let server = Server::start().await;
    server.on("GET", COMPUTES, [ok(json!({"value": items}))]);
    arm(&server)
        .computes(&workspace(), in_secs(30))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_whole_instance_is_read_whole() {
    let listing = list(vec![instance("ci-ana")]).await;
    let [c] = listing.items.as_slice() else {
        panic!("{listing:?}")
    };
    assert_eq!(c.id, format!("{COMPUTES}/ci-ana"));
    assert_eq!(
        c.tags.get("lamp-schedule").expect("it is there"),
        "Mon-Fri 08:00-19:00"
    );
    assert_eq!(
        (c.compute_type.as_deref(), &c.state),
        (Some("ComputeInstance"), &ComputeState::Running)
    );
    assert_eq!(c.vm_size.as_deref(), Some("STANDARD_DS3_V2"));
    assert_eq!(c.location.as_deref(), Some("westeurope"));
    assert_eq!(c.created_by.as_deref(), Some("ana@example.org"));
    assert_eq!(c.created_on, "2026-03-02T09:15:00.1234567Z".parse().ok());
    assert_eq!(c.idle_time_before_shutdown, Some(Duration::from_secs(7200)));
    let last = c.last_operation.as_ref().unwrap();
    assert_eq!(
        (last.name.as_str(), last.trigger.as_deref()),
        ("Start", Some("User"))
    );
    assert_eq!(Ok(last.time), "2026-09-07T07:58:01.123Z".parse());
    assert_eq!(c.oddities, [""; 0]);

    let [stop, start] = c.schedules.as_slice() else {
        panic!("{c:?}")
    };
    assert!(stop.enabled && stop.action == "Stop" && !start.enabled && start.action == "Start");
    let wall = |text: &str| text.parse().ok();
    assert_eq!(
        stop.trigger,
        NativeTrigger::Cron {
            expression: "30 20 * * *".into(),
            start: wall("2026-01-05T00:00:00"),
            zone: Some("W. Europe Standard Time".into()),
        }
    );
    assert_eq!(
        start.trigger,
        NativeTrigger::Recurrence {
            frequency: "Week".into(),
            interval: 1,
            start: wall("2026-01-05T06:00:00"),
            zone: Some("UTC".into()),
            hours: vec![7],
            minutes: vec![30],
            week_days: vec!["Monday".into(), "Friday".into()],
            month_days: vec![],
        }
    );
}

#[tokio::test]
async fn what_has_no_name_is_an_oddity_and_the_list_goes_on() {
    let nulls =
        json!({"id": null, "name": "all-null", "location": null, "tags": null, "properties": null});
    let listing = list(vec![
        Value::Null,
        json!(5),
        json!("ci"),
        json!([]),
        json!({}),
        json!({"name": ""}),
        json!({"name": 7}),
        nulls,
        json!({"name": "bare"}),
        instance("whole"),
    ])
    .await;
    let names: Vec<_> = listing.items.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["all-null", "bare", "whole"]);
    assert_eq!(listing.oddities.len(), 7, "{:?}", listing.oddities);
    let bare = &listing.items[1];
    assert_eq!(bare.state, ComputeState::Other(String::new()));
    assert_eq!(bare.id, format!("{COMPUTES}/bare"));
    assert!(listing.items.iter().all(|c| c.oddities.is_empty()));
}

/// Every place in `value`, as a pointer.
fn places(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                let place = format!("{at}/{name}");
                out.push(place.clone());
                places(inner, place, out);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                let place = format!("{at}/{index}");
                out.push(place.clone());
                places(inner, place, out);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn any_field_may_be_null_or_of_any_type() {
    let mut all = Vec::new();
    places(&instance("x"), String::new(), &mut all);
    all.retain(|place| place != "/name");
    assert!(all.len() > 40);
    let long = "é\u{0}\n".repeat(500);
    let wrong = [
        Value::Null,
        json!(-1.5e300),
        json!(true),
        json!(long),
        json!([{}]),
        json!({"a": 1}),
    ];
    let mut items = Vec::new();
    for place in &all {
        for value in &wrong {
            let mut item = instance(&format!("ci-{}", items.len()));
            *item.pointer_mut(place).unwrap() = value.clone();
            items.push(item);
        }
    }
    let sent = items.clone();
    let listing = list(items).await;
    assert_eq!(listing.oddities, [""; 0]);
    assert_eq!(listing.items.len(), sent.len());
    for (compute, sent) in listing.items.iter().zip(&sent) {
        assert_eq!(sent["name"], compute.name.as_str());
        assert!(
            compute
                .oddities
                .iter()
                .all(|o| o.len() < 900 && !o.contains('\n'))
        );
        if sent["tags"].is_object() {
            assert_eq!(
                compute.tags.len(),
                sent["tags"].as_object().map_or(0, Map::len),
                "no tag is lost"
            );
        }
        if sent.pointer("/properties/properties/state") == Some(&json!("Running")) {
            assert_eq!(compute.state, ComputeState::Running, "the rest stands");
        }
    }
}

#[tokio::test]
async fn unknown_words_are_kept_and_wrong_types_are_named() {
    let mut item = instance("ci");
    item["properties"]["properties"]["state"] = json!("Hibernating");
    item["properties"]["properties"]["vmSize"] = json!(3);
    item["properties"]["properties"]["idleTimeBeforeShutdown"] = json!("soon");
    item["properties"]["properties"]["lastOperation"]["operationTime"] = json!("yesterday");
    let listing = list(vec![item]).await;
    let c = &listing.items[0];
    assert_eq!(c.state, ComputeState::Other("Hibernating".into()));
    assert_eq!(
        (&c.vm_size, &c.idle_time_before_shutdown, &c.last_operation),
        (&None, &None, &None)
    );
    let all = c.oddities.join("\n");
    for place in [
        "properties.properties.vmSize",
        "idleTimeBeforeShutdown",
        "lastOperation.operationTime",
    ] {
        assert!(all.contains(place), "{all}");
    }
}

#[tokio::test]
async fn a_native_schedule_that_cannot_be_read_is_kept_as_unknown() {
    let schedules = json!([
        null,
        {"status": "Enabled", "action": "Stop", "triggerType": "Sunset"},
        {"status": "Enabled", "action": "Stop", "triggerType": "Cron", "cron": {"expression": 5}},
        {"action": "Stop", "triggerType": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1, "schedule": {"hours": ["seven"]}}},
        {"action": "Stop", "triggerType": "Cron", "cron": {"expression": "0 18 * * *", "startTime": "once"}},
        {"action": "Stop", "cron": {"expression": "0 18 * * *"}},
    ]);
    let mut item = instance("ci");
    item["properties"]["properties"]["schedules"]["computeStartStop"] = schedules;
    let mut other = instance("ci-2");
    other["properties"]["properties"]["schedules"] = json!("every day");
    let listing = list(vec![item, other]).await;
    let first = &listing.items[0].schedules;
    let unknown: Vec<_> = first
        .iter()
        .map(|s| s.trigger == NativeTrigger::Unknown)
        .collect();
    assert_eq!(unknown, [true, true, true, true, true, false]);
    assert!(first.iter().all(|s| s.enabled));
    assert!(listing.items[0].oddities.len() >= 5);
    assert_eq!(
        listing.items[1].schedules[0].trigger,
        NativeTrigger::Unknown
    );
}
