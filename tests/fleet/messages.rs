//! What may become of one workspace's message: it comes twice, late, of a workspace that is gone, or cannot be read.

use super::app::{App, SUBSCRIPTION, fleet, of};
use crate::common::world::at;
use chrono::TimeDelta;
use lamplighter_core::record::What;
use lamplighter_host_emulator::Invoked;
use serde_json::{Value, json};

fn id(workspace: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/{workspace}"
    )
}

/// A message as the timer writes it.
fn message(workspace: &str, minutes_old: i64, schedule: &str) -> Value {
    json!({
        "lamplighter": 1, "round": format!("r-{workspace}-{minutes_old}"),
        "at": at("23T12:00") - TimeDelta::minutes(minutes_old),
        "workspace": id(workspace), "instances": 1, "limit": {"stops": 20},
        "policy": {"own": {"lamp-schedule": schedule}},
    })
}

async fn put(app: &App, message: &Value) {
    let put = app
        .queues
        .put("workspaces", message.to_string().as_bytes())
        .await;
    put.expect("a message is put");
}

#[tokio::test]
async fn a_message_that_comes_twice_does_nothing_twice() {
    let app = App::start(fleet(&["a"]), at("23T12:00"), 2, &[]).await;
    for _ in 0..6 {
        put(&app, &message("a", 0, "never")).await;
    }
    app.drained().await;
    assert_eq!(app.stops(), 1);
    let actions = app
        .records()
        .await
        .into_iter()
        .filter(|record| matches!(record.what, What::Action { .. }));
    assert_eq!(actions.count(), 1);
}

#[tokio::test]
async fn a_message_that_is_late_or_of_yesterdays_tags_reads_them_anew() {
    // Its owner has written `always` since the messages were made.
    let mut fleet = fleet(&["a"]);
    fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["tags"]["lamp-schedule"] =
        "always".into();
    let app = App::start(fleet, at("23T12:00"), 1, &[]).await;
    put(&app, &message("a", 5, "never")).await;
    app.drained().await;
    let lines = app.lines();
    assert_eq!(
        (of(&lines, "pass")[0]["resources"].clone(), app.stops()),
        (json!(1), 0),
        "{lines:#?}"
    );
    // Half an hour later others have looked.
    app.host.traces().clear();
    put(&app, &message("a", 31, "never")).await;
    app.drained().await;
    let lines = app.lines();
    assert_eq!(
        (of(&lines, "pass")[0]["resources"].clone(), app.stops()),
        (json!(0), 0),
        "{lines:#?}"
    );
    assert!(
        of(&lines, "oddity")[0]["message"]
            .to_string()
            .contains("31 minutes old")
    );
    // A fresh one is believed: the timer has just read the tags.
    put(&app, &message("a", 0, "never")).await;
    app.drained().await;
    assert_eq!(app.stops(), 1);
}

#[tokio::test]
async fn a_message_of_a_workspace_that_is_gone_is_done() {
    let app = App::start(fleet(&["a"]), at("23T12:00"), 1, &[]).await;
    put(&app, &message("gone", 5, "never")).await;
    app.drained().await;
    assert_eq!(
        app.queues
            .count("workspaces-poison")
            .await
            .expect("a count"),
        0
    );
    assert_eq!(
        of(&app.lines(), "pass")[0]["problems"],
        0,
        "{:#?}",
        app.lines()
    );
}

#[tokio::test]
async fn poison_is_reported_by_the_next_sweep_and_once() {
    let app = App::start(fleet(&["a"]), at("23T12:00"), 1, &[]).await;
    let mut newer = message("a", 0, "never");
    newer["lamplighter"] = json!(2);
    put(&app, &newer).await;
    app.queues
        .put("workspaces", b"not JSON")
        .await
        .expect("a message is put");
    app.drained().await;
    let tries = of(&app.lines(), "poison").len();
    assert_eq!(tries, 2, "{:#?}", app.lines());
    let executions = app.host.executions();
    assert_eq!((executions["workspace"].0, executions["poison"].0), (10, 2));
    let lines = app.round(at("23T12:00")).await;
    let problems: Vec<String> = of(&lines, "problem")
        .iter()
        .map(|line| line["message"].to_string())
        .collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems
            .iter()
            .any(|text| text.contains("workspaces/a") && text.contains("failed five times"))
    );
    assert!(problems.iter().any(|text| text.contains("not JSON")));
    let lines = app.round(at("23T12:05")).await;
    assert!(of(&lines, "problem").is_empty(), "{lines:#?}");
}

#[tokio::test]
async fn a_wrong_clock_fails_the_tick_and_touches_nothing() {
    let app = App::start(fleet(&["a"]), at("23T12:00"), 1, &[]).await;
    app.host.clock().set(at("23T12:04"));
    match app.fire().await {
        Invoked::Failed { status, body, .. } => {
            assert!(status == 500 && body.contains("clock"), "{body}")
        }
        done => panic!("{done:?}"),
    }
    put(&app, &message("a", -4, "never")).await;
    app.drained().await;
    assert_eq!(app.stops(), 0);
}
