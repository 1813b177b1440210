//! A hold by a message on the queue `holds`: through the Functions host, into the next sweep's decision.

use super::app::{App, SUBSCRIPTION, fleet, of};
use crate::common::world::{OFFICE, at};
use lamplighter_agent::ledger::HeldResource;
use lamplighter_core::record::{Door, PersonalHold, What};
use serde_json::{Value, json};

async fn app(more: &[(&str, &str)]) -> App {
    let mut fleet = fleet(&["a", "b"]);
    let workspaces = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"];
    for workspace in workspaces.as_array_mut().expect("workspaces") {
        workspace["tags"]["lamp-schedule"] = OFFICE.into();
    }
    let app = App::start(fleet, at("23T18:50"), 1, more).await;
    app.round(at("23T18:50")).await;
    app
}

async fn put(app: &App, message: &str) {
    let put = app.queues.put("holds", message.as_bytes()).await;
    put.expect("a message is put");
    app.drained().await;
}

async fn holds(app: &App) -> Vec<PersonalHold> {
    let records = app.records().await.into_iter();
    let holds = records.filter_map(|record| match record.what {
        What::Hold { hold } => Some(hold),
        _ => None,
    });
    holds.collect()
}

/// All that is written down of holds on the workspace `a`, whether over or not.
async fn written(app: &App) -> Vec<HeldResource> {
    let provider = "microsoft.machinelearningservices";
    let group = format!("/subscriptions/{SUBSCRIPTION}/resourcegroups/rg");
    let workspace = format!("{group}/providers/{provider}/workspaces/a");
    let ledger = app.ledger().await;
    let read = ledger.holds_of(&workspace, at("01T00:00")).await;
    read.expect("holds").holds
}

fn decision<'a>(lines: &'a [Value], workspace: &str) -> &'a Value {
    let decisions = of(lines, "decision").into_iter();
    let mut of_it = decisions.filter(|line| line["workspace"] == workspace);
    of_it
        .next()
        .unwrap_or_else(|| panic!("{workspace}: {lines:#?}"))
}

#[tokio::test]
async fn a_message_keeps_its_resource_on_and_no_other() {
    let app = app(&[]).await;
    let message = json!({"resource": "a/CI", "keep": "2h", "by": "ana@example.org"});
    for _ in 0..2 {
        put(&app, &message.to_string()).await;
    }
    let lines = app.round(at("23T19:00")).await;
    let kept = decision(&lines, "a");
    assert_eq!(kept["reason"], "hold-on", "{kept}");
    let text = "held on until Mon 23 Nov 20:50 UTC by ana@example.org, by a message on the queue";
    assert!(kept["message"].to_string().contains(text), "{kept}");
    assert_eq!(app.stops(), 1);
    let found = holds(&app).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].door, found[0].until),
        (Door::Queue, at("23T20:50"))
    );
    app.round(at("23T20:50")).await;
    assert_eq!(app.stops(), 2);
}

#[tokio::test]
async fn until_the_next_start_ends_with_the_limit() {
    for (limit, until) in [("12h", "24T06:50"), ("7d", "24T08:00")] {
        let app = app(&[("HOLD_LIMIT", limit)]).await;
        put(
            &app,
            &json!({"resource": "a/ci", "keep": "until next start"}).to_string(),
        )
        .await;
        app.round(at("23T19:00")).await;
        let found: Vec<_> = holds(&app).await.iter().map(|hold| hold.until).collect();
        assert_eq!(found, [at(until)], "{limit}");
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_told_and_never_tried_again() {
    let app = app(&[]).await;
    for (message, why) in [
        ("hello", "could not be read"),
        ("[1]", "could not be read"),
        (r#"{"resource": 7, "keep": "2h"}"#, "could not be read"),
        (
            r#"{"resource": "a/nobody", "keep": "2h"}"#,
            "no saved state knows",
        ),
        (
            r#"{"resource": "ci", "keep": "2h"}"#,
            "no saved state knows",
        ),
        (
            r#"{"resource": "/subscriptions/x/computes/ci", "keep": "2h"}"#,
            "no saved state knows",
        ),
        (
            r#"{"resource": "/x/../../y", "keep": "2h"}"#,
            "no saved state knows",
        ),
        (
            r#"{"resource": "a/ci", "keep": "for ever"}"#,
            "no length of time",
        ),
        (
            r#"{"resource": "a/ci", "keep": "-2h"}"#,
            "no length of time",
        ),
        // What it says of its own tries and times is not the host's word.
        (
            r#"{"resource": "a/nobody", "keep": "2h", "DequeueCount": 9, "InsertionTime": "2020-01-01T00:00:00Z", "sys": 1}"#,
            "no saved state knows",
        ),
    ] {
        app.host.traces().clear();
        put(&app, message).await;
        let lines = app.lines();
        let problems = of(&lines, "problem");
        assert_eq!(problems.len(), 1, "{message}: {lines:#?}");
        let told = problems[0]["message"].to_string();
        assert!(told.contains(why), "{message}: {told}");
    }
    assert_eq!(app.queues.count("holds-poison").await.expect("a count"), 0);
    app.round(at("23T19:00")).await;
    assert_eq!((app.stops(), holds(&app).await.len()), (2, 0));
}

#[tokio::test]
async fn where_no_holds_are_taken_a_message_is_refused() {
    let app = app(&[("HOLD_LIMIT", "0")]).await;
    app.host.traces().clear();
    put(&app, r#"{"resource": "a/ci", "keep": "2h"}"#).await;
    let lines = app.lines();
    let told = of(&lines, "problem")[0]["message"].to_string();
    assert!(told.contains("HOLD_LIMIT is 0"), "{told}");
    app.round(at("23T19:00")).await;
    assert_eq!(app.stops(), 2);
}

#[tokio::test]
async fn a_run_that_is_used_up_is_not_gone_on_with() {
    let app = app(&[("HOLD_LIMIT", "1h")]).await;
    put(&app, r#"{"resource": "a/ci", "keep": "1h"}"#).await;
    app.round(at("23T19:00")).await;
    assert_eq!(app.stops(), 1);
    let before = written(&app).await;
    assert_eq!(before.len(), 1, "{before:?}");
    // The hold is over, and no sweep has come since.
    app.at(at("23T19:55"));
    app.host.traces().clear();
    put(&app, r#"{"resource": "a/ci", "keep": "2h"}"#).await;
    let lines = app.lines();
    let problems = of(&lines, "problem");
    assert_eq!(problems.len(), 1, "{lines:#?}");
    let told = problems[0]["message"].to_string();
    let words =
        "a/ci is not kept on: one hold has followed the other, and all of them end with HOLD_LIMIT";
    assert!(told.contains(words), "{told}");
    assert_eq!(of(&lines, "hold").len(), 0, "{lines:#?}");
    assert_eq!(written(&app).await, before);
    app.round(at("23T19:55")).await;
    assert_eq!((app.stops(), holds(&app).await.len()), (2, 1));
}
