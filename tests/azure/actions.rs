//! Start and stop: sent once, and repeated only where nothing can have been done.

use super::server::*;
use lamplighter_azure::{ErrorKind, OperationState};
use lamplighter_core::kinds::instance::calls;
use serde_json::json;
use std::time::Duration;

fn accepted(headers: Vec<(&'static str, String)>) -> Reply {
    Reply::Raw(202, headers, String::new())
}

#[tokio::test]
async fn a_stop_is_a_post_without_a_body() {
    let server = Server::start().await;
    let stop = path("computes/ci-ana/stop");
    server.on(
        "POST",
        &stop,
        [accepted(vec![("retry-after", "15".into())])],
    );
    let done = arm(&server)
        .action(&calls::stop(&workspace(), "ci-ana"), in_secs(30))
        .await
        .unwrap();
    assert_eq!(done.retry_after, Some(Duration::from_secs(15)));
    assert!(!done.has_status());
    let [asked] = server.requests().try_into().unwrap();
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", stop.as_str())
    );
    assert_eq!(asked.query, "api-version=2025-12-01");
    assert_eq!(asked.headers["content-length"], "0");
}

#[tokio::test]
async fn an_action_that_may_have_been_done_is_never_sent_twice() {
    for (trouble, kind) in [
        (error(500, "Oops", ""), ErrorKind::Server),
        (error(503, "ServerBusy", ""), ErrorKind::Server),
        (Reply::Hang, ErrorKind::Timeout),
        (Reply::BreakOff("{".into()), ErrorKind::Network),
    ] {
        let server = Server::start().await;
        let start = path("computes/ci-ana/start");
        server.on("POST", &start, [trouble, accepted(vec![])]);
        // Only what never answers has to be waited for.
        let patience = match kind {
            ErrorKind::Timeout => Duration::from_millis(200),
            _ => Duration::from_secs(20),
        };
        let arm = arm_with(&server, Fake::new(), patience);
        let error = arm
            .action(&calls::start(&workspace(), "ci-ana"), in_secs(30))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.is_perhaps_done(), "{error}");
        assert_eq!(server.count("POST", &start), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn an_action_that_was_turned_away_is_sent_again() {
    for trouble in [throttled("0"), error(401, "ExpiredAuthenticationToken", "")] {
        let server = Server::start().await;
        let start = path("computes/ci-ana/start");
        server.on("POST", &start, [trouble, accepted(vec![])]);
        arm(&server)
            .action(&calls::start(&workspace(), "ci-ana"), in_secs(30))
            .await
            .unwrap();
        assert_eq!(server.count("POST", &start), 2);
    }
}

#[tokio::test]
async fn a_refusal_in_the_present_state_says_that_the_state_is_wrong() {
    for (status, code) in [
        (400, "StartComputeInstanceOnlyAllowedInStoppedState"),
        (409, "Conflict"),
    ] {
        let server = Server::start().await;
        server.on(
            "POST",
            &path("computes/ci-ana/start"),
            [error(status, code, "no")],
        );
        let error = arm(&server)
            .action(&calls::start(&workspace(), "ci-ana"), in_secs(30))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::WrongState, Some(code))
        );
        assert!(error.is_wrong_state());
        assert!(!error.is_perhaps_done());
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn the_status_of_an_operation_is_read_where_azure_says() {
    let server = Server::start().await;
    let status = "/subscriptions/s/providers/Microsoft.MachineLearningServices/locations/eastus/computeOperationsStatus/0f0f";
    let async_url = server.link(&format!("{status}?service=new&sig=SECRET"));
    let location = server.link("/operationresults/0f0f?sig=SECRET");
    let stop = path("computes/ci-ana/stop");
    let both = vec![
        ("azure-asyncoperation", async_url),
        ("location", location.clone()),
    ];
    server.on(
        "POST",
        &stop,
        [accepted(both), accepted(vec![("location", location)])],
    );
    let failed = json!({"status": "Failed", "error": {"code": "NoCapacity", "message": "full"}});
    server.on(
        "GET",
        status,
        [
            ok(json!({"status": "InProgress"})),
            ok(json!({"status": "Succeeded"})),
            ok(failed),
            ok(json!({"status": "Pondering"})),
            error(403, "AuthorizationFailed", "no"),
        ],
    );
    server.on(
        "GET",
        "/operationresults/0f0f",
        [accepted(vec![]), Reply::Raw(204, vec![], String::new())],
    );
    let (arm, here) = (arm(&server), workspace());
    let by_status = arm
        .action(&calls::stop(&here, "ci-ana"), in_secs(30))
        .await
        .unwrap();
    assert!(!format!("{by_status:?}").contains("SECRET"));
    for (state, reason) in [
        (OperationState::InProgress, None),
        (OperationState::Succeeded, None),
        (OperationState::Failed, Some("NoCapacity: full".to_owned())),
        (OperationState::Other("Pondering".into()), None),
    ] {
        let asked = arm
            .operation_status(&by_status, in_secs(30))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((asked.state, asked.reason), (state, reason));
    }
    let error = arm
        .operation_status(&by_status, in_secs(30))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let line = format!("{error} {error:?}");
    assert!(!line.contains("SECRET") && !line.contains("0f0f"), "{line}");

    let by_location = arm
        .action(&calls::stop(&here, "ci-ana"), in_secs(30))
        .await
        .unwrap();
    for state in [OperationState::InProgress, OperationState::Succeeded] {
        let asked = arm
            .operation_status(&by_location, in_secs(30))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(asked.state, state);
    }
}

#[tokio::test]
async fn the_status_of_an_operation_on_another_host_is_not_read() {
    let (server, other) = (Server::start().await, Server::start().await);
    let link = vec![("azure-asyncoperation", other.link("/status?sig=SECRET"))];
    server.on("POST", &path("computes/ci-ana/stop"), [accepted(link)]);
    let arm = arm(&server);
    let done = arm
        .action(&calls::stop(&workspace(), "ci-ana"), in_secs(30))
        .await
        .unwrap();
    let error = arm.operation_status(&done, in_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignLink);
    assert!(!error.to_string().contains("SECRET"));
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn an_operation_is_waited_for_until_it_has_ended_or_time_is_up() {
    let server = Server::start().await;
    let stop = path("computes/ci-ana/stop");
    let headers = || {
        let link = server.link("/status?sig=SECRET");
        vec![
            ("azure-asyncoperation", link),
            ("retry-after", "0".to_owned()),
        ]
    };
    let never = vec![headers().remove(0), ("retry-after", u64::MAX.to_string())];
    server.on(
        "POST",
        &stop,
        [accepted(headers()), accepted(never), accepted(vec![])],
    );
    let failed = json!({"status": "Failed", "error": {"code": "NoCapacity", "message": "full"}});
    server.on(
        "GET",
        "/status",
        [
            ok(json!({"status": "InProgress"})),
            ok(json!({"status": "Pondering"})),
            ok(failed),
            ok(json!({"status": "Succeeded"})),
            ok(json!({"status": "InProgress"})),
        ],
    );
    let (arm, here) = (arm(&server), workspace());
    let first = arm
        .action(&calls::stop(&here, "ci-ana"), in_secs(30))
        .await
        .unwrap();
    let ended = arm.wait(&first, in_secs(30)).await.unwrap();
    assert!(!ended.succeeded());
    assert_eq!(ended.to_string(), "Failed (NoCapacity: full)");
    assert_eq!(server.count("GET", "/status"), 3);
    assert!(arm.wait(&first, in_secs(30)).await.unwrap().succeeded());

    // The next look would come after the deadline, so it is not waited for.
    let second = arm
        .action(&calls::stop(&here, "ci-ana"), in_secs(30))
        .await
        .unwrap();
    let error = arm.wait(&second, in_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeadlinePassed);

    let nowhere = arm
        .action(&calls::stop(&here, "ci-ana"), in_secs(30))
        .await
        .unwrap();
    let error = arm.wait(&nowhere, in_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Garbled);
    assert_eq!(server.count("GET", "/status"), 5);
}
