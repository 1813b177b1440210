//! Nobody is stopped without notice by what is ours: a limit that we keep, a time that we set, what an earlier notice said.

use super::outbox::{ahead, office, says, told, with};
use crate::common::hook::{Answer, Hook};
use crate::common::world::{OFFICE, World, fleet, instance};
use lamplighter_core::record::ToldOutcome;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn more_owners_than_teams_takes_at_once_all_hear_and_are_stopped_later_for_it() {
    let of = |n: usize| {
        let tags =
            json!({"lamp-schedule": OFFICE, "lamp-notice": "5m", "owner": format!("owner-{n}")});
        instance(&format!("ci-{n}"), tags)
    };
    let hook = Hook::start().await;
    let instances: Vec<Value> = (0..55).map(of).collect();
    let mut world = World::new(fleet(json!(instances), &[])).await;
    world.set("NOTICE_TEAMS_WEBHOOK", &hook.url);
    world.set("MAX_STOPS_PER_SWEEP", "100");
    for (time, posts, stops) in [
        ("23T18:55", 25, 0),
        ("23T19:00", 50, 25),
        ("23T19:05", 55, 25),
        ("23T19:10", 55, 5),
    ] {
        let printed = world.sweep(time).await;
        let found = (ahead(&hook), printed.count("stops"));
        assert_eq!(found, (posts, stops), "{time}: {}", printed.all());
        assert!(!says(&printed, "nobody could be told"), "{}", printed.all());
    }
    let failed = told(&world).await;
    assert!(failed.len() >= 55);
    assert!(failed.iter().all(|(_, delivered)| *delivered), "{failed:?}");
}

#[tokio::test]
async fn a_notice_that_is_a_post_of_its_own_waits_for_no_other_of_its_owner() {
    let of = |name: &str| instance(name, json!({"lamp-schedule": OFFICE, "owner": "ana"}));
    let (world, hook) = with(json!([of("a"), of("b"), of("c"), of("d")])).await;
    hook.next(&[Answer::Refuse(503)]);
    world.sweep("23T18:45").await;
    assert_eq!((hook.posts(), ahead(&hook)), (4, 3));
    world.sweep("23T18:50").await;
    let names: BTreeSet<String> = hook
        .accepted()
        .iter()
        .map(|body| body["vmName"].to_string())
        .collect();
    assert_eq!((hook.posts(), names.len()), (5, 4));
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 3);
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 1);
}

#[tokio::test]
async fn one_channel_that_asks_for_a_long_pause_silences_no_other() {
    let (mut world, hook) = office().await;
    let slack = Hook::start().await;
    slack.always(Some(Answer::TooMany(3000)));
    world.set("NOTICE_SLACK_WEBHOOK", &slack.url);
    hook.next(&[Answer::Refuse(503)]);
    world.sweep("23T18:45").await;
    world.sweep("23T18:50").await;
    assert_eq!((hook.posts(), ahead(&hook)), (2, 1));
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 1);
}

#[tokio::test]
async fn a_hold_that_was_told_does_not_speak_for_the_edge_at_which_it_ends() {
    let hold = json!({"lamp-schedule": OFFICE, "lamp-hold": "off until 2026-11-24 19:00"});
    let (world, hook) = with(json!([instance("ci", hold)])).await;
    world.sweep("23T14:00").await;
    assert_eq!(world.sweep("23T14:15").await.count("stops"), 1);
    world.sweep("23T14:30").await;
    assert_eq!(ahead(&hook), 1);
    world
        .simulator
        .advance_to(crate::common::world::at("24T10:00"));
    world.hand("w/ci", "start").await;
    for time in ["24T10:05", "24T18:40"] {
        assert_eq!(world.sweep(time).await.count("stops"), 0);
    }
    assert_eq!(ahead(&hook), 1);
    world.sweep("24T18:45").await;
    assert_eq!(ahead(&hook), 2);
    assert_eq!(world.sweep("24T18:55").await.count("stops"), 0);
    assert_eq!(world.sweep("24T19:00").await.count("stops"), 1);
}

