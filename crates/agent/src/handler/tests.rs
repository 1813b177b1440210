//! The server as the Functions host meets it: over a real socket, byte for byte.

use super::*;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

const ID: &str = "6f1a2c60-11aa-4c3e-9b3f-0d8a50d1a001";

enum Step {
    Done,
    /// Done, with a message for the queue.
    Spread,
    Fail(&'static str),
    Panic,
    /// Done once the test lets it.
    Hold,
}

struct Script {
    steps: Mutex<VecDeque<Step>>,
    requests: Mutex<Vec<SweepRequest>>,
    known: Mutex<Option<LastKnown>>,
    entered: Semaphore,
    release: Semaphore,
}

impl Sweeper for Script {
    fn page(&self, languages: String) -> BoxFuture<'_, Result<super::Served, SweepFailed>> {
        Box::pin(async move {
            match languages.as_str() {
                "none" => Err(SweepFailed {
                    reason: "the ledger is away".into(),
                }),
                _ => Ok(super::Served {
                    html: format!("<p>{languages}</p>"),
                    policy: "default-src 'none'".into(),
                }),
            }
        })
    }

    fn sweep(&self, request: SweepRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        self.requests.lock().unwrap().push(request);
        let step = self
            .steps
            .lock()
            .unwrap()
            .pop_front()
            .expect("a sweep that no test asked for");
        self.entered.add_permits(1);
        Box::pin(async move {
            let spread = matches!(step, Step::Spread);
            match step {
                Step::Done | Step::Spread => {}
                Step::Fail(reason) => {
                    return Err(SweepFailed {
                        reason: reason.into(),
                    });
                }
                Step::Panic => panic!("the lamp fell over"),
                Step::Hold => self.release.acquire().await.unwrap().forget(),
            }
            Ok(SweepDone {
                summary: json!({ "stops": 2 }),
                lines: vec!["2 stops".into()],
                messages: spread
                    .then(|| json!({ "lamplighter": 1 }))
                    .into_iter()
                    .collect(),
            })
        })
    }

    fn workspace(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(async move {
            match request.message["workspace"].as_str() {
                Some("panics") => panic!("the lamp fell over"),
                Some(name) => Ok(SweepDone {
                    lines: vec![format!("{name}, try {:?}", request.dequeue_count)],
                    ..SweepDone::default()
                }),
                None => Err(SweepFailed {
                    reason: "the message names no workspace".into(),
                }),
            }
        })
    }

    fn poison(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(async move {
            Ok(SweepDone {
                lines: vec![request.message.to_string()],
                ..SweepDone::default()
            })
        })
    }

    fn last_known(&self) -> BoxFuture<'_, Option<LastKnown>> {
        Box::pin(async { self.known.lock().unwrap().clone() })
    }
}

struct Served {
    port: u16,
    script: Arc<Script>,
}

struct Answer {
    status: u16,
    head: String,
    body: Value,
}

async fn serving(steps: impl IntoIterator<Item = Step>) -> Served {
    let script = Arc::new(Script {
        steps: Mutex::new(steps.into_iter().collect()),
        requests: Mutex::default(),
        known: Mutex::default(),
        entered: Semaphore::new(0),
        release: Semaphore::new(0),
    });
    let listener = bind(0).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let info = Info {
        sweep_schedule: "30 1 * * * *".into(),
        ..Info::default()
    };
    tokio::spawn(serve(listener, script.clone(), info));
    Served { port, script }
}

