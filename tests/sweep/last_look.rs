//! The last look before a stop: nothing slow lies between it and the request.

use crate::common::between::Between;
use crate::common::inside::context;
use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_agent::sweep;
use serde_json::json;

fn office(name: &str) -> serde_json::Value {
    instance(name, json!({"lamp-schedule": OFFICE}))
}

#[tokio::test]
async fn a_job_that_comes_after_the_first_list_is_found_by_the_last_look() {
    let world = World::new(fleet(json!([office("ci"), office("co")]), &[])).await;
    world.simulator.advance_to(at("23T19:00"));
    let job =
        json!({"instance": "w/ci", "name": "quick", "lastsSeconds": 3600, "status": "Queued"});
    let url = world.simulator.url();
    let between = Between::start(&url, move |call, earlier| {
        let jobs = call.starts_with("GET") && call.ends_with("/jobs");
        // The second list is the last look.
        (jobs && earlier == 1).then(|| ("jobs", job.clone()))
    });
    let between = between.await;
    let context = context(&world.simulator, &between.url, &[]);
    let options = sweep::Options::at(at("23T19:00"));
    let summary = sweep::run(&context, &options).await.expect("a sweep");
    assert_eq!((summary.stops, summary.waits), (1, 1), "{summary:?}");
    assert_eq!(world.state("w/co"), "Stopping");
    assert!(!format!("{:?}", world.simulator.record()).contains("JobKilled"));
    // Its claim was taken back: the next sweep waits for the job, not for an action.
    world.simulator.advance_to(at("23T19:05"));
    let options = sweep::Options::at(at("23T19:05"));
    let summary = sweep::run(&context, &options).await.expect("a sweep");
    assert_eq!(
        (summary.waits, summary.failed, summary.settled),
        (1, 0, 1),
        "{summary:?}"
    );
}

#[tokio::test]
async fn a_person_who_acts_before_the_last_look_is_heard() {
    let world = World::new(fleet(json!([office("ci")]), &[])).await;
    world.simulator.advance_to(at("23T19:00"));
    let restart = json!({"instance": "w/ci", "action": "restart", "by": "ana@example.org"});
    let url = world.simulator.url();
    let between = Between::start(&url, move |call, earlier| {
        let look = call.starts_with("GET") && call.ends_with("/computes/ci");
        (look && earlier == 0).then(|| ("action", restart.clone()))
    });
    let between = between.await;
    let context = context(&world.simulator, &between.url, &[]);
    let options = sweep::Options::at(at("23T19:00"));
    let summary = sweep::run(&context, &options).await.expect("a sweep");
    assert_eq!((summary.stops, summary.failed), (0, 0), "{summary:?}");
    let posts = between.calls();
    let posts = posts
        .iter()
        .filter(|call| call.starts_with("POST") && call.contains("/computes/"));
    assert_eq!(posts.count(), 0);
}

#[tokio::test]
async fn a_tag_that_is_written_before_the_last_look_is_heard() {
    for (tag, value) in [
        ("lamp-hold", "on until 2026-11-23 22:00 UTC"),
        ("lamp-mode", "ignore"),
        ("lamp-schedule", "Mon-Fri 08:00-21:00 UTC"),
        // One that cannot be read never acts.
        ("lamp-schedule", "Mon-Fry 08:00-19:00 UTC"),
    ] {
        let world = World::new(fleet(json!([office("ci"), office("co")]), &[])).await;
        world.simulator.advance_to(at("23T19:00"));
        let mut tags = json!({"lamp-schedule": OFFICE});
        tags[tag] = json!(value);
        let change = json!({"on": "w/ci", "tags": tags});
        let url = world.simulator.url();
        let between = Between::start(&url, move |call, earlier| {
            let look = call.starts_with("GET") && call.ends_with("/computes/ci");
            (look && earlier == 0).then(|| ("tags", change.clone()))
        });
        let between = between.await;
        let context = context(&world.simulator, &between.url, &[]);
        let options = sweep::Options::at(at("23T19:00"));
        let summary = sweep::run(&context, &options).await.expect("a sweep");
        assert_eq!(summary.stops, 1, "{value}: {summary:?}");
        let states = (world.state("w/ci"), world.state("w/co"));
        assert_eq!(states, ("Running".into(), "Stopping".into()), "{value}");
    }
}

