//! What owners hear of what has happened: stops, failed starts, unreadable tags, and cost.

use super::outbox::with;
use crate::common::hook::{Answer, Hook};
use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::record::{OwedAbout, Record, ToldOutcome, What};
use lamplighter_simulator::Options;
use serde_json::{Value, json};

pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Notices of this kind that the hook has taken.
pub(super) fn heard(hook: &Hook, kind: &str) -> Vec<Value> {
    let all = hook.accepted().into_iter();
    all.filter(|body| body["eventType"] == kind).collect()
}

pub(super) fn text(body: &Value) -> &str {
    body["text"].as_str().expect("a text")
}

/// What the ledger says was told of what has happened: of what, to whom, and what the channels made of it.
pub(super) async fn told(world: &World) -> Vec<(OwedAbout, Option<String>, Vec<ToldOutcome>)> {
    let ledger = Ledger::scratch(&world.ledger).await.expect("a ledger");
    let (from, to) = (
        at("01T00:00"),
        "2026-12-31T00:00:00Z".parse().expect("a time"),
    );
    let read = ledger.records::<Record>(from, to).await.expect("records");
    assert_eq!(read.unreadable, Vec::<String>::new());
    let mut records = read.records;
    records.sort_by_key(|record| record.at);
    let told = records.into_iter().filter_map(|record| match record.what {
        What::Told {
            about, to, told, ..
        } => {
            let outcomes = told.iter().map(|told| told.outcome).collect();
            Some((about, to, outcomes))
        }
        _ => None,
    });
    told.collect()
}

fn stopped_instance(name: &str, tags: Value) -> Value {
    let mut instance = instance(name, tags);
    instance["state"] = "Stopped".into();
    instance["lastOperation"]["operationName"] = "Stop".into();
    instance
}

#[tokio::test]
async fn a_stop_is_told_once_it_has_settled_with_why_and_how_to_start() {
    let tags = json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"});
    let (world, hook) = with(json!([instance("ci", tags)])).await;
    world.sweep("23T18:45").await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    assert_eq!(hook.posts(), 1, "it is not stopped yet");
    let printed = world.sweep("23T19:05").await;
    let stopped = heard(&hook, "Stopped");
    assert_eq!(stopped.len(), 1, "{}", printed.all());
    let said = "ci was stopped at Mon 23 Nov 19:00 UTC: off by its schedule since Mon 23 Nov 19:00 UTC. \
        It is started again at Tue 24 Nov 08:00 UTC. To start it again, choose Start in the studio, or run: \
        az ml compute start --name ci --workspace-name w --resource-group rg. It then stays on for 4h.";
    assert_eq!(text(&stopped[0]), said);
    assert_eq!(stopped[0]["owner"], "ana@example.org");
    assert_eq!(stopped[0]["minutesUntilShutdown"], "");
    world.sweep("23T19:10").await;
    assert_eq!(hook.posts(), 2);
    let expected = (
        OwedAbout::Stopped,
        Some("ana@example.org".to_owned()),
        vec![ToldOutcome::Accepted],
    );
    assert_eq!(told(&world).await, [expected]);
}

#[tokio::test]
async fn who_wants_no_notice_of_stops_hears_of_none_and_failures_are_told_all_the_same() {
    let office =
        |notice: &str| json!({"lamp-schedule": OFFICE, "lamp-notice": notice, "owner": "ana"});
    let broken =
        json!({"lamp-schedule": "Mon-Fry 08:00-19:00", "lamp-notice": "off", "owner": "ana"});
    let (world, hook) = with(json!([
        instance("none", office("0")),
        instance("off", office("off")),
        instance("broken", broken)
    ]))
    .await;
    world.sweep("23T18:45").await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 2);
    world.sweep("23T19:05").await;
    let unreadable = heard(&hook, "UnreadableTag");
    assert_eq!((hook.posts(), unreadable.len()), (1, 1));
    let said = text(&unreadable[0]);
    for words in [
        "broken is neither stopped nor started",
        "lamp-schedule (on the compute) = Mon-Fry 08:00-19:00: column 5: \"Fry\" is not a day",
        "What may be meant: lamp-schedule = Mon-Fri 08:00-19:00",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // Once a day, as long as it stands.
    world.sweep("24T18:40").await;
    assert_eq!(hook.posts(), 1);
    world.sweep("24T18:50").await;
    assert_eq!(heard(&hook, "UnreadableTag").len(), 2);
}

