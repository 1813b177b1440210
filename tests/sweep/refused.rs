//! What Azure refuses for ever is a failure that somebody hears of, with what to do; what passes by itself is none.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_azure::REFUSALS;
use serde_json::{Value, json};

/// One instance that Azure refuses to stop or start, and one that it does not, at seven in the evening.
async fn refusing(status: u16, code: &str, message: &str) -> World {
    let office = |name: &str| instance(name, json!({"lamp-schedule": OFFICE}));
    let world = World::new(fleet(json!([office("ci-locked"), office("ci-free")]), &[])).await;
    world.simulator.advance_to(at("23T19:05"));
    let body = json!({"error": {"code": code, "message": message}}).to_string();
    let fault =
        json!({"pathContains": "/ci-locked/st", "method": "POST", "status": status, "body": body});
    world.fault(fault).await;
    world
}

async fn obeying(world: &World) {
    let url = format!("{}/simulator/faults", world.simulator.url());
    let answer = reqwest::Client::new().delete(url).send().await;
    assert!(answer.expect("an answer").status().is_success());
}

/// What needs attention of `ci-locked`, as the page says it.
async fn needs(world: &World) -> Vec<String> {
    let args = [
        "report",
        "--page-json",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
    ];
    let page = world.run(&args).await;
    let page: Value = serde_json::from_str(&page.stdout).expect("JSON");
    let needs = page["needs"].as_array().expect("a list").iter();
    let needs = needs.filter(|need| need["resource"]["name"] == "ci-locked");
    needs
        .map(|need| {
            assert_eq!(need["what"], "Failed action");
            need["text"].as_str().expect("a text").to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_refusal_that_does_not_pass_by_itself_fails_at_once() {
    let lock = "The scope '/subscriptions/s/resourceGroups/rg' cannot perform write operation because following \
                scope(s) are locked: '/subscriptions/s/resourceGroups/rg'. Please remove the lock and try again.";
    let disabled = "The subscription 's' is disabled and therefore marked as read only. You cannot perform any write \
                    actions on this subscription until it is re-enabled.";
    for (code, message, remedy) in [
        ("ScopeLocked", lock, "remove the lock"),
        ("ReadOnlyDisabledSubscription", disabled, "enable it again"),
    ] {
        let world = refusing(409, code, message).await;
        for (time, times) in [
            ("23T19:10", ""),
            ("23T19:15", "refused 2 times in a row, since"),
        ] {
            let printed = world.sweep(time).await;
            assert_eq!((printed.code, printed.count("failed")), (1, 1), "{code}");
            let action = printed
                .lines
                .iter()
                .find(|line| line["event"] == "action" && line["name"] == "ci-locked");
            let action = action.expect("the line of its action");
            assert_eq!(
                (&action["failed"], &action["level"]),
                (&true.into(), &"WARN".into())
            );
            let said = action["message"].as_str().expect("a text");
            for words in [code, remedy, "what to do: ", times] {
                assert!(said.contains(words), "{words}: {said}");
            }
            let needs = needs(&world).await;
            assert!(needs.len() == 1 && needs[0].contains(remedy), "{needs:?}");
        }
        assert_eq!(world.state("w/ci-free"), "Stopped");
    }
}

#[tokio::test]
async fn a_refusal_in_the_present_state_fails_when_it_comes_again() {
    for (status, code, message, remedy) in [
        (
            400,
            "UserError",
            "StopCompute is not allowed when the disk is full.",
            "delete files",
        ),
        (
            400,
            "BadRequest",
            "Not now.",
            "Lamplighter asks again with each sweep",
        ),
        (404, "ResourceNotFound", "It is not there.", "asks again"),
        (
            409,
            "Conflict",
            "Another operation is running.",
            "another operation",
        ),
        (
            409,
            "MissingSubscriptionRegistration",
            "Not registered.",
            "az provider register",
        ),
        (410, "Gone", "It is not there.", "asks again"),
        (412, "PreconditionFailed", "It has changed.", "asks again"),
    ] {
        let world = refusing(status, code, message).await;
        let first = world.sweep("23T19:10").await;
        assert_eq!(
            (first.code, first.count("failed")),
            (0, 0),
            "{status} {code}"
        );
        assert_eq!(needs(&world).await, Vec::<String>::new(), "{status} {code}");
        // A tick may be missed: it is the same evening's stop.
        let second = world.sweep("23T21:10").await;
        assert_eq!(
            (second.code, second.count("failed")),
            (1, 1),
            "{status} {code}"
        );
        let said = needs(&world).await;
        assert_eq!(said.len(), 1);
        for words in [
            remedy,
            "refused 2 times in a row, since 2026-11-23 19:10 UTC",
        ] {
            assert!(said[0].contains(words), "{words}: {said:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_says_nothing_neither_counts_as_a_refusal_nor_ends_the_row() {
    let again = |status: u16, code: &str| {
        let body = json!({"error": {"code": code, "message": "Not now."}}).to_string();
        json!({"pathContains": "/ci-locked/st", "method": "POST", "status": status, "body": body})
    };
    for (answers, failed) in [
        // Throttled, then changing: only one of them is a refusal.
        (
            [(429, "TooManyRequests"), (409, "Conflict"), (0, "")],
            [0, 0, 0],
        ),
        (
            [
                (409, "Conflict"),
                (429, "TooManyRequests"),
                (409, "Conflict"),
            ],
            [0, 0, 1],
        ),
    ] {
        let world = refusing(409, "Conflict", "Replaced below.").await;
        let times = ["23T19:10", "23T19:15", "23T19:20"];
        for (((status, code), failed), time) in answers.into_iter().zip(failed).zip(times) {
            obeying(&world).await;
            if status != 0 {
                world.fault(again(status, code)).await;
            }
            let printed = world.sweep(time).await;
            let refused = printed.lines.iter().filter(|line| {
                let said = line["message"].as_str().unwrap_or_default();
                line["event"] == "action" && said.contains("in a row")
            });
            assert_eq!(
                refused.count(),
                failed,
                "{status} at {time}: {}",
                printed.all()
            );
        }
    }
}

#[tokio::test]
async fn a_refusal_that_has_passed_is_forgotten() {
    let world = refusing(409, "Conflict", "Another operation is running.").await;
    assert_eq!(world.sweep("23T19:10").await.count("failed"), 0);
    obeying(&world).await;
    assert_eq!(world.sweep("23T19:15").await.count("failed"), 0);
    assert_eq!(world.sweep("23T19:20").await.count("settled"), 1);
    assert_eq!(needs(&world).await, Vec::<String>::new());
    // The start of the next morning is refused once, and is the first of its own.
    let body = json!({"error": {"code": "Conflict", "message": "Later."}}).to_string();
    world
        .fault(json!({"pathContains": "/ci-locked/start", "count": 1, "status": 409, "body": body}))
        .await;
    assert_eq!(world.sweep("24T08:00").await.count("failed"), 0);
    assert_eq!(world.sweep("24T08:05").await.count("failed"), 0);
    assert_eq!(world.sweep("24T08:10").await.count("settled"), 1);
}

#[tokio::test]
async fn a_failure_that_was_mended_needs_nobody_any_more() {
    let world = refusing(409, "ScopeLocked", "Please remove the lock.").await;
    assert_eq!(world.sweep("23T19:10").await.count("failed"), 1);
    assert_eq!(needs(&world).await.len(), 1);
    let id = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/\
              Microsoft.MachineLearningServices/workspaces/w/computes/ci-locked";
    let now = "2026-11-23T19:10:00Z";
    let explained = world.run(&["explain", id, "--now", now]).await;
    let words = "Azure refuses to stop it: 1 time since Mon 23 Nov 19:10 UTC";
    assert!(explained.stdout.contains(words), "{}", explained.all());
    obeying(&world).await;
    assert_eq!(world.sweep("23T19:15").await.count("failed"), 0);
    assert_eq!(world.sweep("23T19:20").await.count("settled"), 1);
    assert_eq!(needs(&world).await, Vec::<String>::new());
    let explained = world
        .run(&["explain", id, "--now", "2026-11-23T19:20:00Z"])
        .await;
    assert!(!explained.stdout.contains("refuses"), "{}", explained.all());
}

#[test]
fn every_refusal_of_which_is_known_what_to_do_stands_in_the_documentation() {
    let page = include_str!("../../docs/operations.md");
    for known in REFUSALS {
        let row = |line: &&str| line.starts_with('|') && line.contains(known.known_by);
        assert!(page.lines().any(|line| row(&line)), "{}", known.known_by);
    }
}
