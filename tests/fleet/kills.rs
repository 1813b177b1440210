//! Instances that the platform takes away without warning, at any moment.

use super::app::App;
use crate::common::seeds::seeds;
use crate::common::world::{at, instance};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::record::What;
use lamplighter_simulator::world::{Action, By, What as Happened};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// In each seed.
const KILLS: usize = 50;
const WORKSPACES: usize = 12;
const INSTANCES: usize = 4;
/// An edge every ten minutes, so that every second round has something to do.
const SCHEDULE: &str = "start 10,30,50 * * * *; stop 0,20,40 * * * *";

fn fleet() -> Value {
    let instances: Vec<Value> = (0..INSTANCES)
        .map(|n| instance(&format!("ci-{n}"), json!({"lamp-schedule": SCHEDULE})))
        .collect();
    let workspaces: Vec<Value> = (0..WORKSPACES)
        .map(
            |n| json!({"name": format!("w{n:02}"), "location": "westeurope", "instances": instances}),
        )
        .collect();
    json!({
        "subscriptions": [{"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01", "name": "Data Science",
            "resourceGroups": [{"name": "rg", "workspaces": workspaces}]}],
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    })
}

/// One round while instances go: the timer's own among them. Each goes after so many more calls to Azure, not after so
/// much time: a slow computer would see all of its instances taken before they did anything.
async fn round_under_fire(app: &App, now: DateTime<Utc>, random: &mut fastrand::Rng) -> usize {
    app.at(now);
    let (mut kills, mut due) = (0, app.calls() + random.u64(1..40));
    let sweep = async {
        // Its instance may be taken away too; the host does not repeat a timer.
        let _ = app.fire().await;
        app.drained().await;
    };
    tokio::pin!(sweep);
    loop {
        match tokio::time::timeout(Duration::from_millis(1), &mut sweep).await {
            Ok(()) => return kills,
            // Some rounds are long, and would see all the kills.
            Err(_) if kills < 12 && app.calls() >= due => {
                let copy = random.usize(0..3);
                if random.bool() {
                    app.host.crash(copy);
                }
                app.host.replace(copy).await.expect("a new instance");
                kills += 1;
                due = app.calls() + random.u64(1..40);
            }
            Err(_) => {}
        }
    }
}

#[tokio::test]
async fn instances_killed_whatever_the_seed_leave_every_resource_right_and_nothing_done_twice() {
    for seed in seeds(1) {
        kill(seed).await;
    }
}

async fn kill(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let begin = at("23T12:01");
    // No start begins before its edge: how early it would hangs on how long starts took that were killed in their midst.
    let more = [("MAX_STOPS_PER_SWEEP", "1000"), ("START_AHEAD", "off")];
    let app = App::start(fleet(), begin, 3, &more).await;
    let (mut now, mut kills) = (begin, 0);
    while kills < KILLS {
        kills += round_under_fire(&app, now, &mut random).await;
        now += TimeDelta::minutes(5);
    }
    // Two rounds later, with an edge behind them that is older than both.
    app.round(now).await;
    app.round(now + TimeDelta::minutes(5)).await;
    app.at(now + TimeDelta::minutes(9));
    let desired = desired(now + TimeDelta::minutes(5));
    let mut wrong = Vec::new();
    let events = app.simulator.record();
    let mut states = BTreeMap::new();
    for event in &events {
        if let Happened::State { to, .. } = &event.what {
            states.insert(event.instance.clone(), format!("{to:?}"));
        }
    }
    for (instance, state) in &states {
        if state != desired {
            wrong.push(format!("{instance} is {state}"));
        }
    }
    assert_eq!(states.len(), WORKSPACES * INSTANCES);
    assert_eq!(
        wrong,
        [] as [String; 0],
        "seed {seed}, {kills} kills; {desired} is desired"
    );

    // Nothing was asked for twice: no action was refused, and those of one resource alternate.
    let mut last: BTreeMap<&str, Action> = BTreeMap::new();
    let mut ours = 0;
    for event in &events {
        match &event.what {
            Happened::Refused { action, code, .. } => {
                panic!("{} of {}: {code}", action.as_str(), event.instance)
            }
            Happened::Requested {
                action,
                by: By::Api { .. },
                ..
            } => {
                ours += 1;
                let before = last.insert(&event.instance, *action);
                assert_ne!(
                    before,
                    Some(*action),
                    "{} twice: {}",
                    action.as_str(),
                    event.instance
                );
            }
            _ => {}
        }
    }
    assert!(
        ours > WORKSPACES * INSTANCES,
        "only {ours} actions: the test does too little"
    );

    // Nothing that Azure was asked for is missing in the ledger, and every document is whole.
    let records = app.records().await;
    let actions: Vec<(String, DateTime<Utc>)> = records
        .iter()
        .filter_map(|record| match &record.what {
            What::Action { operation } => {
                Some((record.resource.as_ref()?.id.clone(), operation.requested_at))
            }
            _ => None,
        })
        .collect();
    for event in events.iter().filter(|event| {
        matches!(
            event.what,
            Happened::Requested {
                by: By::Api { .. },
                ..
            }
        )
    }) {
        let id = event.id.to_lowercase();
        let known = actions.iter().any(|(instance, at)| {
            *instance == id && (event.at - *at).abs() < TimeDelta::minutes(2)
        });
        assert!(known, "the ledger does not know of {event:?}");
    }
    let ids: std::collections::BTreeSet<&String> =
        records.iter().map(|record| &record.id).collect();
    assert_eq!(ids.len(), records.len(), "a record stands twice");
    println!(
        "{kills} instances killed, {ours} actions, {} records",
        records.len()
    );
}

/// What [`SCHEDULE`] wants at an instant.
fn desired(now: DateTime<Utc>) -> &'static str {
    match now.timestamp() / 60 % 20 {
        0..10 => "Stopped",
        _ => "Running",
    }
}
