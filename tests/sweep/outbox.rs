//! Notices that channels do not take at once: owed, sent again, and what the ledger says of them.

use crate::common::hook::{Answer, Hook};
use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use lamplighter_core::record::{Record, ToldOutcome, What};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// One instance of Ana's with office hours and a quarter of an hour's notice, and her webhook.
pub(super) async fn office() -> (World, Hook) {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "15m", "owner": "ana@example.org"});
    with(json!([instance("ci", tags)])).await
}

pub(super) async fn with(instances: Value) -> (World, Hook) {
    let hook = Hook::start().await;
    let mut world = World::new(fleet(instances, &[])).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    (world, hook)
}

/// How many posts were taken that tell of a stop to come.
pub(super) fn ahead(hook: &Hook) -> usize {
    let accepted = hook.accepted();
    let tells = |body: &&Value| body.to_string().contains(" will be stopped");
    accepted.iter().filter(tells).count()
}

/// What the newest saved state says is owed.
fn owed(world: &World) -> Vec<Value> {
    let newest = |folder: &Path| {
        let files = std::fs::read_dir(folder).expect("a folder");
        let files = files.map(|file| file.expect("a file").path());
        let number = |path: &std::path::PathBuf| {
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            stem.and_then(|stem| stem.parse::<u64>().ok())
        };
        files.max_by_key(number).expect("a saved state")
    };
    let workspaces = std::fs::read_dir(world.ledger.join("state")).expect("a folder");
    let mut owed = Vec::new();
    for workspace in workspaces {
        let text = std::fs::read_to_string(newest(&workspace.expect("a folder").path()));
        let document: Value = serde_json::from_str(&text.expect("a file")).expect("JSON");
        let resources = document["state"]["resources"].as_object().cloned();
        for resource in resources.unwrap_or_default().values() {
            owed.extend(resource["owed"].as_array().cloned().unwrap_or_default());
        }
    }
    owed
}

/// The notices in the ledger: channels with their outcomes, and whether any took it; oldest first.
pub(super) async fn told(world: &World) -> Vec<(Vec<(String, ToldOutcome)>, bool)> {
    let mut records: Vec<Record> = world.records().await;
    records.sort_by_key(|record| record.at);
    let told = records.into_iter().filter_map(|record| match record.what {
        What::Notice {
            told, delivered, ..
        } => {
            let told = told.expect("every new record says so").into_iter();
            let told = told.map(|told| (told.channel, told.outcome));
            Some((told.collect(), delivered))
        }
        _ => None,
    });
    told.collect()
}

fn by_azure(outcome: ToldOutcome) -> Vec<(String, ToldOutcome)> {
    vec![("azure".to_owned(), outcome)]
}

pub(super) fn says(printed: &Printed, words: &str) -> bool {
    let summary = printed.lines.iter();
    let mut problems = summary.filter(|line| line["event"] == "problem");
    problems.any(|line| line["message"].to_string().contains(words))
}

#[tokio::test]
async fn a_webhook_that_is_down_for_two_sweeps_gets_one_message_and_the_notice_is_whole_from_then_on()
 {
    let (world, hook) = office().await;
    hook.next(&[Answer::Refuse(503), Answer::Refuse(503)]);
    let first = world.sweep("23T18:45").await;
    assert!(says(&first, "reached nobody"), "{}", first.all());
    assert_eq!(first.code, 1);
    let before = owed(&world);
    world.sweep("23T18:50").await;
    let after = owed(&world);
    assert_eq!((before.len(), after.len()), (1, 1));
    for field in ["message", "since", "cause"] {
        assert_eq!(before[0][field], after[0][field], "{field}");
    }
    let message = before[0]["message"].as_str().expect("an id");
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    assert!(
        message.len() > 20 && message.chars().all(plain),
        "{message}"
    );

    assert_eq!(world.sweep("23T18:55").await.code, 0);
    let accepted = hook.accepted();
    assert_eq!((hook.posts(), accepted.len()), (3, 1));
    let text = accepted[0]["text"].as_str().expect("a text");
    assert!(
        text.contains("will be stopped at Mon 23 Nov 19:10 UTC"),
        "{text}"
    );
    assert_eq!(owed(&world), Vec::<Value>::new());
    for time in ["23T19:00", "23T19:05"] {
        let printed = world.sweep(time).await;
        let found = (printed.count("stops"), printed.reason("ci"));
        assert_eq!(found, (0, Some("notice")), "{time}");
    }
    assert_eq!(world.sweep("23T19:10").await.count("stops"), 1);
    assert_eq!(hook.posts(), 3, "nobody is told twice");
    let expected = [
        (by_azure(ToldOutcome::Failed), false),
        (by_azure(ToldOutcome::Accepted), true),
    ];
    assert_eq!(told(&world).await, expected);
}

