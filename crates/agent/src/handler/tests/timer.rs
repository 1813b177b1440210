//! The timer's invocations.

use super::support::{ID, Step, answer, invocation, serving, timer};
use crate::handler::SweepRequest;
use crate::handler::server::BODY_LIMIT;
use serde_json::{Value, json};

#[tokio::test]
async fn a_sweep_is_answered_as_the_host_demands() {
    let served = serving([Step::Done]).await;
    let answer = served.fire(&invocation(timer(false))).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.head.contains("content-type: application/json"),
        "{}",
        answer.head
    );
    let body = json!({ "Outputs": {}, "Logs": ["2 stops"], "ReturnValue": null });
    assert_eq!(answer.body, body);
    let request = SweepRequest {
        invocation_id: Some(ID.into()),
        past_due: false,
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00".into()),
        now: "2026-11-23T19:05:00.0042Z".parse().ok(),
    };
    assert_eq!(served.requests(), [request]);
}

#[tokio::test]
async fn the_timer_may_come_as_an_object_as_a_text_and_as_a_text_encoded_twice() {
    let once = Value::String(timer(true).to_string());
    let twice = Value::String(once.to_string());
    for shape in [timer(true), once, twice] {
        let served = serving([Step::Done]).await;
        let answer = served.fire(&invocation(shape.clone())).await;
        assert_eq!(answer.status, 200, "{shape}");
        assert!(served.requests()[0].past_due, "{shape}");
        assert!(
            answer.body["Logs"][0]
                .as_str()
                .unwrap()
                .contains("past due"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_tick_that_says_little_or_something_odd_still_sweeps() {
    let bodies = [
        String::new(),
        "{}".into(),
        r#"{"Data":null,"Metadata":null}"#.into(),
        invocation(Value::Null),
        invocation(json!({ "ScheduleStatus": null, "IsPastDue": null, "New": { "a": [1] } })),
        invocation(json!({ "ScheduleStatus": { "Last": "yesterday", "Next": 7 }, "IsPastDue": 3 })),
        invocation(json!("not JSON")),
        invocation(json!([1, 2])),
    ];
    for body in bodies {
        let served = serving([Step::Done]).await;
        assert_eq!(served.fire(&body).await.status, 200, "{body}");
        assert!(!served.requests()[0].past_due, "{body}");
    }
}

#[tokio::test]
async fn an_id_that_could_break_a_log_line_or_a_name_is_not_taken() {
    let served = serving([Step::Done]).await;
    let headers =
        "X-Azure-Functions-InvocationId: ../../x y\r\ntraceparent: a;b\r\nContent-Length: 0\r\n";
    assert_eq!(
        answer(served.send("POST /sweep", headers, b"").await)
            .await
            .status,
        200
    );
    assert_eq!(served.requests(), [SweepRequest::default()]);
}

#[tokio::test]
async fn a_broken_or_huge_body_is_refused_in_words_and_sweeps_nothing() {
    let served = serving([]).await;
    for (body, word) in [
        ("{\"Data\":", "not JSON"),
        ("[]", "a list"),
        ("\"x\"", "a text"),
    ] {
        let answer = served.fire(body).await;
        assert_eq!(answer.status, 400, "{body}");
        let message = answer.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(word), "{message}");
    }
    let length = BODY_LIMIT + 1;
    let headers = format!("Content-Length: {length}\r\n");
    let answer = answer(
        served
            .send("POST /sweep", &headers, &vec![b' '; length])
            .await,
    )
    .await;
    assert_eq!(answer.status, 413);
    assert!(
        answer.body["error"]["message"]
            .as_str()
            .unwrap()
            .contains("1048576")
    );
    assert!(served.requests().is_empty());
}

#[tokio::test]
async fn a_sweep_that_fails_or_panics_fails_the_invocation_and_the_next_one_runs() {
    for (step, word) in [
        (Step::Fail("no token: sign-in refused"), "no token"),
        (Step::Panic, "the lamp fell over"),
    ] {
        let served = serving([step, Step::Done]).await;
        assert_eq!(served.ask("GET /api/health").await.status, 200);

        let failure = served.fire(&invocation(timer(false))).await;
        assert_eq!(failure.status, 500);
        assert!(
            failure.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains(word),
            "{}",
            failure.body
        );
        let health = served.ask("GET /api/health").await;
        assert_eq!(
            (health.status, &health.body["lastSweep"]["ok"]),
            (503, &json!(false))
        );
        assert!(
            health.body["lastSweep"]["reason"]
                .as_str()
                .unwrap()
                .contains(word)
        );

        assert_eq!(served.fire(&invocation(timer(false))).await.status, 200);
        let health = served.ask("GET /api/health").await;
        assert_eq!(
            (health.status, &health.body["lastSweep"]["ok"]),
            (200, &json!(true))
        );
        assert_eq!(health.body["lastSweep"]["summary"], json!({ "stops": 2 }));
        assert_eq!(health.body["lastSweep"]["id"], ID);
    }
}

#[tokio::test]
async fn of_two_invocations_at_once_one_sweeps_and_the_other_says_so_at_once() {
    let served = serving([Step::Hold]).await;
    let first = served.firing(&invocation(timer(false))).await;
    served.entered().await;

    let second = served.fire(&invocation(timer(false))).await;
    assert_eq!(second.status, 200);
    let line = second.body["Logs"][0].as_str().unwrap();
    assert!(
        line.contains(ID) && line.contains("running since 20"),
        "{line}"
    );
    let health = served.ask("GET /api/health").await;
    assert_eq!(health.status, 200);
    assert_eq!(health.body["sweepSchedule"], "30 1 * * * *");
    let timer = &health.body["timer"];
    assert_eq!(timer["means"], "30 1 * * * *");
    let next: Vec<&str> = timer["next"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|at| at.as_str())
        .collect();
    assert_eq!(next.len(), 3);
    assert!(next.iter().all(|at| at.ends_with(":01:30Z")), "{next:?}");
    assert_eq!(health.body["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (&health.body["sweeping"]["id"], &health.body["lastSweep"]),
        (&json!(ID), &Value::Null)
    );
    assert_eq!(served.ask("GET /").await.status, 200);

    served.script.release.add_permits(1);
    assert_eq!(answer(first).await.body["Logs"], json!(["2 stops"]));
    assert_eq!(served.requests().len(), 1);
    assert_eq!(
        served.ask("GET /api/health").await.body["sweeping"],
        Value::Null
    );
}

#[tokio::test]
async fn a_sweep_goes_on_to_its_end_when_the_host_hangs_up() {
    let served = serving([Step::Hold]).await;
    let connection = served.firing(&invocation(timer(false))).await;
    served.entered().await;
    drop(connection);
    // The server sees the hang-up while it answers these.
    for _ in 0..20 {
        assert_eq!(served.ask("GET /").await.status, 200);
    }
    assert_eq!(
        served.ask("GET /api/health").await.body["sweeping"]["id"],
        ID
    );

    served.script.release.add_permits(1);
    for _ in 0..200 {
        let health = served.ask("GET /api/health").await.body;
        if health["lastSweep"]["ok"] == json!(true) {
            return;
        }
    }
    panic!("the sweep did not end");
}