#[tokio::test]
async fn a_start_that_azure_refuses_twice_is_told_with_its_words_and_again_when_it_works() {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "off", "owner": "ana"});
    let (world, hook) = with(json!([stopped_instance("ci", tags)])).await;
    let body =
        json!({"error": {"code": "QuotaExceeded", "message": "No capacity in this region."}});
    let fault = json!({"pathContains": "/ci/start", "method": "POST", "status": 409, "body": body.to_string()});
    world.fault(fault).await;
    world.sweep("24T08:00").await;
    assert_eq!(hook.posts(), 0, "one refusal may pass by itself");
    world.sweep("24T08:05").await;
    let failed = heard(&hook, "StartFailed");
    assert_eq!(failed.len(), 1);
    let said = text(&failed[0]);
    for words in [
        "ci could not be started",
        "on by its schedule since Tue 24 Nov 08:00 UTC",
        "No capacity in this region",
        "you hear when it works",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    world.sweep("24T08:10").await;
    assert_eq!(hook.posts(), 1);
    let faults = format!("{}/simulator/faults", world.simulator.url());
    let gone = reqwest::Client::new().delete(faults).send().await;
    assert!(gone.expect("an answer").status().is_success());
    assert_eq!(world.sweep("24T08:15").await.count("starts"), 1);
    world.sweep("24T08:20").await;
    world.sweep("24T08:25").await;
    let worked = heard(&hook, "StartWorked");
    assert_eq!((hook.posts(), worked.len()), (2, 1));
    let said = text(&worked[0]);
    assert!(
        said.contains("its start, which had failed at Tue 24 Nov 08:05 UTC, has worked"),
        "{said}"
    );
}

#[tokio::test]
async fn a_start_that_azure_takes_and_that_fails_later_is_told_with_azures_words() {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "off", "owner": "ana"});
    let mut ci = stopped_instance("ci", tags);
    ci["failStarts"] = 2.into();
    let (world, hook) = with(json!([ci])).await;
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 1);
    assert_eq!(hook.posts(), 0);
    // The sweep that sees it asks once more.
    let printed = world.sweep("24T08:05").await;
    assert_eq!((printed.count("failed"), printed.count("starts")), (1, 1));
    let failed = heard(&hook, "StartFailed");
    assert_eq!(failed.len(), 1, "{}", printed.all());
    let said = "ci could not be started (on by its schedule since Tue 24 Nov 08:00 UTC): StartFailed; \
        Azure says: ComputeInstanceStartFailed: The requested VM size is currently not available in the region: \
        no capacity. It is tried again as long as it is to be on, and you hear when it works.";
    assert_eq!(text(&failed[0]), said);
    assert_eq!(world.sweep("24T08:10").await.count("failed"), 1);
    assert_eq!(hook.posts(), 1, "once a day");
    assert_eq!(world.sweep("24T08:15").await.count("settled"), 1);
    let worked = heard(&hook, "StartWorked");
    assert_eq!((hook.posts(), worked.len()), (2, 1));
    let words = "its start, which had failed at Tue 24 Nov 08:05 UTC, has worked";
    assert!(text(&worked[0]).contains(words), "{}", worked[0]);
}

#[tokio::test]
async fn a_start_that_takes_long_is_told_as_late() {
    let hook = Hook::start().await;
    let tags = json!({"lamp-schedule": OFFICE, "owner": "ana"});
    let options = Options {
        start_takes: 1700,
        ..Options::default()
    };
    let mut world = World::with(fleet(json!([stopped_instance("ci", tags)]), &[]), options).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 1);
    world.sweep("24T08:25").await;
    assert_eq!(hook.posts(), 0);
    world.sweep("24T08:30").await;
    let late = heard(&hook, "StartLate");
    assert_eq!(late.len(), 1);
    let said = "ci is on since Tue 24 Nov 08:30 UTC, 30 minutes late: it was wanted from Tue 24 Nov 08:00 UTC.";
    assert_eq!(text(&late[0]), said);
}

