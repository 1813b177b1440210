//! How the host starts a handler, watches it, and leaves it.

use super::handler::Script;
use lamplighter_host_emulator::{
    Ended, FunctionsHost, HostError, Invoked, Level, Plan, Queues, Waits,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

async fn started(plan: Plan) -> FunctionsHost {
    let host = FunctionsHost::start(plan).await;
    host.unwrap_or_else(|error| panic!("{error}"))
}

fn why(invoked: &Invoked) -> &str {
    match invoked {
        Invoked::Failed { why, .. } => why,
        Invoked::Succeeded { .. } => panic!("it succeeded"),
    }
}

/// Waits until the handler that runs now has ended: one that ends still answers for a moment, by breaking off.
async fn ended(host: &FunctionsHost) {
    while host.exited(0).is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_handler_inherits_the_hosts_whole_environment_and_runs_in_the_scripts_root() {
    let script = Script::new(json!({}));
    let azurite = lamplighter_host_emulator::Azurite::start(None).expect("Azurite starts");
    let mut plan = script.plan();
    plan.environment = vec![("WEBSITE_SITE_NAME".into(), "func-lamp".into())];
    plan.queues = Some(Queues::at(&azurite.endpoint));
    let _host = started(plan).await;
    let start = &script.starts()[0];
    let environment = &start["environment"];
    let app = script.app().display().to_string();
    for (name, expected) in [
        ("SWEEP_SCHEDULE", "0 */5 * * * *"),
        ("WEBSITE_SITE_NAME", "func-lamp"),
        ("AzureWebJobsStorage", azurite.endpoint.as_str()),
        ("FUNCTIONS_CUSTOMHANDLER_PORT", ""),
        ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", "-"),
        ("FUNCTIONS_APP_ROOT_PATH", &app),
    ] {
        let value = environment[name].as_str();
        let value = value.unwrap_or_else(|| panic!("no {name}: {environment}"));
        assert!(value.contains(expected), "{name}={value}");
    }
    assert_eq!(
        environment["HOME"],
        Value::Null,
        "nothing of this process's own"
    );
    assert_eq!(start["folder"], json!(app));
}

#[tokio::test]
async fn stdout_is_information_and_each_line_on_stderr_an_error() {
    let script = Script::new(json!({
        "prints": {"stdout": ["an error, they say"], "stderr": ["WARNING: a trifle", "{\"level\":\"INFO\"}"]},
    }));
    let host = started(script.plan()).await;
    let enough = |traces: &[lamplighter_host_emulator::Trace]| {
        let errors = traces.iter().filter(|trace| trace.level == Level::Error);
        errors.count() == 2 && traces.iter().any(|trace| trace.text.contains("they say"))
    };
    let traces = host.traces().until(enough).await.expect("three lines");
    for trace in &traces {
        let error = trace.text.contains("WARNING") || trace.text.contains("INFO");
        assert_eq!(trace.level == Level::Error, error, "{trace:?}");
    }
}

#[tokio::test]
async fn whoever_calls_while_the_handler_is_not_up_waits() {
    let script = Script::new(json!({"starts": [{}, {"wait": "go"}]}));
    let host = Arc::new(started(script.plan()).await);
    host.crash(0);
    let calling = Arc::clone(&host);
    let invocation = tokio::spawn(async move { calling.fire("sweep").await });
    let calling = Arc::clone(&host);
    let request = tokio::spawn(async move { calling.get("/api/health").await });
    // The second process has started, and nobody is answered before it listens.
    while script.starts().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!invocation.is_finished() && !request.is_finished());
    assert_eq!(script.calls(), [] as [Value; 0]);
    script.release("go");
    assert!(invocation.await.expect("no panic").is_success());
    assert_eq!(request.await.expect("no panic").status, 200);
}

#[tokio::test]
async fn a_handler_that_does_not_answer_in_time_is_killed_and_started_again() {
    let hangs = json!({"hang": true});
    let script = Script::new(json!({"starts": [hangs, hangs, hangs, {}]}));
    let mut plan = script.plan();
    plan.waits.ready_within = Duration::from_millis(50);
    // More often than errors stop a host: this is none.
    let host = started(plan).await;
    assert!(host.fire("sweep").await.is_success());
    assert!(script.starts().len() >= 4);
}

/// What each start ends with, then whether the host lives and how often the handler was started.
#[tokio::test]
async fn three_errors_stop_the_host_and_neither_0_nor_200_is_one() {
    let once = Waits::default();
    let forgets = Waits {
        errors_within: Duration::ZERO,
        ..once
    };
    for (exits, waits, lives, starts) in [
        (&[1, 1, 1][..], once, false, 3),
        (&[101, 2, 1], once, false, 3),
        (&[1, 1], once, true, 3),
        (&[200, 200, 200, 200], once, true, 5),
        (&[1, 200, 1, 200], once, true, 5),
        (&[1, 200, 1, 200, 1], once, false, 5),
        // As half an hour after the first.
        (&[1, 1, 1, 1], forgets, true, 5),
    ] {
        let steps = exits.iter().map(|code| json!({"exit": code}));
        let steps: Vec<Value> = steps.chain([json!({})]).collect();
        let script = Script::new(json!({"starts": steps}));
        let plan = Plan {
            waits,
            ..script.plan()
        };
        match FunctionsHost::start(plan).await {
            Ok(host) => assert!(lives && host.fire("sweep").await.is_success(), "{exits:?}"),
            Err(HostError::Handler(error)) => {
                assert!(
                    !lives && error.to_string().contains("failed 3 times"),
                    "{error}"
                );
            }
            Err(other) => panic!("{other}"),
        }
        let started = script.starts();
        assert_eq!(started.len(), starts, "{exits:?}");
        let of = |name: &str| {
            let values = started
                .iter()
                .map(|start| start["environment"][name].to_string());
            values.collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(of("FUNCTIONS_CUSTOMHANDLER_PORT"), 1, "the same port");
        assert_eq!(of("FUNCTIONS_CUSTOMHANDLER_WORKER_ID"), starts);
    }
}

#[tokio::test]
async fn a_handler_that_fails_later_is_started_again_until_the_third_time() {
    let script = Script::new(json!({"answers": {"POST /sweep": [{"exit": 1}]}}));
    let host = started(script.plan()).await;
    for times in 1..=3 {
        let fired = host.fire("sweep").await;
        assert!(why(&fired).contains("broke off"), "{fired:?}");
        while times < 3 && script.starts().len() <= times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    ended(&host).await;
    // With it go HTTP and the timer.
    let reply = host.get("/api/health").await;
    assert_eq!((reply.status, reply.body.as_str()), (500, ""));
    assert!(why(&host.fire("sweep").await).contains("the host has stopped"));
    assert_eq!(script.starts().len(), 3);
}

#[tokio::test]
async fn a_handler_that_ends_with_0_is_called_for_ever_and_never_started_again() {
    let script = Script::new(json!({"answers": {"POST /sweep": [{"exit": 0}]}, "starts": [{}]}));
    let host = started(script.plan()).await;
    let fired = host.fire("sweep").await;
    assert!(why(&fired).contains("broke off"), "{fired:?}");
    ended(&host).await;
    for _ in 0..3 {
        let fired = host.fire("sweep").await;
        assert!(why(&fired).contains("Connection refused"), "{fired:?}");
        let reply = host.get("/api/health").await;
        assert_eq!((reply.status, reply.body.as_str()), (500, ""));
    }
    assert_eq!(script.starts().len(), 1);
    // At its start too.
    let script = Script::new(json!({"starts": [{"exit": 0}]}));
    let host = started(script.plan()).await;
    assert!(why(&host.fire("sweep").await).contains("Connection refused"));
    assert_eq!(script.starts().len(), 1);
}

#[tokio::test]
async fn past_its_timeout_a_function_is_killed_with_its_handler_which_is_started_again() {
    let hangs = json!([{"hang": true}, {}]);
    let script = Script::new(json!({"answers": {"POST /sweep": hangs, "GET /api/health": hangs}}));
    let mut plan = script.plan();
    plan.waits.timeout = Some(Duration::from_millis(500));
    let host = Arc::new(started(plan).await);
    let calling = Arc::clone(&host);
    let other = tokio::spawn(async move { calling.get("/api/health").await });
    script.called(1).await;
    let fired = host.fire("sweep").await;
    assert!(why(&fired).contains("timeout"), "{fired:?}");
    assert_eq!(other.await.expect("no panic").status, 500, "killed with it");
    assert!(host.fire("sweep").await.is_success());
    assert_eq!(script.starts().len(), 2);
}

#[tokio::test]
async fn a_host_that_is_told_to_end_waits_a_while_and_then_kills_or_leaves_its_handler() {
    for (patience, released, left) in [
        (Duration::from_secs(60), true, false),
        (Duration::ZERO, false, true),
    ] {
        let script = Script::new(json!({"answers": {"POST /sweep": [{"wait": "go"}]}}));
        let mut plan = script.plan();
        plan.waits.end_within = patience;
        let host = Arc::new(started(plan).await);
        let calling = Arc::clone(&host);
        let fired = tokio::spawn(async move { calling.fire("sweep").await });
        script.called(1).await;
        let ending = Arc::clone(&host);
        let end = tokio::spawn(async move { ending.end().await });
        while host.get("/api/health").await.status != 404 {}
        if released {
            script.release("go");
        }
        let fired = fired.await.expect("no panic");
        assert_eq!(fired.is_success(), released, "{fired:?}");
        let ended = end.await.expect("no panic").pop().expect("one handler");
        match ended {
            Ended::Killed => assert!(!left),
            Ended::LeftBehind(mut child) => {
                assert!(left && child.try_wait().expect("a child").is_none());
                let _ = child.kill();
                let _ = child.wait();
            }
        }
        assert!(why(&host.fire("sweep").await).contains("host has ended"));
    }
}