#[tokio::test]
async fn a_channel_that_asks_for_time_gets_it_across_sweeps() {
    let (world, hook) = office().await;
    hook.next(&[Answer::TooMany(420)]);
    world.sweep("23T18:45").await;
    // Every sweep here is a process of its own: only saved state can know.
    let waits = world.sweep("23T18:50").await;
    assert_eq!((hook.posts(), waits.code), (1, 0), "{}", waits.all());
    world.sweep("23T18:55").await;
    assert_eq!((hook.posts(), hook.accepted().len()), (2, 1));
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 0);
    assert_eq!(world.sweep("23T19:10").await.count("stops"), 1);
}

#[tokio::test]
async fn a_channel_that_hangs_ends_no_sweep_and_everybody_hears_once_it_answers() {
    let mut instances = vec![instance(
        "off",
        json!({"lamp-schedule": "stop daily 18:45", "lamp-notice": "off"}),
    )];
    for n in 0..12 {
        let owner = format!("owner-{n}@example.org");
        let tags = json!({"lamp-schedule": OFFICE, "owner": owner});
        instances.push(instance(&format!("ci-{n}"), tags));
    }
    let (world, hook) = with(json!(instances)).await;
    hook.always(Some(Answer::Hang));
    let hung = world.sweep("23T18:45").await;
    assert_eq!(hung.count("stops"), 1, "{}", hung.all());
    assert!(says(&hung, "reached nobody"), "{}", hung.all());
    assert_eq!(owed(&world).len(), 12);
    hook.always(None);
    world.sweep("23T18:50").await;
    let names: BTreeSet<String> = hook
        .accepted()
        .iter()
        .map(|body| body["vmName"].to_string())
        .collect();
    assert_eq!((hook.accepted().len(), names.len()), (12, 12));
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 0);
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 12);
}

#[tokio::test]
async fn without_a_channel_the_ledger_says_that_nobody_but_the_log_was_told() {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "15m"});
    let world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
    let printed = world.sweep("23T18:45").await;
    let notice = printed.lines.iter().find(|line| line["event"] == "notice");
    let notice = notice.expect("it is logged");
    assert_eq!(notice["channels"], "");
    assert_eq!(told(&world).await, [(Vec::new(), false)]);
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
}

#[tokio::test]
async fn a_stop_of_which_nobody_can_be_told_comes_at_its_time_and_says_so() {
    let (world, hook) = office().await;
    hook.always(Some(Answer::Refuse(500)));
    for time in ["23T18:45", "23T18:50", "23T18:55"] {
        assert_eq!(world.sweep(time).await.count("stops"), 0);
    }
    let stopped = world.sweep("23T19:00").await;
    assert_eq!(stopped.count("stops"), 1, "{}", stopped.all());
    assert!(
        says(&stopped, "stopped, though nobody could be told"),
        "{}",
        stopped.all()
    );
    let decisions = world.records().await.into_iter();
    let mut stops = decisions.filter_map(|record| match record.what {
        What::Decision { evidence, .. } => Some(evidence.join("; ")),
        _ => None,
    });
    assert!(stops.any(|evidence| evidence.contains("nobody could be told of it before")));
    // What is over is told to nobody; only that it has happened.
    hook.always(None);
    world.sweep("23T19:05").await;
    assert_eq!((ahead(&hook), owed(&world).len()), (0, 0));
    assert_eq!(hook.accepted().len(), 1);
}

