//! Compute clusters: their warm nodes leave outside the schedule's windows, and come back.

use super::support::{
    cluster, explain, explanation, figures, heard, in_sum, intervals, money, nodes, rows,
    sweep_through, warnings, with, world,
};
use crate::common::world::{OFFICE, World, at};
use lamplighter_core::record::IntervalKind;
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn tags(more: Value) -> Value {
    json!({"tags": with(json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"}), more)})
}

#[tokio::test]
async fn warm_nodes_leave_for_the_night_and_come_back_and_the_money_is_counted() {
    let (world, hook) = heard(cluster(json!({})), "instance,cluster").await;
    let day = world.sweep("23T18:45").await;
    assert_eq!(
        (day.code, day.count("stops"), day.count("resources")),
        (0, 0, 1),
        "{}",
        day.all()
    );
    let stop = world.sweep("23T19:00").await;
    assert_eq!(
        (stop.code, stop.count("stops"), stop.reason("train")),
        (0, 1, Some("schedule-off")),
        "{}",
        stop.all()
    );
    assert_eq!(nodes(&world).await.0, 0);
    let settled = world.sweep("23T19:05").await;
    assert_eq!(nodes(&world).await, (0, 0));
    assert_eq!(
        (
            settled.count("settled"),
            settled.count("off_by_lamplighter"),
            settled.summary()["saving_per_hour"].as_str()
        ),
        (1, 1, Some("0.72")),
        "{}",
        settled.all()
    );
    let told: Vec<String> = hook.accepted().iter().map(Value::to_string).collect();
    let told = told.join("\n");
    for words in [
        "train will be brought down to 0 at Mon 23 Nov 19:00 UTC: off by its schedule from Mon 23 Nov 19:00 UTC. It costs 0.72 USD an hour",
        "train was brought down to 0 at Mon 23 Nov 19:00 UTC",
        "It is brought back at Tue 24 Nov 08:00 UTC",
        "az ml compute update --name train --min-instances 2 --workspace-name w --resource-group rg",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let night = (20..24).map(|hour| format!("23T{hour}:05"));
    let night = night.chain((0..8).map(|hour| format!("24T{hour:02}:05")));
    for quiet in night {
        let printed = world.sweep(&quiet).await;
        let acted = printed.count("stops") + printed.count("starts");
        assert_eq!((printed.code, acted), (0, 0), "{}", printed.all());
    }
    let start = world.sweep("24T08:00").await;
    assert_eq!(
        (start.count("starts"), start.reason("train")),
        (1, Some("schedule-on")),
        "{}",
        start.all()
    );
    assert_eq!(nodes(&world).await.0, 2);
    let closed = world.sweep("24T08:05").await;
    // From 19:05, when both were seen gone, to 08:00: 12 h 55 min of two at 0.36.
    assert_eq!(
        (
            closed.count("off_by_lamplighter"),
            closed.summary()["saved"].as_str()
        ),
        (0, Some("9.30")),
        "{}",
        closed.all()
    );
    world.sweep("24T08:10").await;
    assert_eq!(nodes(&world).await, (2, 2));
    let figures = figures(&world).await;
    assert_eq!(figures["saved_seconds"], 93_000, "{figures}");
    assert_eq!(money(&figures["saved"]), Decimal::new(930, 2));
    let rows = rows(&world).await;
    assert!(rows.iter().all(|(count, ..)| count == "2"), "{rows:?}");
    let saved: Decimal = rows.iter().map(|(_, _, saved)| *saved).sum();
    let seconds: i64 = rows.iter().map(|(_, seconds, _)| seconds).sum();
    assert_eq!((seconds, saved), (93_000, Decimal::new(930, 2)));
}

#[tokio::test]
async fn a_late_sweep_in_the_morning_costs_nothing_that_was_not_there_before() {
    let world = world(cluster(json!({})), "cluster").await;
    for time in [
        "23T18:45", "23T19:00", "23T19:05", "24T07:50", "24T08:07", "24T08:20", "24T12:00",
    ] {
        world.sweep(time).await;
    }
    assert_eq!(nodes(&world).await, (2, 2));
    let opened = intervals(&world).await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(
        (opened[0].kind, opened[0].count),
        (IntervalKind::Avoided, 2)
    );
}

#[tokio::test]
async fn a_job_at_night_runs_and_only_nodes_that_are_gone_are_counted() {
    let world = world(cluster(json!({})), "cluster").await;
    sweep_through(&world, "23T18:50", "23T20:00").await;
    // One node comes for a job of an hour, and leaves again.
    let job = json!({"instance": "w/train", "name": "night", "nodes": 1, "lastsSeconds": 3600});
    world.post("jobs", job).await;
    sweep_through(&world, "23T20:05", "23T22:00").await;
    let counts: Vec<u32> = intervals(&world)
        .await
        .iter()
        .map(|one| one.count)
        .collect();
    assert_eq!(counts, [2, 1, 2]);
    assert!(!format!("{:?}", world.simulator.record()).contains("JobKilled"));
    let printed = explain(&world, "train").await;
    assert!(
        printed.stdout.contains("0 node(s) kept warm"),
        "{}",
        printed.all()
    );
    for time in ["22:40", "23:20"] {
        world.sweep(&format!("23T{time}")).await;
    }
    for hour in 0..8 {
        world.sweep(&format!("24T{hour:02}:00")).await;
    }
    sweep_through(&world, "24T08:00", "24T08:20").await;
    let saved = figures(&world).await;
    // Without us two nodes were there all night, 13 h; with us one of them for the job's hour and a few minutes.
    let would = Decimal::new(936, 2);
    let billed = node_cost(&world, at("23T19:00"), at("24T08:00"));
    let saved = money(&saved["saved"]);
    assert!(saved <= would - billed, "{saved} of {}", would - billed);
    assert!(saved > Decimal::new(80, 1), "{saved}");
}

/// What the cluster's nodes cost in a time.
fn node_cost(
    world: &World,
    from: chrono::DateTime<chrono::Utc>,
    to: chrono::DateTime<chrono::Utc>,
) -> Decimal {
    let bill = world.simulator.bill();
    let lines = bill.others[0].lines.iter();
    let nodes = lines.filter(|line| line.what == "nodes");
    let mut seconds = 0;
    for line in nodes {
        let ends = line.counts.iter().skip(1).map(|(at, _)| *at).chain([to]);
        for ((begin, count), end) in line.counts.iter().zip(ends) {
            let length = end.min(to) - (*begin).max(from);
            seconds += length.num_seconds().max(0) * i64::from(*count);
        }
    }
    Decimal::new(36, 2) * Decimal::from(seconds) / Decimal::from(3_600)
}

#[tokio::test]
async fn a_running_job_does_not_hold_the_change_and_is_not_touched_by_it() {
    let world = world(cluster(json!({})), "cluster").await;
    world.sweep("23T18:50").await;
    let job = json!({"instance": "w/train", "name": "long", "nodes": 1, "lastsSeconds": 7200});
    world.post("jobs", job).await;
    world.sweep("23T18:55").await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    sweep_through(&world, "23T19:05", "23T21:30").await;
    let record = format!("{:?}", world.simulator.record());
    assert!(!record.contains("JobKilled"), "{record}");
    let counts: Vec<u32> = intervals(&world)
        .await
        .iter()
        .map(|one| one.count)
        .collect();
    assert_eq!(counts, [1, 2], "one left at once, the other after its job");
}

#[tokio::test]
async fn while_it_resizes_it_is_left_alone_and_what_is_stuck_names_the_lock() {
    let world = world(cluster(json!({})), "cluster").await;
    world.sweep("23T18:50").await;
    world
        .post("condition", json!({"on": "w/train", "stuck": true}))
        .await;
    let wait = world.sweep("23T19:00").await;
    assert_eq!(
        (wait.count("stops"), in_sum(&wait)),
        (0, r#"{"in-transition":1}"#),
        "{}",
        wait.all()
    );
    world.sweep("23T19:30").await;
    let told = world.sweep("23T20:05").await;
    let warned = warnings(&told);
    assert_eq!(warned.len(), 1, "{}", told.all());
    for words in ["it has been Resizing since", "resource lock", "0.72"] {
        assert!(warned[0].contains(words), "{words}: {}", warned[0]);
    }
    // And once it is through, it is parked.
    world
        .post("condition", json!({"on": "w/train", "stuck": false}))
        .await;
    sweep_through(&world, "23T20:10", "23T20:40").await;
    assert_eq!(nodes(&world).await, (0, 0));
}

#[tokio::test]
async fn a_restore_never_takes_away_what_is_there() {
    // One node is kept by night: somebody sets that to what the floor allows, and more is there in the morning.
    let world = world(
        cluster(with(
            tags(json!({"lamp-floor": "1", "lamp-warm": "3"})),
            json!({"minNodeCount": 4}),
        )),
        "cluster",
    )
    .await;
    sweep_through(&world, "23T18:55", "23T19:10").await;
    assert_eq!(nodes(&world).await, (1, 1));
    world.sweep("24T08:00").await;
    assert_eq!(nodes(&world).await.0, 3, "lamp-warm says so");
    world.sweep("24T08:10").await;
    world
        .post(
            "scale",
            json!({"on": "w/train", "minNodeCount": 5, "by": "ana"}),
        )
        .await;
    let printed = world.sweep("24T08:20").await;
    assert_eq!((printed.count("stops"), printed.count("starts")), (0, 0));
    assert_eq!(nodes(&world).await.0, 5);
}

#[tokio::test]
async fn a_lost_saved_state_loses_no_value_that_a_tag_names() {
    let lost = |world: &World| {
        std::fs::remove_dir_all(world.ledger.join("state")).expect("removed");
    };
    let own = world(cluster(json!({})), "cluster").await;
    sweep_through(&own, "23T18:55", "23T19:10").await;
    lost(&own);
    own.sweep("23T22:00").await;
    let unknown = own.sweep("24T08:00").await;
    assert_eq!(
        (unknown.count("starts"), unknown.reason("train")),
        (0, Some("value-unknown")),
        "{}",
        unknown.all()
    );
    assert!(explanation(&unknown, "train").contains("lamp-warm"));
    assert_eq!(nodes(&own).await, (0, 0));

    let tagged = world(cluster(tags(json!({"lamp-warm": "2"}))), "cluster").await;
    sweep_through(&tagged, "23T18:55", "23T19:10").await;
    lost(&tagged);
    tagged.sweep("23T22:00").await;
    assert_eq!(tagged.sweep("24T08:00").await.count("starts"), 1);
    assert_eq!(nodes(&tagged).await.0, 2);
}

#[tokio::test]
async fn low_priority_nodes_have_their_own_price() {
    let world = world(cluster(json!({"vmPriority": "LowPriority"})), "cluster").await;
    sweep_through(&world, "23T18:55", "23T19:10").await;
    let opened = intervals(&world).await;
    let price = opened[0].price.as_ref().expect("a price").amount;
    let bill = world.simulator.bill();
    let line = bill.others[0]
        .lines
        .iter()
        .find(|line| line.what == "nodes");
    assert_eq!(Some(price), line.expect("a line").price_per_hour);
    assert!(price < Decimal::new(36, 2));
    let size = opened[0].vm_size.as_deref();
    assert!(
        size.is_some_and(|size| size.ends_with(".low-priority")),
        "{size:?}"
    );
}

#[tokio::test]
async fn a_cluster_that_was_short_of_nodes_saves_only_those_that_really_leave() {
    let short = json!({"minNodeCount": 4, "nodes": 2, "noCapacity": true, "givesUp": true});
    let world = world(cluster(short), "cluster").await;
    sweep_through(&world, "23T18:50", "23T19:30").await;
    assert_eq!(nodes(&world).await, (0, 0));
    let opened = intervals(&world).await;
    let counts: Vec<u32> = opened.iter().map(|one| one.count).collect();
    assert_eq!(counts, [2], "two of four were there");
    // The number itself comes back whole.
    sweep_through(&world, "24T08:00", "24T08:05").await;
    assert_eq!(nodes(&world).await.0, 4);
}

#[tokio::test]
async fn its_stop_is_settled_and_told_when_no_node_idles_there_any_more() {
    let slow = json!({"nodeIdleTimeBeforeScaleDown": "PT10M"});
    let (world, hook) = heard(cluster(slow), "cluster").await;
    sweep_through(&world, "23T18:45", "23T18:45").await;
    world.simulator.advance_to(at("23T18:50"));
    let job = json!({"instance": "w/train", "name": "eve", "nodes": 1, "lastsSeconds": 420});
    world.post("jobs", job).await;
    let stop = world.sweep("23T19:00").await;
    assert_eq!(stop.count("stops"), 1, "{}", stop.all());
    // The node of the job that ended at 18:57 still idles.
    let told = || {
        hook.accepted()
            .iter()
            .any(|one| one["eventType"] == "Stopped")
    };
    let early = world.sweep("23T19:05").await;
    assert_eq!((nodes(&world).await, told()), ((0, 1), false));
    assert_eq!(early.count("settled"), 0, "{}", early.all());
    let late = world.sweep("23T19:10").await;
    assert_eq!((nodes(&world).await, told()), ((0, 0), true));
    assert_eq!(late.count("settled"), 1, "{}", late.all());
}
