//! One call: what its answers mean, when it is tried again, and what it never says.

use super::server::*;
use chrono::Utc;
use lamplighter_azure::{Arm, AzureError, Config, ErrorKind};
use lamplighter_core::kinds::instance::Instance;
use lamplighter_core::kinds::instance::calls;
use lamplighter_core::observe::Compute;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// Gets one compute whose answers are `replies`; returns the outcome and how often the server was asked.
async fn get(replies: Vec<Reply>) -> (Result<String, AzureError>, usize) {
    let server = Server::start().await;
    let path = path("computes/ci-ana");
    server.on("GET", &path, replies);
    let got = arm(&server)
        .resource(&Instance, &workspace(), &named("ci-ana"), in_secs(30))
        .await;
    (got.map(|c| c.state.to_string()), server.count("GET", &path))
}

#[tokio::test]
async fn each_refusal_is_told_apart_and_asked_once() {
    for (status, code, kind) in [
        (403, "AuthorizationFailed", ErrorKind::Forbidden),
        (404, "ResourceNotFound", ErrorKind::NotFound),
        (409, "Conflict", ErrorKind::WrongState),
        (400, "InvalidApiVersionParameter", ErrorKind::WrongState),
        (405, "MethodNotAllowed", ErrorKind::Refused),
    ] {
        let (got, asked) = get(vec![error(status, code, "in so many words")]).await;
        let error = got.unwrap_err();
        assert_eq!((error.kind(), asked), (kind, 1), "{error}");
        assert_eq!((error.status(), error.code()), (Some(status), Some(code)));
        assert!(!error.is_transient() && !error.is_perhaps_done());
        let line = error.to_string();
        let has = |part: &str| line.contains(part);
        assert!(
            has("get compute") && has("ci-ana") && has(code) && has("in so many words"),
            "{line}"
        );
        assert!(!has("api-version") && !has("token-"), "{line}");
    }
}

#[tokio::test]
async fn a_read_survives_what_passes_by_itself() {
    let good = || ok(instance("ci-ana"));
    let bad = |status| error(status, "Oops", "try later");
    for trouble in [
        vec![bad(500), bad(502), bad(503)],
        vec![bad(408)],
        vec![throttled("0"), throttled("0")],
        vec![throttled("Fri, 01 Jan 2021 00:00:00 GMT")],
        vec![Reply::Raw(429, vec![], String::new())],
        vec![Reply::BreakOff("{\"name\": \"ci-".into())],
    ] {
        let times = trouble.len() + 1;
        let (got, asked) = get(trouble.into_iter().chain([good()]).collect()).await;
        assert_eq!((got.as_deref(), asked), (Ok("Running"), times));
    }
}

#[tokio::test]
async fn a_read_gives_up_in_the_end() {
    let (got, asked) = get(vec![error(503, "ServerBusy", "")]).await;
    let error = got.unwrap_err();
    assert_eq!((error.kind(), asked), (ErrorKind::Server, 5));
    assert!(error.is_transient());
}

#[tokio::test]
async fn an_answer_that_is_no_answer_is_reported_as_none() {
    let html = "<!DOCTYPE html><html><body>Sign in</body></html>";
    let kind = ("content-type", "text/html".to_owned());
    for reply in [
        Reply::Raw(200, vec![kind], html.into()),
        Reply::Raw(200, vec![], String::new()),
        Reply::Raw(200, vec![], "{\"name\": \"ci-ana\", \"prop".into()),
        Reply::Raw(302, vec![("location", "/elsewhere".into())], String::new()),
        ok(json!([1, 2])),
        ok(json!({"value": []})),
        ok(instance("ci-somebody-else")),
    ] {
        let (got, asked) = get(vec![reply]).await;
        let error = got.unwrap_err();
        assert_eq!((error.kind(), asked), (ErrorKind::Garbled, 1), "{error}");
        assert!(error.to_string().len() < 900);
    }
}

