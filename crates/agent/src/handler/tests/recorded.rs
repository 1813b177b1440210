//! Requests as the Functions host 4.1037.0 was seen to send them, with ids, names and times of our own.

use super::support::{Served, Step, answer, serving};
use crate::handler::{QueueRequest, SweepRequest};
use serde_json::{Value, json};

const WORKSPACE: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/churn";

/// A request, as it is kept.
macro_rules! recorded {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("recorded/", $name, ".json"))).unwrap()
    };
}

/// Sends it byte for byte: with its own headers in their order, and in chunks where it came so.
async fn sent(served: &Served, request: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let mut headers = String::new();
    for header in request["headers"].as_array().unwrap() {
        headers.push_str(&format!("{}: {}\r\n", text(&header[0]), text(&header[1])));
    }
    let body = text(&request["body"]);
    let body = match headers.contains("Transfer-Encoding: chunked") {
        true => format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
        false => body,
    };
    let line = format!("{} {}", text(&request["method"]), text(&request["url"]));
    // The host keeps its connections; here the end of the answer is the end of one.
    headers.push_str("Connection: close\r\n");
    let stream = served.send_as_it_is(&line, &headers, body.as_bytes());
    let mut stream = stream.await;
    let mut answer = String::new();
    let read = tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer);
    read.await.unwrap();
    answer
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn id(request: &Value) -> Option<String> {
    let headers = request["headers"].as_array().unwrap();
    let id = headers
        .iter()
        .find(|one| one[0] == "X-Azure-Functions-InvocationId");
    id.map(|one| one[1].as_str().unwrap().to_string())
}

#[tokio::test]
async fn the_timer_is_read_and_what_is_due_at_the_tick_is_due() {
    for (request, past_due, now) in [
        (recorded!("timer"), false, "2026-11-23T19:05:00Z"),
        (
            recorded!("timer_first"),
            false,
            "2026-11-23T19:05:00.0731925Z",
        ),
        (
            recorded!("timer_past_due"),
            true,
            "2026-11-23T19:05:12.4108862Z",
        ),
    ] {
        let served = serving([Step::Done]).await;
        let answer = sent(&served, &request).await;
        assert_eq!(status(&answer), 200, "{answer}");
        let read = SweepRequest {
            invocation_id: id(&request),
            past_due,
            traceparent: None,
            now: now.parse().ok(),
        };
        assert_eq!(served.requests(), [read], "{request}");
    }
}

#[tokio::test]
async fn a_message_is_read_with_the_try_that_the_host_tells() {
    for (request, tries) in [
        (recorded!("queue_try_1"), 1),
        (recorded!("queue_try_5"), 5),
        (recorded!("poison"), 1),
    ] {
        let served = serving([]).await;
        let answer = sent(&served, &request).await;
        assert_eq!(status(&answer), 200, "{answer}");
        let read = QueueRequest {
            invocation_id: id(&request),
            traceparent: None,
            now: "2026-11-23T19:05:02.5500731Z".parse().ok(),
            message: json!({
                "lamplighter": 1, "round": "r-7", "at": "2026-11-23T19:05:00Z",
                "workspace": WORKSPACE, "instances": 3, "limit": {"stops": 20}, "full": true,
            }),
            dequeue_count: Some(tries),
            put_at: "2026-11-23T19:05:02Z".parse().ok(),
        };
        assert_eq!(served.queued(), [read], "{request}");
    }
}

#[tokio::test]
async fn a_message_that_has_the_hosts_names_tells_neither_its_tries_nor_the_time() {
    let served = serving([]).await;
    let request = recorded!("queue_properties_over_metadata");
    let answer = sent(&served, &request).await;
    assert_eq!(status(&answer), 200, "{answer}");
    let [read] = served.queued().try_into().unwrap();
    assert_eq!((read.dequeue_count, read.now), (None, None));
    // That name it has not.
    assert_eq!(read.put_at, "2026-11-23T19:05:02Z".parse().ok());
    assert_eq!(
        read.message["DequeueCount"], 12,
        "the message itself is whole"
    );
    assert_eq!(read.invocation_id, id(&request));
    // Each name alone, and in any case, as the host compares them.
    for (message, tries, now) in [
        (json!({"workspace": "w"}), Some(4), true),
        (json!({"workspace": "w", "DequeueCount": 1}), None, true),
        (json!({"workspace": "w", "dequeuecount": 1}), None, true),
        (
            json!({"workspace": "w", "sys": {"UtcNow": "2020-01-01T00:00:00Z"}}),
            Some(4),
            false,
        ),
        (json!({"workspace": "w", "SYS": 1}), Some(4), false),
    ] {
        let text = json!(message.to_string()).to_string();
        let sys = json!({"UtcNow": "2026-11-23T19:05:02Z"});
        let body =
            json!({"Data": {"message": text}, "Metadata": {"DequeueCount": "4", "sys": sys}});
        let served = serving([]).await;
        let stream = served.calling("/workspace", &body.to_string()).await;
        assert_eq!(answer_status(stream).await, 200);
        let [read] = served.queued().try_into().unwrap();
        assert_eq!(
            (read.dequeue_count, read.now.is_some()),
            (tries, now),
            "{message}"
        );
    }
}

async fn answer_status(stream: tokio::net::TcpStream) -> u16 {
    answer(stream).await.status
}

#[tokio::test]
async fn the_probe_and_a_callers_request_are_answered() {
    let served = serving([]).await;
    let ready = sent(&served, &recorded!("probe")).await;
    assert_eq!(status(&ready), 200, "{ready}");
    let page = sent(&served, &recorded!("http_forwarded")).await;
    assert!(status(&page) == 200 && page.contains("<p>de</p>"), "{page}");
    assert!(!page.contains("KEY"), "a caller's key is repeated: {page}");
}