#[tokio::test]
async fn what_is_kept_on_at_much_cost_is_told_by_its_cost() {
    let hold = json!({"lamp-schedule": OFFICE, "lamp-hold": "on until 2026-11-27", "owner": "ana"});
    let (mut world, hook) = with(json!([instance("ci", hold)])).await;
    world.set("NOTICE_COST", "1");
    // At 0.36 USD an hour.
    for time in ["23T19:00", "23T21:40"] {
        world.sweep(time).await;
    }
    assert_eq!(hook.posts(), 0);
    world.sweep("23T21:50").await;
    let still = heard(&hook, "StillOn");
    assert_eq!(still.len(), 1);
    let said = text(&still[0]);
    for words in [
        "ci is still on since Mon 23 Nov 19:00 UTC: 1 USD. Why: held on until Fri 27 Nov 00:00 UTC. \
         If it stays on until Fri 27 Nov 00:00 UTC, that is 28 USD.",
        "If nobody needs it, stop it. Without the tag lamp-hold, its schedule counts again.",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for time in ["24T01:00", "24T19:00"] {
        world.sweep(time).await;
    }
    assert_eq!(hook.posts(), 1, "twice a day would be too often");
    world.sweep("24T22:00").await;
    let still = heard(&hook, "StillOn");
    assert_eq!(still.len(), 2);
    assert!(text(&still[1]).contains("10 USD. Why"), "{}", still[1]);
    world.set("NOTICE_COST", "off");
    world.sweep("26T22:00").await;
    assert_eq!(hook.posts(), 2);
}

#[tokio::test]
async fn what_has_happened_is_owed_until_a_channel_has_it_and_then_no_more() {
    let office = |name: &str| instance(name, json!({"lamp-schedule": OFFICE, "owner": "ana"}));
    let hook = Hook::start().await;
    let mut world = World::new(fleet(json!([office("a"), office("b")]), &[])).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    world.set("NOTICE_WEBHOOK_SECRET", SECRET);
    world.sweep("23T18:45").await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 2);
    hook.always(Some(Answer::Refuse(503)));
    assert_eq!(world.sweep("23T19:05").await.code, 1);
    world.sweep("23T19:10").await;
    hook.always(None);
    assert_eq!(world.sweep("23T19:15").await.code, 0);
    world.sweep("23T19:20").await;
    // Both in one letter, as they are one owner's.
    let letters = hook.accepted();
    assert_eq!((hook.posts(), letters.len()), (4, 2));
    let notices = letters[1]["data"]["notices"].as_array().expect("notices");
    let events: Vec<&Value> = notices.iter().map(|notice| &notice["event"]).collect();
    assert_eq!(events, ["Stopped", "Stopped"]);
    let outcomes: Vec<Vec<ToldOutcome>> =
        told(&world).await.into_iter().map(|told| told.2).collect();
    let (failed, accepted) = (vec![ToldOutcome::Failed], vec![ToldOutcome::Accepted]);
    assert_eq!(
        outcomes,
        [failed.clone(), failed, accepted.clone(), accepted]
    );
    // What nobody has heard within a day is no news any more.
    let (world, hook) = with(json!([office("ci")])).await;
    world.sweep("23T18:45").await;
    world.sweep("23T19:00").await;
    hook.always(Some(Answer::Refuse(503)));
    world.sweep("23T19:05").await;
    hook.always(None);
    world.sweep("25T07:00").await;
    assert_eq!(heard(&hook, "Stopped"), Vec::<Value>::new());
}

#[tokio::test]
async fn nobody_is_told_where_lamplighter_only_observes_or_no_channel_is_set() {
    let tags = || json!({"lamp-schedule": "Mon-Fry 08:00-19:00", "owner": "ana"});
    let (mut world, hook) = with(json!([instance("ci", tags())])).await;
    world.set("ACT_IN", "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a09");
    world.sweep("23T12:05").await;
    assert_eq!(hook.posts(), 0);
    let world = World::new(fleet(json!([instance("ci", tags())]), &[])).await;
    assert_eq!(world.sweep("23T12:05").await.code, 0);
    assert_eq!(told(&world).await, []);
}
