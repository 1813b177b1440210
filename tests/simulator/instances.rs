//! Instances: Azure's idle timer and schedules really fire, and what it costs is exact.

use super::support::{at, fleet_of, story, world};
use lamplighter_simulator::world::{Action, By, What, World};
use serde_json::{Value, json};

fn instance(more: Value) -> Value {
    let mut instance = json!({"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running"});
    for (name, value) in more.as_object().expect("an object") {
        instance[name] = value.clone();
    }
    json!([instance])
}

fn ana(more: Value) -> Value {
    let mut ana = json!({"name": "ana", "zone": "UTC", "instances": ["w/a"], "arrives": "09:00", "leaves": "17:00",
        "forgets": 1});
    for (name, value) in more.as_object().expect("an object") {
        ana[name] = value.clone();
    }
    json!([ana])
}

fn day(instances: Value, people: Value) -> World {
    let mut world = world(
        fleet_of(instances, people, json!({})),
        "2026-10-21T08:30:00Z",
    );
    world.advance_to(at("2026-10-22T08:30:00Z"));
    world
}

fn stops(world: &World) -> Vec<String> {
    story(world.record(), "w/a")
        .into_iter()
        .filter(|line| line.contains("requested stop"))
        .collect()
}

#[test]
fn the_idle_timer_fires_after_the_last_work_that_azure_sees() {
    let idle = || instance(json!({"idleTimeBeforeShutdown": "PT45M"}));
    assert_eq!(
        stops(&day(idle(), ana(json!({})))),
        ["17:45:00 requested stop idleTimer"]
    );
    // SSH is not seen: half an hour after nine the instance is taken from under it.
    let ssh = stops(&day(idle(), ana(json!({"worksIn": "ssh"}))));
    assert_eq!(ssh[0], "09:15:00 requested stop idleTimer");
    // A job is seen, and the idle clock begins when it ends.
    let job = json!({"jobs": [{"instance": "w/a", "at": "16:50", "lasts": "2h"}]});
    assert_eq!(
        stops(&day(idle(), ana(job))),
        ["19:35:00 requested stop idleTimer"]
    );
    // Set, and never firing: an identity without rights.
    let broken = instance(json!({"idleTimeBeforeShutdown": "PT45M", "idleTimerFires": false}));
    assert!(stops(&day(broken, ana(json!({})))).is_empty());
}

#[test]
fn a_shorter_idle_time_than_the_present_one_begins_the_idle_clock_again() {
    let by = || By::Api {
        principal: "p".into(),
    };
    let mut shorter = world(
        fleet_of(instance(json!({})), json!([]), json!({})),
        "2026-10-21T08:00:00Z",
    );
    shorter.advance_to(at("2026-10-21T09:00:00Z"));
    shorter.set_idle(0, "PT30M", by()).expect("allowed");
    let set = shorter.record().last().expect("noted");
    assert!(matches!(set.what, What::IdleTimerSet { reset: true, .. }));
    shorter.advance_to(at("2026-10-21T10:00:00Z"));
    assert_eq!(stops(&shorter), ["09:30:00 requested stop idleTimer"]);

    let mut longer = world(
        fleet_of(instance(json!({})), json!([]), json!({})),
        "2026-10-21T08:00:00Z",
    );
    longer.advance_to(at("2026-10-21T09:00:00Z"));
    longer.set_idle(0, "PT90M", by()).expect("allowed");
    longer.advance_to(at("2026-10-21T10:00:00Z"));
    assert_eq!(stops(&longer), ["09:30:00 requested stop idleTimer"]);
    for wrong in ["PT14M", "P4D", "30m", ""] {
        assert!(longer.set_idle(0, wrong, by()).is_err(), "{wrong}");
    }
}