impl Served {
    /// Opens a connection and sends one request.
    async fn send(&self, line: &str, headers: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let head =
            format!("{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        stream
    }

    async fn ask(&self, line: &str) -> Answer {
        answer(self.send(line, "", b"").await).await
    }

    /// Fires as the host does: chunked, without a length, in several pieces.
    async fn fire(&self, body: &str) -> Answer {
        answer(self.firing(body).await).await
    }

    async fn firing(&self, body: &str) -> TcpStream {
        self.calling("/sweep", body).await
    }

    /// A message of the queue, as the host hands it on.
    async fn hand(&self, path: &str, message: Value) -> Answer {
        let metadata = json!({ "DequeueCount": "\"2\"", "Id": "\"m1\"", "sys": { "MethodName": "workspace" } });
        let body = json!({ "Data": { "message": message }, "Metadata": metadata });
        answer(self.calling(path, &body.to_string()).await).await
    }

    async fn calling(&self, path: &str, body: &str) -> TcpStream {
        let headers = format!(
            "User-Agent: Azure-Functions-Host/4.1048.200\r\nX-Azure-Functions-InvocationId: {ID}\r\n\
             traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\n\
             Content-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
        );
        let mut chunks = Vec::new();
        for chunk in body.as_bytes().chunks(7) {
            chunks.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            chunks.extend(chunk);
            chunks.extend(b"\r\n");
        }
        chunks.extend(b"0\r\n\r\n");
        self.send(&format!("POST {path}"), &headers, &chunks).await
    }

    async fn entered(&self) {
        self.script.entered.acquire().await.unwrap().forget();
    }

    fn requests(&self) -> Vec<SweepRequest> {
        self.script.requests.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_lowercase(),
        body: serde_json::from_str(body).unwrap_or_else(|_| panic!("not JSON: {body:?}")),
    }
}

fn invocation(timer: Value) -> String {
    let sys =
        json!({ "MethodName": "sweep", "UtcNow": "2026-11-23T19:05:00.0042Z", "RandGuid": "r" });
    json!({ "Data": { "timer": timer }, "Metadata": { "sys": sys } }).to_string()
}

fn timer(past_due: bool) -> Value {
    json!({
        "Schedule": { "AdjustForDST": true },
        "ScheduleStatus": {
            "Last": "0001-01-01T00:00:00",
            "LastUpdated": "0001-01-01T00:00:00",
            "Next": "2026-11-23T19:10:00+00:00"
        },
        "IsPastDue": past_due
    })
}

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

#[tokio::test]
async fn other_paths_and_methods_are_named_in_json() {
    let served = serving([]).await;
    for (line, status) in [
        ("GET /api/nothing", 404),
        ("POST /machine", 404),
        ("GET /workspace", 405),
        ("GET /poison", 405),
        ("GET /sweep", 405),
        ("DELETE /api/health", 405),
        ("POST /", 405),
    ] {
        let answer = served.ask(line).await;
        assert_eq!(answer.status, status, "{line}");
        let path = line.split(' ').nth(1).unwrap();
        assert!(
            answer.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains(path),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn messages_for_the_queue_are_outputs_and_each_is_an_object() {
    let served = serving([Step::Spread]).await;
    let answer = served.fire(&invocation(timer(false))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body["Outputs"],
        json!({ "workspaces": [{ "lamplighter": 1 }] })
    );
}

#[tokio::test]
async fn a_message_of_the_queue_is_answered_as_the_host_demands() {
    let served = serving([]).await;
    let message = |name: &str| json!(json!(json!({ "workspace": name }).to_string()).to_string());
    let done = served.hand("/workspace", message("churn")).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.body["Logs"], json!(["churn, try Some(2)"]));
    assert_eq!(done.body["Outputs"], json!({}));
    for (message, words) in [
        (json!("\"hello\""), "names no workspace"),
        (message("panics"), "panicked: the lamp fell over"),
    ] {
        let failed = served.hand("/workspace", message).await;
        assert_eq!(failed.status, 500);
        let told = failed.body["error"]["message"].to_string();
        assert!(told.contains(words), "{told}");
    }
    let noted = served.hand("/poison", json!("\"hello\"")).await;
    assert_eq!(
        (noted.status, &noted.body["Logs"]),
        (200, &json!(["\"hello\""]))
    );
    for (body, status) in [("", 400), ("[]", 400), (r#"{"Data":{}}"#, 400)] {
        let refused = answer(served.calling("/workspace", body).await).await;
        assert_eq!(refused.status, status, "{body}: {}", refused.body);
    }
}

#[tokio::test]
async fn health_tells_of_sweeps_that_other_instances_ran() {
    let served = serving([]).await;
    assert_eq!(
        served.ask("GET /api/health").await.body["ledger"],
        Value::Null
    );
    let known = |problem: Option<&str>| LastKnown {
        sweep: json!({ "at": "2026-11-23T19:05:00Z" }),
        problem: problem.map(str::to_owned),
    };
    for (problem, status) in [
        (None, 200),
        (Some("no sweep has ended for 50 minutes"), 503),
    ] {
        *served.script.known.lock().unwrap() = Some(known(problem));
        let health = served.ask("GET /api/health").await;
        assert_eq!(health.status, status);
        assert_eq!(health.body["ledger"]["problem"], json!(problem));
        assert_eq!(
            health.body["ledger"]["lastSweep"]["at"],
            "2026-11-23T19:05:00Z"
        );
    }
}
