//! Which answers the host believes.

use super::handler::Script;
use lamplighter_host_emulator::{FunctionsHost, Invoked};
use serde_json::json;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Becomes {
    Succeeds,
    Fails,
    /// Until the function's timeout.
    Hangs,
}
use Becomes::{Fails, Hangs, Succeeds};

#[tokio::test]
async fn answers_are_believed_or_not_as_the_host_does() {
    let html = "text/html";
    let json = "application/json; charset=utf-8";
    for (status, kind, body, becomes) in [
        (
            200,
            json,
            r#"{"Outputs":{},"Logs":["a"],"ReturnValue":null}"#,
            Succeeds,
        ),
        (202, json, r#"{"Logs":["a"]}"#, Succeeds),
        (200, json, "{}", Succeeds),
        (200, json, r#"{"Logs":null,"Outputs":null}"#, Succeeds),
        (200, json, r#"{"Logs":[{"a":1}]}"#, Fails),
        (200, html, "{}", Fails),
        (200, json, "{", Fails),
        (200, json, "[]", Fails),
        (200, json, "\"text\"", Fails),
        (200, json, "", Hangs),
        (200, json, "null", Hangs),
        (204, json, "", Hangs),
        (302, json, r#"{"Logs":["a"]}"#, Fails),
        (404, json, r#"{"Logs":["a"]}"#, Fails),
        (500, json, r#"{"Logs":["a"]}"#, Fails),
        (503, json, "", Fails),
    ] {
        let answer = json!({"status": status, "type": kind, "body": body});
        let script = Script::new(json!({"answers": {"POST /sweep": [answer]}}));
        let mut plan = script.plan();
        plan.waits.timeout = Some(match becomes {
            Hangs => Duration::from_millis(300),
            _ => Duration::from_secs(60),
        });
        let host = FunctionsHost::start(plan).await.expect("it starts");
        let became = match host.fire("sweep").await {
            Invoked::Succeeded { .. } => Succeeds,
            Invoked::Failed { why, .. } if why.contains("timeout") => Hangs,
            Invoked::Failed { .. } => Fails,
        };
        assert_eq!(became, becomes, "{status} {kind} {body}");
    }
}

/// What a failed call gave is lost.
#[tokio::test]
async fn outputs_and_logs_of_a_status_that_is_no_success_are_not_read() {
    let body = json!({"Outputs": {"workspaces": ["{}"]}, "Logs": ["a"]});
    let script = Script::new(json!({"answers": {"POST /sweep": [{"status": 500, "body": body}]}}));
    let host = FunctionsHost::start(script.plan())
        .await
        .expect("it starts");
    let Invoked::Failed { status, why, .. } = host.fire("sweep").await else {
        panic!("it succeeded");
    };
    // Without queues, outputs that were read would be the reason.
    assert_eq!((status, why.as_str()), (500, "the status is not 2xx"));
}
