//! Messages to the handler and from it, over Azurite's real queues.

use super::handler::{Script, body};
use lamplighter_host_emulator::{Azurite, FunctionsHost, Invoked, Message, Plan, Queues};
use serde_json::{Value, json};
use std::time::Duration;

/// The queues of one test.
struct Storage {
    queues: Queues,
    _azurite: Azurite,
}

fn storage() -> Storage {
    let azurite = Azurite::start(None).unwrap_or_else(|error| panic!("{error}"));
    Storage {
        queues: Queues::at(&azurite.endpoint),
        _azurite: azurite,
    }
}

async fn started(script: &Script, storage: &Storage, again_after: Duration) -> FunctionsHost {
    let plan = Plan {
        queues: Some(storage.queues.clone()),
        again_after: Some(again_after),
        ..script.plan()
    };
    FunctionsHost::start(plan)
        .await
        .unwrap_or_else(|error| panic!("{error}"))
}

/// All that waits on a queue.
async fn taken(queues: &Queues, queue: &str) -> Vec<Message> {
    let taken = queues.take(queue, 32, Duration::from_secs(600)).await;
    taken.unwrap_or_else(|error| panic!("{error}"))
}

/// A value's kinds, without what it says: so that two requests can be told to be alike.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(name, value)| (name.clone(), shape(value)))
                    .collect(),
            )
        }
        Value::Array(_) => json!("list"),
        Value::String(text) if text.starts_with('"') => json!("text in text"),
        Value::String(_) => json!("text"),
        Value::Bool(_) => json!("truth"),
        Value::Number(_) => json!("number"),
        Value::Null => Value::Null,
    }
}

/// Names of headers but for the one that belongs to this connection.
fn names(call: &Value) -> Vec<String> {
    let headers = call["headers"].as_array().expect("headers").iter();
    let names = headers.map(|one| one[0].as_str().expect("text").to_lowercase());
    let mut names: Vec<String> = names.filter(|name| name != "connection").collect();
    names.sort();
    names
}

fn alike(call: &Value, recorded: &str) {
    let recorded: Value = serde_json::from_str(recorded).expect("JSON");
    assert_eq!(call["method"], recorded["method"]);
    assert_eq!(names(call), names(&recorded));
    assert_eq!(
        shape(&body(call)),
        shape(&body(&recorded)),
        "{call:#}\n{recorded:#}"
    );
}

#[tokio::test]
async fn calls_have_the_shape_of_those_that_were_seen() {
    let storage = storage();
    let script = Script::new(json!({"answers": {"POST /workspace": [{"status": 500}]}}));
    let host = started(&script, &storage, Duration::ZERO).await;
    assert!(host.fire("sweep").await.is_success());
    macro_rules! recorded {
        ($name:literal) => {
            include_str!(concat!(
                "../../../crates/agent/src/handler/tests/recorded/",
                $name,
                ".json"
            ))
        };
    }
    let calls = script.called(1).await;
    alike(&calls[0], recorded!("timer_first"));
    assert_eq!(
        body(&calls[0])["Data"]["timer"]["ScheduleStatus"]["Last"],
        "0001-01-01T00:00:00+00:00"
    );
    // The very message of the fixture, five times and then given up.
    let fixture: Value = serde_json::from_str(recorded!("queue_try_1")).expect("JSON");
    let data = body(&fixture)["Data"]["message"].clone();
    let text: String = serde_json::from_str(data.as_str().expect("text")).expect("text in text");
    let put = storage.queues.put("workspaces", text.as_bytes()).await;
    put.expect("a message is put");
    let calls = script.called(7).await;
    alike(&calls[1], recorded!("queue_try_1"));
    alike(&calls[5], recorded!("queue_try_5"));
    alike(&calls[6], recorded!("poison"));
    for (call, url, count) in [
        (1, "/workspace", "1"),
        (5, "/workspace", "5"),
        (6, "/poison", "1"),
    ] {
        let (call, told) = (&calls[call], body(&calls[call]));
        assert_eq!(call["url"], url);
        assert_eq!(told["Metadata"]["DequeueCount"], count);
        assert_eq!(told["Data"]["message"], data, "the text, byte for byte");
        let at = |name: &str| told["Metadata"][name] == body(&fixture)["Metadata"][name];
        assert!(
            at("at") && at("workspace") && at("full") && at("limit"),
            "{told:#}"
        );
    }
    let id = |call: &Value| body(call)["Metadata"]["Id"].clone();
    assert_eq!(id(&calls[1]), id(&calls[5]));
    assert_ne!(id(&calls[5]), id(&calls[6]), "a message of its own");
}