#[tokio::test]
async fn what_is_not_known_in_between_does_not_make_a_required_notice_begin_anew() {
    let (mut world, hook) = office().await;
    world.set("NOTICE_REQUIRED", "1h");
    hook.always(Some(Answer::Refuse(500)));
    for time in ["23T18:45", "23T19:00", "23T19:55"] {
        assert_eq!(world.sweep(time).await.count("stops"), 0);
    }
    world
        .fault(json!({"pathContains": "/w/jobs", "status": 403}))
        .await;
    let unknown = world.sweep("23T20:00").await;
    assert_eq!(unknown.reason("ci"), Some("jobs-unknown"));
    let faults = format!("{}/simulator/faults", world.simulator.url());
    let gone = reqwest::Client::new().delete(faults).send().await;
    assert!(gone.expect("an answer").status().is_success());
    assert_eq!(world.sweep("23T20:05").await.count("stops"), 1);
}

#[tokio::test]
async fn one_failed_post_is_not_the_only_attempt_however_rarely_sweeps_come() {
    for (second, at_once, later) in [(Some(Answer::Refuse(500)), 1, 0), (None, 0, 1)] {
        let (world, hook) = office().await;
        hook.always(Some(Answer::Refuse(500)));
        world.sweep("23T18:45").await;
        hook.always(second);
        let waits = world.sweep("23T19:00").await;
        assert_eq!(waits.count("stops"), 0, "{}", waits.all());
        assert!(
            says(&waits, "waits for one more attempt"),
            "{}",
            waits.all()
        );
        assert_eq!(hook.posts(), 2);
        assert_eq!(world.sweep("23T19:10").await.count("stops"), at_once);
        assert_eq!(world.sweep("23T19:15").await.count("stops"), later);
    }
}

#[tokio::test]
async fn a_channel_that_is_not_for_this_owner_is_no_problem_where_another_one_is() {
    let tags = json!({"lamp-schedule": OFFICE, "owner": "team-nlp"});
    let (mut world, _hook) = with(json!([instance("ci", tags)])).await;
    world.set("NOTICE_EMAIL", "http://127.0.0.1:9");
    world.set("NOTICE_EMAIL_FROM", "notices@example.org");
    let printed = world.sweep("23T18:45").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let expected = vec![
        ("email".to_owned(), ToldOutcome::Unfit),
        ("azure".to_owned(), ToldOutcome::Accepted),
    ];
    assert_eq!(told(&world).await, [(expected, true)]);
}

#[tokio::test]
async fn a_channel_that_is_down_makes_nobody_lose_their_turn_in_another() {
    let of = |n: usize| {
        let tags = json!({"lamp-schedule": OFFICE, "owner": format!("owner-{n}")});
        instance(&format!("ci-{n}"), tags)
    };
    let (teams, slack) = (Hook::start().await, Hook::start().await);
    slack.always(Some(Answer::Refuse(410)));
    let instances: Vec<Value> = (0..80).map(of).collect();
    let mut world = World::new(fleet(json!(instances), &[])).await;
    world.set("NOTICE_TEAMS_WEBHOOK", &teams.url);
    world.set("NOTICE_SLACK_WEBHOOK", &slack.url);
    world.set("MAX_STOPS_PER_SWEEP", "100");
    for (time, told, stops) in [
        ("23T18:45", 25, 0),
        ("23T18:50", 50, 0),
        ("23T18:55", 75, 0),
        ("23T19:00", 80, 25),
        ("23T19:10", 80, 50),
        ("23T19:15", 80, 5),
    ] {
        let stopped = world.sweep(time).await.count("stops");
        assert_eq!((ahead(&teams), stopped), (told, stops), "{time}");
    }
}

#[tokio::test]
async fn failures_of_long_ago_do_not_spare_a_channel_that_works_again() {
    let (world, hook) = office().await;
    hook.always(Some(Answer::Refuse(503)));
    for time in ["23T18:45", "23T18:50", "23T18:55"] {
        assert_eq!(world.sweep(time).await.count("stops"), 0);
    }
    // No sweep came for an hour. Meanwhile the channel was mended.
    hook.always(None);
    assert_eq!(world.sweep("23T20:00").await.count("stops"), 0);
    assert_eq!(ahead(&hook), 1);
    assert_eq!(world.sweep("23T20:10").await.count("stops"), 0);
    assert_eq!(world.sweep("23T20:15").await.count("stops"), 1);
}

