//! A second copy, a missed sweep, lost saved state: nothing changes in the end.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use serde_json::{Value, json};

fn twenty() -> Value {
    (0..20)
        .map(|n| instance(&format!("ci-{n}"), json!({"lamp-schedule": OFFICE})))
        .collect()
}

#[tokio::test]
async fn sweeps_at_the_same_time_leave_one_act_per_instance_and_no_lost_record() {
    let world = World::new(fleet(twenty(), &[])).await;
    world.simulator.advance_to(at("23T19:00"));
    let all = futures::future::join_all((0..4).map(|_| world.sweep_with(&[]))).await;
    assert_eq!(world.posts(), 20, "one action for each instance");
    assert_eq!(
        all.iter()
            .map(|printed| printed.count("stops"))
            .sum::<u64>(),
        20
    );
    let settled = world.sweep("23T19:05").await;
    assert_eq!(
        (
            settled.count("settled"),
            settled.count("failed"),
            settled.count("off_by_lamplighter")
        ),
        (20, 0, 20)
    );
    let mut actions = world.actions().await;
    actions.sort();
    actions.dedup();
    assert_eq!(actions.len(), 20);
    let records = world.records().await;
    for kind in ["action:", "answer:", "settlement:", "opened:"] {
        assert_eq!(
            records
                .iter()
                .filter(|record| record.id.starts_with(kind))
                .count(),
            20,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_second_sweep_at_the_same_instant_acts_on_nothing() {
    let world = World::new(fleet(twenty(), &[])).await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 20);
    let again = world.sweep("23T19:00").await;
    assert_eq!((again.count("stops"), world.posts()), (0, 20));
}

#[tokio::test]
async fn a_missed_night_of_sweeps_changes_nothing_in_the_end() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world.sweep("23T12:00").await;
    assert_eq!(world.sweep("24T03:00").await.count("stops"), 1);
    assert_eq!(world.sweep("24T09:00").await.count("starts"), 1);
    assert_eq!(world.sweep("24T09:05").await.count("settled"), 1);
}

#[tokio::test]
async fn a_lost_saved_state_changes_nothing_that_is_right() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world.sweep("23T19:00").await;
    world.sweep("23T19:05").await;
    std::fs::remove_dir_all(&world.ledger).expect("the ledger goes");
    assert_eq!(world.sweep("23T22:00").await.count("starts"), 0);
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 1);
    assert_eq!(world.sweep("24T19:00").await.count("stops"), 1);
}

#[tokio::test]
async fn a_failed_start_is_tried_again_and_visible_until_it_succeeds() {
    let mut ci = instance("ci", json!({"lamp-schedule": OFFICE}));
    ci["state"] = json!("Stopped");
    ci["lastOperation"] = json!({"operationName": "Stop", "operationTime": "2026-11-20T18:00:00Z", "operationStatus": "Succeeded"});
    ci["failStarts"] = json!(1);
    let world = World::new(fleet(json!([ci]), &[])).await;
    assert_eq!(world.sweep("23T12:00").await.count("starts"), 1);
    let failed = world.sweep("23T12:05").await;
    assert_eq!(
        (failed.code, failed.count("failed"), failed.count("starts")),
        (1, 1, 1),
        "{}",
        failed.all()
    );
    let good = world.sweep("23T12:10").await;
    assert_eq!((good.code, good.count("settled")), (0, 1));
    assert_eq!(world.state("w/ci"), "Running");
}