#[tokio::test]
async fn a_messages_own_properties_overwrite_what_the_host_tells() {
    let storage = storage();
    let script = Script::new(json!({}));
    let _host = started(&script, &storage, Duration::ZERO).await;
    let recorded: Value = serde_json::from_str(include_str!(
        "../../../crates/agent/src/handler/tests/recorded/queue_properties_over_metadata.json"
    ))
    .expect("JSON");
    let recorded = body(&recorded);
    let text = recorded["Data"]["message"].as_str().expect("text");
    let text: String = serde_json::from_str(text).expect("text in text");
    let put = storage.queues.put("workspaces", text.as_bytes()).await;
    put.expect("a message is put");
    let told = body(&script.called(1).await[0]);
    let (told, seen) = (&told["Metadata"], &recorded["Metadata"]);
    let keys = |value: &Value| -> Vec<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(keys(told), keys(seen));
    for name in [
        "DequeueCount",
        "Id",
        "sys",
        "workspace",
        "share",
        "more",
        "due",
        "yes",
    ] {
        assert_eq!(told[name], seen[name], "{name}");
    }
}

#[tokio::test]
async fn a_message_that_failed_rests_and_text_that_is_no_base64_is_never_run() {
    let storage = storage();
    let script = Script::new(json!({"answers": {"POST /workspace": [{"status": 500}]}}));
    let _host = started(&script, &storage, Duration::from_secs(600)).await;
    let queues = &storage.queues;
    queues
        .put_text("workspaces", "no Base64 <&>")
        .await
        .expect("put");
    queues.put("workspaces", b"{}").await.expect("put");
    script.called(1).await;
    // Neither is handed out: the one rests, the other is where nobody reads it, and only there once it has been moved.
    for (queue, count) in [("workspaces-poison", 1), ("workspaces", 1)] {
        while queues.count(queue).await.expect("a count") != count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    assert!(taken(queues, "workspaces").await.is_empty());
    assert_eq!(script.calls().len(), 1);
    assert_eq!(script.calls()[0]["url"], "/workspace");
}

#[tokio::test]
async fn a_poison_function_that_fails_gets_its_message_again_when_the_lease_ends() {
    let storage = storage();
    let script = Script::new(json!({"answers": {"POST /poison": [{"status": 500}]}}));
    let plan = Plan {
        queues: Some(storage.queues.clone()),
        // What rests for long after a failure does not here.
        again_after: Some(Duration::from_secs(600)),
        lease: Duration::from_secs(1),
        ..script.plan()
    };
    let _host = FunctionsHost::start(plan).await.expect("it starts");
    let put = storage.queues.put("workspaces-poison", b"{}").await;
    put.expect("a message is put");
    let calls = script.called(2).await;
    let tries: Vec<Value> = calls
        .iter()
        .map(|call| body(call)["Metadata"]["DequeueCount"].clone())
        .collect();
    assert_eq!(tries[..2], [json!("1"), json!("2")]);
    let further = storage.queues.count("workspaces-poison-poison").await;
    assert!(
        further.is_err(),
        "there is a further poison queue: {further:?}"
    );
}

#[tokio::test]
async fn outputs_become_messages_and_what_comes_before_one_too_long_is_sent() {
    let long = "x".repeat(49 * 1024);
    for (outputs, succeeds, expected) in [
        (
            json!({"workspaces": ["{\"n\":1.0}", null]}),
            true,
            vec!["{\"n\":1.0}", ""],
        ),
        (
            json!({"workspaces": [{"n": 1.0}]}),
            true,
            vec!["{\n  \"n\": 1\n}"],
        ),
        (
            json!({"workspaces": ["2026-11-23T00:00:00Z"]}),
            true,
            vec!["11/23/2026 00:00:00"],
        ),
        (json!({"workspaces": "[\"a\",\"b\"]"}), true, vec!["a", "b"]),
        (
            json!({"Workspaces": ["lost"], "workspaces": ["kept"]}),
            true,
            vec!["kept"],
        ),
        (
            json!({"workspaces": ["before", long, "after"]}),
            false,
            vec!["before"],
        ),
    ] {
        let storage = storage();
        // Nobody takes what is put: no function has this queue here.
        let script =
            Script::new(json!({"answers": {"POST /sweep": [{"body": {"Outputs": outputs}}]}}));
        std::fs::remove_dir_all(script.app().join("workspace")).expect("a function");
        let host = started(&script, &storage, Duration::ZERO).await;
        let fired: Invoked = host.fire("sweep").await;
        assert_eq!(fired.is_success(), succeeds, "{fired:?}");
        let texts = taken(&storage.queues, "workspaces").await;
        let texts: Vec<String> = texts
            .iter()
            .map(|one| one.text().expect("Base64"))
            .collect();
        assert_eq!(texts, expected);
    }
}
