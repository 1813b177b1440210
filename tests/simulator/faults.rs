//! Faults by path and count, throttling, and what every answer carries.

use super::support::{API, Client, W, fleet_of, manual, started};
use lamplighter_simulator::Options;
use serde_json::{Value, json};

fn fleet() -> lamplighter_simulator::Fleet {
    let instances = json!([{"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running"},
        {"name": "b", "vmSize": "Standard_DS3_v2"}]);
    fleet_of(instances, json!([]), json!({}))
}

fn list() -> String {
    format!("{W}/computes?{API}")
}

#[tokio::test]
async fn a_status_with_retry_after_comes_as_often_as_asked_and_nowhere_else() {
    let client = manual(fleet()).await;
    client
        .fault(json!([{"pathContains": "/COMPUTES", "method": "get", "count": 2, "after": 1, "status": 429,
            "retryAfterSeconds": 60}]))
        .await;
    assert_eq!(client.call("GET", &list(), None).await.0, 200);
    for _ in 0..2 {
        let answer = client.send("GET", &list(), None).await.expect("answered");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (429, &"60".parse().expect("a value"))
        );
        let body: Value = answer.json().await.expect("JSON");
        assert!(body["error"]["code"].is_string());
    }
    assert_eq!(client.call("GET", &list(), None).await.0, 200);
    assert_eq!(client.call("GET", &format!("{W}?{API}"), None).await.0, 200);
    client
        .fault(json!({"pathContains": "/stop", "status": 500}))
        .await;
    for _ in 0..3 {
        assert_eq!(
            client
                .call("POST", &format!("{W}/computes/a/stop?{API}"), None)
                .await
                .0,
            500
        );
    }
    assert_eq!(
        client.call("DELETE", "/simulator/faults", None).await.0,
        204
    );
    assert_eq!(client.state("a").await, "Running");
    assert_eq!(
        client
            .call("POST", &format!("{W}/computes/a/stop?{API}"), None)
            .await
            .0,
        202
    );
}

#[tokio::test]
async fn html_instead_of_json_and_headers_laid_over() {
    let client = manual(fleet()).await;
    client
        .fault(json!({"pathContains": "/computes", "count": 1, "body": "<html>proxy</html>", "contentType": "text/html",
            "headers": {"Date": "Thu, 01 Jan 2026 00:00:00 GMT"}}))
        .await;
    let answer = client.send("GET", &list(), None).await.expect("answered");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert_eq!(answer.headers()["date"], "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_eq!(answer.text().await.expect("text"), "<html>proxy</html>");
}

#[tokio::test]
async fn resets_truncations_and_hangs_break_the_connection_as_promised() {
    let client = manual(fleet()).await;
    client
        .fault(json!({"pathContains": "/computes", "count": 1, "reset": true}))
        .await;
    let error = client
        .send("GET", &list(), None)
        .await
        .expect_err("no answer");
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    client
        .fault(json!({"pathContains": "/computes", "count": 1, "truncateBody": true}))
        .await;
    let answer = client.send("GET", &list(), None).await.expect("a head");
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    client
        .fault(json!({"pathContains": "/computes", "count": 1, "hang": true}))
        .await;
    let impatient = client
        .http
        .get(client.address(&list()))
        .bearer_auth(&client.token);
    let error = impatient
        .timeout(std::time::Duration::from_millis(500))
        .send()
        .await
        .expect_err("no answer");
    assert!(error.is_timeout());
    assert_eq!(client.call("GET", &list(), None).await.0, 200);
    let calls = client.get("/simulator/calls").await;
    let line = calls["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .find(|line| line["route"] == "W/computes");
    assert_eq!(
        line.expect("counted")["statuses"],
        json!({"200": 2, "none": 2})
    );
}

#[tokio::test]
async fn throttled_as_arm_does_it() {
    let client = started(
        fleet(),
        Options {
            throttle: true,
            ..Options::default()
        },
    )
    .await;
    let mut refused = None;
    for number in 0..400 {
        let answer = client.send("GET", &list(), None).await.expect("answered");
        if number == 0 {
            assert_eq!(
                answer.headers()["x-ms-ratelimit-remaining-subscription-reads"],
                "249"
            );
        }
        if answer.status() == 429 {
            refused = Some((number, answer));
            break;
        }
    }
    let (number, answer) = refused.expect("throttled at last");
    // 250 and what flows in meanwhile.
    assert!(number >= 250, "{number}");
    let wait: u64 = answer.headers()["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert!(wait >= 1);
    // Writes have a bucket of their own.
    assert_eq!(
        client
            .call("POST", &format!("{W}/computes/a/stop?{API}"), None)
            .await
            .0,
        202
    );
}

#[tokio::test]
async fn every_answer_carries_the_simulated_time_and_a_request_id() {
    let client = manual(fleet()).await;
    client.advance(3661).await;
    let answer = client.send("GET", &list(), None).await.expect("answered");
    assert_eq!(answer.headers()["date"], "Wed, 21 Oct 2026 10:01:01 GMT");
    assert_eq!(answer.headers()["x-ms-request-id"].len(), 36);
    assert!(
        answer
            .headers()
            .contains_key("x-ms-ratelimit-remaining-subscription-reads")
    );
    let stop = client
        .send("POST", &format!("{W}/computes/a/stop?{API}"), None)
        .await
        .expect("answered");
    assert!(
        stop.headers()
            .contains_key("x-ms-ratelimit-remaining-subscription-writes")
    );
}

#[tokio::test]
async fn latency_is_felt_side_by_side_and_concurrency_is_counted() {
    let client: Client = started(
        fleet(),
        Options {
            latency: 5,
            ..Options::default()
        },
    )
    .await;
    client.call("DELETE", "/simulator/calls", None).await;
    let path = list();
    let began = std::time::Instant::now();
    let calls = (0..8).map(|_| client.call("GET", &path, None));
    for (status, _) in futures::future::join_all(calls).await {
        assert_eq!(status, 200);
    }
    assert!(began.elapsed().as_millis() >= 5);
    let report = client.simulator.calls();
    assert_eq!((report.total, report.routes.len()), (8, 1));
    assert!(
        (2..=8).contains(&report.max_concurrency),
        "{}",
        report.max_concurrency
    );
}