#[tokio::test]
async fn a_server_that_never_answers_costs_the_request_timeout_and_no_more() {
    let server = Server::start().await;
    let path = path("computes/ci-ana");
    server.on("GET", &path, [Reply::Hang]);
    let arm = arm_with(&server, Fake::new(), Duration::from_millis(200));
    let error = arm
        .resource(&Instance, &workspace(), &named("ci-ana"), in_secs(30))
        .await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(server.count("GET", &path), 5);

    let arm = super::server::arm(&server);
    let soon = Instant::now() + Duration::from_millis(500);
    let error = arm
        .resource(&Instance, &workspace(), &named("ci-ana"), soon)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeadlinePassed);
    assert_eq!(server.count("GET", &path), 6);
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let server = Server::start().await;
    let fake = Fake::new();
    let arm = arm_with(&server, fake.clone(), Duration::from_secs(20));
    let error = arm
        .action(&calls::stop(&workspace(), "ci-ana"), Instant::now())
        .await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeadlinePassed);
    assert!(!error.is_perhaps_done());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_a_network_error() {
    let server = Server::start().await;
    let unused = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let mut nowhere = server.clone();
    nowhere
        .url
        .set_port(Some(unused.local_addr().unwrap().port()))
        .unwrap();
    drop(unused);
    let stopped = arm(&nowhere)
        .action(&calls::stop(&workspace(), "ci"), in_secs(30))
        .await;
    let error = stopped.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(!error.is_perhaps_done(), "nothing was sent");
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_fails_at_once_and_quiets_the_subscription() {
    let server = Server::start().await;
    server.on("GET", COMPUTES, [throttled("60")]);
    let arm = arm(&server);
    let first = arm.computes(&workspace(), in_secs(50)).await.unwrap_err();
    let told = Some(Duration::from_secs(60));
    assert_eq!(first.kind(), ErrorKind::Throttled { retry_after: told });
    assert!(first.to_string().contains("retry after 60 s"), "{first}");
    let second = arm.computes(&workspace(), in_secs(50)).await.unwrap_err();
    assert!(matches!(
        second.kind(),
        ErrorKind::Throttled {
            retry_after: Some(_)
        }
    ));
    assert_eq!(
        server.count("GET", COMPUTES),
        1,
        "an early retry is refused"
    );
    let mut elsewhere = workspace();
    elsewhere.subscription = "another".into();
    let error = arm.computes(&elsewhere, in_secs(50)).await.unwrap_err();
    assert_eq!(
        error.code(),
        Some("Unscripted"),
        "other subscriptions go on"
    );
}

#[tokio::test]
async fn a_wait_within_the_deadline_is_waited_for_and_not_shortened() {
    let at = (Utc::now() + chrono::TimeDelta::seconds(90)).to_rfc2822();
    for retry_after in ["60", at.as_str()] {
        let server = Server::start().await;
        server.on(
            "GET",
            COMPUTES,
            [throttled(retry_after), ok(json!({"value": []}))],
        );
        let arm = arm(&server);
        let here = workspace();
        let list = arm.computes(&here, in_secs(240));
        let early = tokio::time::timeout(Duration::from_millis(500), list).await;
        assert!(early.is_err(), "still waiting: {early:?}");
        assert_eq!(server.count("GET", COMPUTES), 1);
    }
}

#[tokio::test]
async fn many_calls_share_one_token_until_it_is_near_its_end() {
    let server = Server::start().await;
    server.on("GET", COMPUTES, [ok(json!({"value": []}))]);
    let fake = Fake::new();
    let arm = arm_with(&server, fake.clone(), Duration::from_secs(20));
    let here = workspace();
    let calls = (0..20).map(|_| arm.computes(&here, in_secs(30)));
    for listed in futures::future::join_all(calls).await {
        listed.unwrap();
    }
    assert_eq!(fake.fetched.load(Ordering::SeqCst), 1);

    let short = Fake::new();
    short.lives.store(200, Ordering::SeqCst);
    let arm = arm_with(&server, short.clone(), Duration::from_secs(20));
    for _ in 0..3 {
        arm.computes(&here, in_secs(30)).await.unwrap();
    }
    assert_eq!(
        short.fetched.load(Ordering::SeqCst),
        3,
        "each is near its end"
    );
    let last = server.requests().pop().unwrap();
    assert_eq!(last.headers["authorization"], "Bearer token-3");
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let refused = || error(401, "ExpiredAuthenticationToken", "expired");
    let (got, asked) = get(vec![refused(), ok(instance("ci-ana"))]).await;
    assert_eq!((got.as_deref(), asked), (Ok("Running"), 2));

    let server = Server::start().await;
    server.on("GET", COMPUTES, [refused()]);
    let fake = Fake::new();
    let arm = arm_with(&server, fake.clone(), Duration::from_secs(20));
    let error = arm.computes(&workspace(), in_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(server.count("GET", COMPUTES), 2);
    let used: Vec<_> = server
        .requests()
        .iter()
        .map(|s| s.headers["authorization"].clone())
        .collect();
    assert_eq!(used, ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_callers_in_line_do_not_each_try() {
    let server = Server::start().await;
    let fake = Arc::new(Fake {
        fails: true,
        ..Arc::into_inner(Fake::new()).unwrap()
    });
    let config = Config {
        client_id: Some("identity-7".into()),
        ..config(&server, Duration::from_secs(20))
    };
    let arm = Arm::new(config, fake.clone()).unwrap();
    let here = workspace();
    let calls = (0..8).map(|_| arm.computes(&here, in_secs(30)));
    for listed in futures::future::join_all(calls).await {
        let error = listed.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoToken);
        let line = error.to_string();
        assert!(
            line.contains("nobody is signed in") && line.contains("identity-7"),
            "{line}"
        );
    }
    assert_eq!(fake.fetched.load(Ordering::SeqCst), 1);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    let server = Server::start().await;
    server.on("GET", COMPUTES, [Reply::Hang]);
    let arm = arm(&server);
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let arm = arm.clone();
            tokio::spawn(async move { arm.computes(&workspace(), in_secs(30)).await.is_ok() })
        })
        .collect();
    while server.count("GET", COMPUTES) < 8 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(server.count("GET", COMPUTES), 8);
    tasks.iter().for_each(|task| task.abort());
}

/// A compute of which only the name is known.
fn named(name: &str) -> Compute {
    Compute {
        name: name.into(),
        ..Compute::default()
    }
}