#[tokio::test]
async fn prices_and_notices_come_after_the_actions_and_the_last_look_right_before_them() {
    let early = instance("early", json!({"lamp-schedule": "Mon-Fri 08:00-18:00 UTC"}));
    let noticed = json!({"lamp-schedule": "Mon-Fri 08:00-19:10 UTC", "lamp-notice": "15m"});
    let noticed = instance("noticed", noticed);
    let world = World::new(fleet(json!([early, office("ci"), noticed]), &[])).await;
    world.simulator.advance_to(at("23T18:00"));
    let url = world.simulator.url();
    let between = Between::start(&url, |_, _| None).await;
    let hook = format!("{}/hook", between.url);
    let context = context(
        &world.simulator,
        &between.url,
        &[("NOTICE_WEBHOOK", &hook), ("DEFAULT_NOTICE", "off")],
    );
    let first = sweep::Options::at(at("23T18:00"));
    assert_eq!(
        sweep::run(&context, &first).await.expect("a sweep").stops,
        1
    );
    // Now `early` is seen to be stopped, which asks for its price, and `ci` is due.
    world.simulator.advance_to(at("23T19:00"));
    let before = between.calls().len();
    let second = sweep::Options::at(at("23T19:00"));
    assert_eq!(
        sweep::run(&context, &second).await.expect("a sweep").stops,
        1
    );
    let calls = between.calls().split_off(before);
    let places = |end: &str| {
        let found = calls.iter().enumerate();
        let found =
            found.filter(|(_, call)| call.split('?').next().is_some_and(|c| c.ends_with(end)));
        found.map(|(place, _)| place).collect::<Vec<_>>()
    };
    let stop = places("/computes/ci/stop")[0];
    let (prices, hooks) = (places("/api/retail/prices"), places("/hook"));
    assert!(!prices.is_empty() && !hooks.is_empty(), "{calls:?}");
    assert!(
        prices.iter().chain(&hooks).all(|place| *place > stop),
        "{calls:?}"
    );
    // Right before the stop: the list of jobs and the instance itself, in whatever order.
    let look = [places("/w/jobs").pop(), places("/computes/ci").pop()];
    let mut look: Vec<usize> = look.into_iter().flatten().collect();
    look.sort_unstable();
    assert_eq!(look, [stop - 2, stop - 1], "{calls:?}");
}

/// A world at 19:00 in which a job comes just before the third list of jobs is read, and one call is spoilt.
async fn third_list(fault: serde_json::Value) -> (World, sweep::Summary, Vec<String>) {
    let world = World::new(fleet(json!([office("ci")]), &[])).await;
    world.simulator.advance_to(at("23T19:00"));
    world.fault(fault).await;
    let job = json!({"instance": "w/ci", "name": "quick", "lastsSeconds": 3600});
    let url = world.simulator.url();
    let between = Between::start(&url, move |call, earlier| {
        let jobs = call.starts_with("GET") && call.ends_with("/jobs");
        (jobs && earlier == 2).then(|| ("jobs", job.clone()))
    });
    let between = between.await;
    let context = context(&world.simulator, &between.url, &[]);
    let options = sweep::Options::at(at("23T19:00"));
    let summary = sweep::run(&context, &options).await.expect("a sweep");
    let calls = between.calls();
    (world, summary, calls)
}

#[tokio::test]
async fn a_stop_that_azure_puts_off_is_looked_at_anew() {
    let put_off =
        json!({"pathContains": "/ci/stop", "status": 429, "retryAfterSeconds": 1, "count": 1});
    let (world, summary, calls) = third_list(put_off).await;
    assert_eq!((summary.stops, summary.waits), (0, 1), "{calls:?}");
    let stops = calls.iter().filter(|call| call.ends_with("/stop"));
    assert_eq!(stops.count(), 1, "{calls:?}");
    assert!(!format!("{:?}", world.simulator.record()).contains("JobKilled"));
}

#[tokio::test]
async fn a_slow_part_of_the_last_look_makes_no_other_old() {
    let slow = json!({"pathContains": "/computes/ci?", "delayMs": 1500, "count": 1});
    let (world, summary, calls) = third_list(slow).await;
    assert_eq!((summary.stops, summary.waits), (0, 1), "{calls:?}");
    assert!(!format!("{:?}", world.simulator.record()).contains("JobKilled"));
}