#[tokio::test]
async fn nor_do_they_where_a_notice_is_required() {
    let (mut world, hook) = office().await;
    world.set("NOTICE_REQUIRED", "2h");
    hook.always(Some(Answer::Refuse(503)));
    for time in ["23T18:45", "23T19:00"] {
        assert_eq!(world.sweep(time).await.count("stops"), 0);
    }
    hook.always(None);
    for (time, told, stops) in [("23T21:30", 1, 0), ("23T21:40", 1, 0), ("23T21:45", 1, 1)] {
        let printed = world.sweep(time).await;
        let found = (ahead(&hook), printed.count("stops"));
        assert_eq!(found, (told, stops), "{time}: {}", printed.all());
    }
}

#[tokio::test]
async fn failures_of_an_earlier_run_say_nothing_of_one_that_was_started_by_hand() {
    let (world, hook) = office().await;
    hook.always(Some(Answer::Refuse(503)));
    for time in ["23T18:45", "23T18:50", "23T18:55"] {
        world.sweep(time).await;
    }
    world
        .simulator
        .advance_to(crate::common::world::at("23T18:56"));
    world.hand("w/ci", "restart").await;
    hook.always(None);
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 0);
    assert_eq!(ahead(&hook), 1);
    assert_eq!(world.sweep("23T19:15").await.count("stops"), 1);
}

#[tokio::test]
async fn where_the_platform_only_observes_explain_says_what_the_sweep_says() {
    let (mut world, _hook) = office().await;
    world.set("ACT_IN", "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a09");
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("would_stop"), 1, "{}", printed.all());
    let now = world.simulator.now().to_rfc3339();
    let explained = ["explain", "w/ci", "--now", &now, "--json"];
    let explained = world.run(&explained).await.stdout;
    let found: Value = serde_json::from_str(&explained).expect("JSON");
    assert_eq!(found["reason"], "schedule-off", "{explained}");
}

#[tokio::test]
async fn a_dry_run_shows_its_stop_when_it_is_due_and_tells_nobody() {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-mode": "dry-run", "lamp-notice": "1h"});
    let (world, hook) = with(json!([instance("ci", tags)])).await;
    for (time, would_stop) in [("23T18:45", 0), ("23T19:00", 1)] {
        let printed = world.sweep(time).await;
        let found = (printed.count("would_stop"), printed.count("stops"));
        assert_eq!(found, (would_stop, 0), "{time}: {}", printed.all());
    }
    assert_eq!(hook.posts(), 0);
}

#[tokio::test]
async fn whoever_starts_it_again_within_a_hold_off_is_not_stopped_by_an_older_notice() {
    let hold = json!({"lamp-schedule": OFFICE, "lamp-hold": "off until 2026-11-24 19:00"});
    let (world, hook) = with(json!([instance("ci", hold)])).await;
    world.sweep("23T14:00").await;
    assert_eq!(world.sweep("23T14:15").await.count("stops"), 1);
    // Between two sweeps: it was off for some minutes, and nobody saw that.
    world
        .simulator
        .advance_to(crate::common::world::at("23T14:25"));
    world.hand("w/ci", "start").await;
    for time in ["23T14:30", "23T14:45", "23T15:00", "24T18:40"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("stops"), 0, "{time}: {}", printed.all());
    }
    assert_eq!(ahead(&hook), 1);
}

#[tokio::test]
async fn two_stops_that_one_instant_demands_have_a_record_each() {
    let hold = json!({"lamp-schedule": OFFICE, "lamp-hold": "off until 2026-11-23 19:00"});
    let (world, hook) = with(json!([instance("ci", hold)])).await;
    for time in ["23T13:45", "23T14:00", "23T14:10"] {
        world.sweep(time).await;
    }
    world
        .simulator
        .advance_to(crate::common::world::at("23T16:00"));
    world.hand("w/ci", "start").await;
    for time in ["23T16:05", "23T18:45"] {
        world.sweep(time).await;
    }
    assert_eq!(ahead(&hook), 2);
    assert_eq!(told(&world).await.len(), 2);
}