#[test]
fn native_schedules_fire_on_their_own_wall_clock() {
    let schedules = json!({"schedules": [
        {"action": "Stop", "cron": {"expression": "0 20 * * *", "timeZone": "W. Europe Standard Time"}},
        {"action": "Start", "recurrence": {"frequency": "Day", "timeZone": "W. Europe Standard Time",
            "schedule": {"hours": [7], "minutes": [30]}}},
        {"action": "Stop", "status": "Disabled", "cron": {"expression": "0 * * * *"}},
    ]});
    let fleet = fleet_of(instance(schedules), json!([]), json!({}));
    let mut world = world(fleet, "2026-10-24T12:00:00Z");
    world.advance_to(at("2026-10-26T12:00:00Z"));
    let asked: Vec<String> = story(world.record(), "w/a")
        .into_iter()
        .filter(|line| line.contains("requested"))
        .collect();
    assert_eq!(
        asked,
        [
            "18:00:00 requested stop nativeSchedule",
            // The night between is an hour longer.
            "06:30:00 requested start nativeSchedule",
            "19:00:00 requested stop nativeSchedule",
            "06:30:00 requested start nativeSchedule",
        ]
    );
}

#[test]
fn the_bill_is_exact_and_follows_price_changes() {
    let more = json!({"prices": [
        {"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.1"},
        {"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.3", "from": "2026-10-21T01:00:00Z"},
    ]});
    let mut world = world(
        fleet_of(instance(json!({})), json!([]), more),
        "2026-10-21T00:00:00Z",
    );
    world.advance_to(at("2026-10-21T01:00:07Z"));
    world
        .request(0, Action::Stop, By::Person { name: "x".into() })
        .expect("it runs");
    world.advance_to(at("2026-10-21T09:00:00Z"));
    let bill = world.bill();
    let own = &bill.instances[0];
    // An hour at 0.1, then 7 s and the 90 s of stopping at 0.3.
    assert_eq!(own.billed_seconds, 3_600 + 7 + 90);
    assert_eq!(
        own.cost
            .map(|cost| cost.round_dp(10).to_string())
            .as_deref(),
        Some("0.1080833333")
    );
    assert_eq!(own.states["Stopping"], 90);
    assert_eq!(own.states["Stopped"], 8 * 3_600 - 97);
    assert_eq!(own.states.values().sum::<i64>(), 9 * 3_600);
}

#[test]
fn an_unpriced_instance_has_seconds_and_no_cost_and_a_cluster_neither() {
    let instances = json!([
        {"name": "a", "vmSize": "Standard_NC6", "state": "Running"},
        {"name": "cluster", "vmSize": "Standard_DS3_v2", "computeType": "AmlCompute", "state": "Running"},
    ]);
    let world = {
        let mut world = world(
            fleet_of(instances, json!([]), json!({"unpriced": ["Standard_NC6"]})),
            "2026-10-21T00:00:00Z",
        );
        world.advance_to(at("2026-10-21T01:00:00Z"));
        world
    };
    let bill = world.bill();
    assert_eq!(
        (bill.instances[0].billed_seconds, bill.instances[0].cost),
        (3_600, None)
    );
    assert_eq!(bill.instances[1].billed_seconds, 0);
    assert!(bill.total.is_zero());
}

#[test]
fn without_capacity_a_start_fails_and_is_tried_again() {
    let instances = instance(json!({"state": "Stopped", "failStarts": 2}));
    let fleet = fleet_of(instances, ana(json!({})), json!({}));
    let mut world = world(fleet, "2026-10-21T08:30:00Z");
    world.advance_to(at("2026-10-21T12:00:00Z"));
    let story = story(world.record(), "w/a");
    assert_eq!(
        story
            .iter()
            .filter(|line| line.contains("operationFailed"))
            .count(),
        2
    );
    assert_eq!(
        story
            .iter()
            .filter(|line| line.contains("requested start ana"))
            .count(),
        3
    );
    assert!(story.last().expect("something").contains("workBegan"));
}

#[test]
fn an_instance_found_between_two_states_gets_where_it_was_going() {
    let instances = json!([
        {"name": "a", "vmSize": "Standard_DS3_v2", "state": "Starting"},
        {"name": "b", "vmSize": "Standard_DS3_v2", "state": "Stopping"},
        {"name": "c", "vmSize": "Standard_DS3_v2", "state": "Unusable"},
    ]);
    let mut world = world(
        fleet_of(instances, json!([]), json!({})),
        "2026-10-21T08:00:00Z",
    );
    world.advance_to(at("2026-10-21T08:03:00Z"));
    let states: Vec<&str> = (0..3)
        .map(|instance| world.state(instance).as_str())
        .collect();
    assert_eq!(states, ["Running", "Stopped", "Unusable"]);
}
