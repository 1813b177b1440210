//! Callers' requests and their answers.

use super::handler::{Script, header};
use lamplighter_host_emulator::{FunctionsHost, Reply};
use serde_json::{Value, json};

fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| ((*name).to_string(), (*value).to_string()))
        .collect()
}

async fn forwarded(path: &str, headers: &[(&str, &str)]) -> Value {
    let script = Script::new(json!({}));
    function(&script, "zoo", "{*path}", "anonymous");
    let host = FunctionsHost::start(script.plan())
        .await
        .expect("it starts");
    let reply = host.forward("GET", path, &pairs(headers), None).await;
    assert_eq!(reply.status, 200, "{path}");
    script.calls().pop().expect("a call")
}

#[tokio::test]
async fn a_path_is_kept_and_its_query_written_anew() {
    for (came, goes) in [
        (
            "/api/hello/w%20x/a%2Fb?x=1&code=KEY&y=+z+q",
            "/api/hello/w%20x/a%2Fb?x=1&code=KEY&y=%20z%20q",
        ),
        ("/api/report?a=%41&d", "/api/report?a=A&d="),
        ("/api/report?code=a&code=b", "/api/report?code=a,b"),
        ("/api/health", "/api/health"),
    ] {
        assert_eq!(forwarded(came, &[]).await["url"], goes);
    }
}

#[tokio::test]
async fn a_callers_headers_and_key_reach_the_handler_with_those_of_the_host() {
    let call = forwarded(
        "/api/report",
        &[
            ("Host", "func-lamp.example"),
            ("User-Agent", "curl/8.5.0"),
            ("Cookie", "a=b"),
            ("X-Forwarded-For", "203.0.113.7"),
            ("x-ms-client-principal", "e30="),
            ("x-functions-key", "KEY"),
            ("X-Azure-Functions-InvocationId", "forged"),
        ],
    )
    .await;
    for (name, expected) in [
        ("Host", "func-lamp.example"),
        ("User-Agent", "curl/8.5.0 Azure-Functions-Host/4.1037.0.0"),
        ("Cookie", "a=b"),
        ("X-Forwarded-For", "203.0.113.7"),
        ("x-ms-client-principal", "e30="),
        ("x-functions-key", "KEY"),
        ("X-Azure-Functions-HostVersion", "4.1037.0.0"),
    ] {
        assert_eq!(header(&call, name), Some(expected), "{call}");
    }
    let id = header(&call, "X-Azure-Functions-InvocationId").expect("an id");
    let own = id.strip_prefix("forged, ").expect("both of them");
    assert_eq!(own.len(), 36, "{id}");
}

#[tokio::test]
async fn what_no_function_takes_is_not_found_and_who_has_no_key_is_nobody() {
    let script = Script::new(json!({}));
    let mut plan = script.plan();
    plan.key = Some("KEY".into());
    let host = FunctionsHost::start(plan).await.expect("it starts");
    for (method, path, headers, status) in [
        ("GET", "/api/report?code=KEY", &[][..], 200),
        ("GET", "/api/report", &[("X-Functions-Key", "KEY")], 200),
        ("GET", "/api/report", &[], 401),
        ("GET", "/api/report?code=WRONG", &[], 401),
        ("HEAD", "/api/report?code=KEY", &[], 404),
        ("POST", "/api/report?code=KEY", &[], 404),
        ("OPTIONS", "/api/report?code=KEY", &[], 404),
        ("GET", "/sweep?code=KEY", &[], 404),
        ("POST", "/sweep?code=KEY", &[], 404),
        ("GET", "/", &[], 404),
    ] {
        let before = script.calls().len();
        let reply = host.forward(method, path, &pairs(headers), None).await;
        assert_eq!(reply.status, status, "{method} {path}");
        let called = script.calls().len() - before;
        assert_eq!(called, usize::from(status == 200), "{method} {path}");
        assert!(status == 200 || reply.body.is_empty(), "{reply:?}");
    }
}

/// A function of HTTP.
fn function(script: &Script, name: &str, route: &str, level: &str) {
    let folder = script.app().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let trigger = json!({"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get", "post"],
        "authLevel": level, "route": route});
    let bindings =
        json!({"bindings": [trigger, {"type": "http", "direction": "out", "name": "res"}]});
    std::fs::write(folder.join("function.json"), bindings.to_string()).expect("a file");
}

#[tokio::test]
async fn routes_are_tried_in_the_order_of_names_and_the_first_one_asks_for_its_key() {
    for (other, status) in [("api", 401), ("zoo", 200)] {
        let script = Script::new(json!({}));
        function(&script, other, "{*path}", "function");
        function(&script, "people", "people", "anonymous");
        let mut plan = script.plan();
        plan.key = Some("KEY".into());
        let host = FunctionsHost::start(plan).await.expect("it starts");
        let asked = |method, path| host.forward(method, path, &[], None);
        // A function of all paths whose name comes first asks for a key where its neighbour asks for none.
        assert_eq!(asked("GET", "/api/people?t=x").await.status, status);
        assert_eq!(asked("POST", "/api/people").await.status, status);
        assert_eq!(asked("GET", "/api/others").await.status, 401, "{other}");
    }
}

#[tokio::test]
async fn the_handlers_answer_passes_as_it_is() {
    let headers = json!([
        ["Location", "/elsewhere"],
        ["ETag", "\"7\""],
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"]
    ]);
    for status in [200, 302, 304, 404, 500] {
        let answer =
            json!({"status": status, "type": "text/plain", "headers": headers, "body": "words"});
        let script = Script::new(json!({"answers": {"GET /api/health": [answer]}}));
        let host = FunctionsHost::start(script.plan())
            .await
            .expect("it starts");
        let reply: Reply = host.get("/api/health").await;
        assert_eq!(reply.status, status);
        assert_eq!(reply.body, if status == 304 { "" } else { "words" });
        let kept = reply
            .headers
            .iter()
            .filter(|(name, _)| name == "Set-Cookie");
        assert_eq!(kept.count(), 2, "{reply:?}");
        assert_eq!(reply.header("etag"), Some("\"7\""));
        assert_eq!(reply.header("location"), Some("/elsewhere"));
    }
}
