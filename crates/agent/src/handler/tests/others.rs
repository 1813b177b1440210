//! Messages of the queue, health, and whatever else is called.

use super::support::{Step, answer, invocation, serving, timer};
use crate::handler::LastKnown;
use serde_json::{Value, json};

#[tokio::test]
async fn other_paths_and_methods_are_named_in_json() {
    let served = serving([]).await;
    for (line, status) in [
        ("GET /api/nothing", 404),
        ("POST /resource", 404),
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
async fn messages_for_the_queue_are_outputs_and_each_is_a_text_that_is_an_object() {
    let served = serving([Step::Spread]).await;
    let answer = served.fire(&invocation(timer(false))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body["Outputs"],
        json!({ "workspaces": [r#"{"lamplighter":1}"#] })
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
    // What was given up is noted, whatever it is: the host would send it again for days.
    for body in [
        "",
        "[]",
        "{",
        r#"{"Data":{}}"#,
        r#"{"Data":{"message":null}}"#,
    ] {
        let noted = answer(served.calling("/poison", body).await).await;
        assert_eq!(noted.status, 200, "{body}: {}", noted.body);
        let told = noted.body["Logs"][0].to_string();
        assert!(told.contains("nothing that can be read: "), "{told}");
    }
    let empty = served.hand("/poison", json!("\"\"")).await;
    assert_eq!((empty.status, &empty.body["Logs"]), (200, &json!(["\"\""])));
    for (body, status) in [("", 400), ("[]", 400), (r#"{"Data":{}}"#, 400)] {
        let refused = answer(served.calling("/workspace", body).await).await;
        assert_eq!(refused.status, status, "{body}: {}", refused.body);
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_made_says_why_as_a_page() {
    let served = serving([]).await;
    let mut stream = served
        .send("GET /api/report", "Accept-Language: none\r\n", b"")
        .await;
    let mut page = String::new();
    let read = tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut page);
    read.await.unwrap();
    assert!(page.starts_with("HTTP/1.1 503 "), "{page}");
    assert!(page.contains("content-type: text/html"), "{page}");
    assert!(
        page.contains("content-security-policy: default-src 'none'"),
        "{page}"
    );
    assert!(page.contains("the ledger is &lt;away&gt;"), "{page}");
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

#[tokio::test]
async fn an_owners_page_has_what_counts_of_the_call_and_headers_of_its_own() {
    let served = serving([]).await;
    let sent = async |line: &str, headers: &str, body: &[u8]| {
        let headers = format!("{headers}Content-Length: {}\r\n", body.len());
        let mut stream = served.send(line, &headers, body).await;
        let mut page = String::new();
        let read = tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut page);
        read.await.unwrap();
        page
    };
    let headers = "Sec-Fetch-Site: none\r\nx-ms-client-principal: e30=\r\n";
    let page = sent("GET /api/keep?t=a.b", headers, b"").await;
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    for words in [
        "x-frame-options: DENY",
        "x-robots-tag: noindex",
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'; frame-ancestors 'none'",
        "asked: Keep, post: false",
        r#"query: "t=a.b""#,
        r#"fetch_site: Some("none")"#,
        r#"principal: Some("e30=")"#,
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let form = sent("POST /api/resource", "", b"t=a.b&for=2h").await;
    assert!(
        form.contains("asked: Resource, post: true") && form.contains("t=a.b&for=2h"),
        "{form}"
    );
    let long = sent("POST /api/keep", "", &[b'x'; 5000]).await;
    assert!(long.starts_with("HTTP/1.1 413 "), "{long}");
    let broken = sent("GET /api/keep?panic", "", b"").await;
    assert!(broken.starts_with("HTTP/1.1 503 "), "{broken}");
    assert!(broken.contains("Not available just now"), "{broken}");
}
