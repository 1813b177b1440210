//! What may become of a message of several workspaces: it comes twice, one of them fails in it, it takes too long, or
//! instances die with it.

use super::app::{App, SUBSCRIPTION, fleet, of};
use crate::common::world::at;
use lamplighter_core::record::What;
use serde_json::{Value, json};

fn id(workspace: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/{workspace}"
    )
}

/// A message as the timer writes it, of these ARM ids.
fn message(ids: &[String]) -> Value {
    let workspaces = ids
        .iter()
        .map(|id| json!({"workspace": id, "policy": {"own": {"lamp-schedule": "never"}}}));
    json!({
        "lamplighter": 2, "round": "r-1", "at": at("23T12:00"), "instances": 1,
        "limit": {"stops": 20}, "workspaces": workspaces.collect::<Vec<_>>(),
    })
}

async fn put(app: &App, message: &Value) {
    let put = app
        .queues
        .put("workspaces", message.to_string().as_bytes())
        .await;
    put.expect("a message is put");
}

fn names(lines: &[Value], event: &str) -> Vec<String> {
    let lines = of(lines, event).into_iter();
    let mut names: Vec<String> = lines
        .map(|line| line["workspace"].as_str().expect("a name").to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_message_of_several_that_comes_twice_at_once_does_nothing_twice() {
    let app = App::start(fleet(&["a", "b", "c"]), at("23T12:00"), 2, &[]).await;
    for _ in 0..6 {
        put(&app, &message(&["a", "b", "c"].map(id))).await;
    }
    app.drained().await;
    assert_eq!(app.stops(), 3);
    let records = app.records().await.into_iter();
    let actions = records.filter(|record| matches!(record.what, What::Action { .. }));
    assert_eq!(actions.count(), 3);
}

#[tokio::test]
async fn a_workspace_whose_pass_fails_in_a_message_is_alone_with_it_from_then_on() {
    let app = App::start(fleet(&["a", "b"]), at("23T12:00"), 1, &[]).await;
    let bad = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Unknown/workspaces/odd";
    put(&app, &message(&[id("a"), bad.to_owned(), id("b")])).await;
    app.drained().await;
    let lines = app.lines();
    assert_eq!(names(&lines, "pass"), ["a", "b"]);
    assert_eq!(names(&lines, "pass-failed"), ["odd"], "{lines:#?}");
    assert_eq!(app.stops(), 2);
    // Once with the others, and then five times alone.
    let executions = app.host.executions();
    assert_eq!((executions["workspace"].0, executions["poison"].0), (6, 1));
    let lines = app.round(at("23T12:00")).await;
    let told: Vec<String> = of(&lines, "problem")
        .iter()
        .map(|line| line["message"].to_string())
        .collect();
    assert!(
        told.len() == 1 && told[0].contains(bad) && told[0].contains("failed five times"),
        "{told:?}"
    );
}

#[tokio::test]
async fn who_could_not_be_read_has_a_message_alone_until_it_can_be() {
    let app = App::start(fleet(&["a", "b", "c"]), at("23T12:00"), 1, &[]).await;
    app.fault(json!([{"pathContains": "/workspaces/b/computes", "status": 403}]))
        .await;
    let mut messages = Vec::new();
    for minute in ["23T12:00", "23T12:05", "23T12:10"] {
        let lines = app.round(at(minute)).await;
        messages.push(of(&lines, "fan-out")[0]["messages"].clone());
    }
    app.clear_faults().await;
    for minute in ["23T12:15", "23T12:20"] {
        let lines = app.round(at(minute)).await;
        messages.push(of(&lines, "fan-out")[0]["messages"].clone());
    }
    assert_eq!(messages, [1, 2, 2, 2, 1].map(|count| json!(count)));
    assert_eq!(app.stops(), 3);
}

#[tokio::test]
async fn a_message_that_takes_long_hands_out_again_what_it_has_not_begun() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let app = App::start(
        fleet(&names),
        at("23T12:00"),
        1,
        &[("SWEEP_DEADLINE", "5s")],
    )
    .await;
    // An answer of Azure's: its clock is known.
    put(&app, &message(&[id("g")])).await;
    app.drained().await;
    // As many as are swept at once never answer: their passes last until the deadline.
    let hang = |name| json!({"pathContains": format!("/workspaces/{name}/computes"), "hang": true});
    app.fault(["a", "b", "c", "d"].map(hang).into_iter().collect())
        .await;
    put(&app, &message(&["a", "b", "c", "d", "e", "f"].map(id))).await;
    app.drained().await;
    let lines = app.lines();
    let again = of(&lines, "handed-out");
    assert_eq!(
        (&again[0]["workspaces"], &again[0]["messages"]),
        (&json!(2), &json!(1)),
        "{lines:#?}"
    );
    assert_eq!((app.stops(), of(&lines, "not-reached").len()), (3, 4));
}

#[tokio::test]
async fn a_message_that_dies_is_halved_and_its_rounds_summary_is_whole() {
    let more = [("REQUEST_TIMEOUT", "5m")];
    let app = App::start(fleet(&["a", "b", "c", "d"]), at("23T12:00"), 1, &more).await;
    app.hang_once("c").await;
    assert!(app.fire().await.is_success());
    // What an instance has only claimed when it goes is done by a later round: the others are to be through.
    while !(app.hangs().await && app.stops() == 3) {}
    app.host.replace(0).await.expect("a new instance");
    app.drained().await;
    let lines = app.lines();
    let halved = of(&lines, "handed-out");
    assert_eq!(halved.len(), 1, "{lines:#?}");
    assert_eq!(
        (&halved[0]["workspaces"], &halved[0]["messages"]),
        (&json!(4), &json!(2))
    );
    assert_eq!(app.stops(), 4);
    let lines = app.round(at("23T12:05")).await;
    let summed = of(&lines, "sweep");
    assert_eq!(
        (&summed[0]["answered"], &summed[0]["workspaces"]),
        (&json!(4), &json!(4)),
        "{lines:#?}"
    );
    let told = (&summed[0]["problems"], &summed[0]["not_reached"]);
    assert_eq!(told, (&json!(0), &json!(0)));
}

#[tokio::test]
async fn a_workspace_that_ends_every_instance_is_poison_by_itself() {
    let more = [("REQUEST_TIMEOUT", "5m")];
    let app = App::start(fleet(&["a", "b", "c", "d"]), at("23T12:00"), 1, &more).await;
    app.hang_once("c").await;
    put(&app, &message(&["a", "b", "c", "d"].map(id))).await;
    // With three others, with one, and five times alone: then it is not handed out again.
    assert_eq!(app.kill_where_it_hangs("c", 20).await, 7);
    app.clear_faults().await;
    let lines = app.round(at("23T12:05")).await;
    let told: Vec<String> = of(&lines, "problem")
        .iter()
        .map(|line| line["message"].to_string())
        .collect();
    assert!(
        told.len() == 1 && told[0].contains("workspaces/c") && told[0].contains("five times"),
        "{told:?}"
    );
    // It is known for that, and swept alone.
    assert_eq!(of(&lines, "fan-out")[0]["messages"], 2);
    // What an instance had claimed when it went is done by a later round, and once.
    app.round(at("23T12:15")).await;
    assert_eq!(app.stops(), 4);
}

#[tokio::test]
async fn every_workspace_of_a_message_that_nobody_could_read_is_told_of() {
    let app = App::start(fleet(&["a", "b"]), at("23T12:00"), 1, &[]).await;
    let mut newer = message(&["a", "b"].map(id));
    newer["lamplighter"] = json!(3);
    put(&app, &newer).await;
    app.drained().await;
    let lines = app.round(at("23T12:00")).await;
    let told: Vec<String> = of(&lines, "problem")
        .iter()
        .map(|line| line["message"].to_string())
        .collect();
    let names = |name: &str| told.iter().any(|text| text.contains(&id(name)));
    assert!(told.len() == 2 && names("a") && names("b"), "{told:?}");
}

#[tokio::test]
async fn the_stop_limit_holds_over_messages_that_instances_work_on_at_once() {
    let names: Vec<String> = (0..12).map(|n| format!("w{n:02}")).collect();
    let of_names: Vec<&str> = names.iter().map(String::as_str).collect();
    let app = App::start(fleet(&of_names), at("23T12:00"), 3, &[]).await;
    for two in names.chunks(2) {
        let ids: Vec<String> = two.iter().map(|name| id(name)).collect();
        let mut message = message(&ids);
        message["limit"] = json!({"stops": 5});
        put(&app, &message).await;
    }
    app.drained().await;
    assert_eq!(app.stops(), 5);
}

#[tokio::test]
async fn what_instances_were_lost_with_until_it_was_too_old_is_told_of_by_name() {
    let more = [("REQUEST_TIMEOUT", "5m")];
    let app = App::start(fleet(&["a", "b"]), at("23T12:00"), 1, &more).await;
    app.hang_once("b").await;
    let mut early = message(&["a", "b"].map(id));
    early["at"] = json!(at("23T11:40"));
    put(&app, &early).await;
    // What an instance looks at when it begins is the first workspace: it is the message that comes upon the other one.
    while !(app.hangs().await && names(&app.lines(), "pass") == ["a"]) {}
    // When the message is handed out again, a quarter of an hour has gone by.
    app.at(at("23T12:15"));
    app.host.replace(0).await.expect("a new instance");
    app.drained().await;
    app.clear_faults().await;
    let lines = app.round(at("23T12:20")).await;
    let problems = of(&lines, "problem").into_iter();
    let told: Vec<String> = problems.map(|line| line["message"].to_string()).collect();
    let lost = told
        .iter()
        .filter(|text| text.contains("instances were lost"));
    assert_eq!(lost.count(), 2, "{told:?}");
    // Each is handed out alone, as the end may have been either's.
    assert_eq!(of(&lines, "fan-out")[0]["messages"], 2);
}