#[tokio::test]
async fn where_notice_is_required_the_stop_waits_for_it_and_no_longer_than_that() {
    let (mut world, hook) = office().await;
    world.set("NOTICE_REQUIRED", "1h");
    hook.always(Some(Answer::Refuse(500)));
    world.sweep("23T18:45").await;
    for time in ["23T19:00", "23T19:55"] {
        let waits = world.sweep(time).await;
        assert_eq!(
            (waits.count("stops"), waits.count("waits")),
            (0, 1),
            "{time}"
        );
        assert!(
            says(&waits, "its stop waits until 2026-11-23T20:00:00"),
            "{}",
            waits.all()
        );
    }
    let written = world.records().await.into_iter();
    let waits = written.filter(|record| match &record.what {
        What::Decision { text, .. } => text.contains("nobody could be told of it yet"),
        _ => false,
    });
    assert_eq!(waits.count(), 1, "the ledger says so, once");
    assert_eq!(world.sweep("23T20:00").await.count("stops"), 1);
}

#[tokio::test]
async fn where_notice_is_required_and_comes_at_last_it_is_whole() {
    let (mut world, hook) = office().await;
    world.set("NOTICE_REQUIRED", "2h");
    hook.always(Some(Answer::Refuse(500)));
    for time in ["23T18:45", "23T19:00", "23T19:25"] {
        world.sweep(time).await;
    }
    hook.always(None);
    assert_eq!(world.sweep("23T19:30").await.count("stops"), 0);
    assert_eq!(hook.accepted()[0]["minutesUntilShutdown"], "15");
    assert_eq!(world.sweep("23T19:40").await.count("stops"), 0);
    assert_eq!(world.sweep("23T19:45").await.count("stops"), 1);
}

#[tokio::test]
async fn what_one_owner_is_to_hear_is_one_message_and_two_sweeps_at_once_send_it_once() {
    let of =
        |name: &str, owner: &str| instance(name, json!({"lamp-schedule": OFFICE, "owner": owner}));
    let instances = json!([of("a", "ana"), of("b", "ana"), of("c", "ben")]);
    let (world, hook) = with(instances).await;
    hook.always(Some(Answer::Refuse(503)));
    world.sweep("23T18:45").await;
    let posts = hook.posts();
    assert_eq!(posts, 3, "here each notice is a post of its own");
    let messages: Vec<Value> = owed(&world)
        .iter()
        .map(|one| one["message"].clone())
        .collect();
    let of_ben = messages.iter().filter(|id| **id != messages[0]).count();
    assert_eq!((messages.len(), of_ben), (3, 1), "{messages:?}");
    // As a second copy of the program would, while the first is at it.
    world.sweep_with(&[]).await;
    assert_eq!(hook.posts(), posts);
    hook.always(None);
    world.sweep("23T18:50").await;
    assert_eq!(hook.accepted().len(), 3);
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 3);
}

#[tokio::test]
async fn a_stop_that_waits_for_jobs_is_told_until_somebody_hears_it() {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "off", "owner": "ana"});
    let (world, hook) = with(json!([instance("ci", tags)])).await;
    world
        .fault(json!({"pathContains": "/w/jobs", "status": 403}))
        .await;
    hook.next(&[Answer::Refuse(503)]);
    for time in ["23T19:00", "23T19:05", "23T19:10"] {
        world.sweep(time).await;
    }
    assert_eq!((hook.posts(), hook.accepted().len()), (2, 1));
    let body = &hook.accepted()[0];
    assert_eq!(body["eventType"], "StopWaits");
    let text = body["text"].as_str().expect("a text");
    assert!(text.starts_with("ci is not stopped: "), "{text}");
}
