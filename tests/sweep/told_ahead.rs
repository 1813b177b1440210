//! What owners hear before a stop, and when: every stop whose time is known is told ahead of it.

use crate::common::hook::Hook;
use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::json;

async fn with(tags: serde_json::Value) -> (World, Hook) {
    let hook = Hook::start().await;
    let mut world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    (world, hook)
}

#[tokio::test]
async fn the_text_says_what_will_happen_when_why_what_it_costs_and_how_to_keep_it_on() {
    let (world, hook) =
        with(json!({"lamp-schedule": "Mon-Fri 09:00-20:00 Europe/Berlin", "owner": "ana"})).await;
    world.sweep("23T18:40").await;
    assert_eq!(hook.posts(), 0);
    let printed = world.sweep("23T18:45").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let bodies = hook.accepted();
    let expected = "ci will be stopped at Mon 23 Nov 20:00 CET: off by its schedule from Mon 23 Nov 20:00 CET. \
        A job that runs on it then delays that. It costs 0.36 USD an hour. \
        To keep it on, give it the tag lamp-hold with the value: on until 2026-11-24 00:00. \
        Or start it by hand at any time after the stop: it then stays on for 4h. \
        How long before a stop you are told, the tag lamp-notice says.";
    assert_eq!(bodies[0]["text"], expected);
    assert_eq!(bodies[0]["minutesUntilShutdown"], "15");
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    assert_eq!(hook.posts(), 1);
}

#[tokio::test]
async fn every_stop_whose_time_is_known_is_told_a_quarter_of_an_hour_ahead_and_comes_on_time() {
    let lease = json!({"lamp-schedule": "Mon-Fri 08:00-11:00 UTC"});
    for (tags, told, stopped, why) in [
        (
            json!({"lamp-schedule": OFFICE}),
            "23T18:45",
            "23T19:00",
            "off by its schedule from",
        ),
        (
            json!({"lamp-schedule": "stop Mon 19:30"}),
            "23T19:15",
            "23T19:30",
            "off by its schedule from Mon 23 Nov 19:30 UTC",
        ),
        (
            json!({"lamp-max-uptime": "84h"}),
            "23T19:45",
            "23T20:00",
            "longer than 3d12h without a break",
        ),
        (
            json!({"lamp-hold": "off from 2026-11-23 19:00 until 2026-11-24 09:00"}),
            "23T18:45",
            "23T19:00",
            "held off until Tue 24 Nov 09:00 UTC",
        ),
        // Told of the end of its hold, not of the window's that the hold covers.
        (
            json!({"lamp-schedule": OFFICE, "lamp-hold": "on until 2026-11-23 21:00"}),
            "23T20:45",
            "23T21:00",
            "off by its schedule",
        ),
        (
            lease,
            "23T15:45",
            "23T16:00",
            "by hand at Mon 23 Nov 12:00 UTC",
        ),
    ] {
        let (world, hook) = with(tags.clone()).await;
        if told == "23T15:45" {
            world.hand("w/ci", "restart").await;
        }
        let early = minutes_before(told);
        world.sweep(&early).await;
        assert_eq!(hook.posts(), 0, "{tags} at {early}");
        let printed = world.sweep(told).await;
        let bodies = hook.accepted();
        assert_eq!(bodies.len(), 1, "{tags}: {}", printed.all());
        let text = bodies[0]["text"].as_str().expect("a text");
        assert!(text.contains(why), "{tags}: {text}");
        assert_eq!(bodies[0]["minutesUntilShutdown"], "15", "{tags}");
        let before = minutes_before(stopped);
        assert_eq!(
            world.sweep(&before).await.count("stops"),
            0,
            "{tags} at {before}"
        );
        let printed = world.sweep(stopped).await;
        assert_eq!(printed.count("stops"), 1, "{tags}: {}", printed.all());
        assert_eq!(hook.posts(), 1, "{tags}");
    }
}

/// Five minutes earlier.
fn minutes_before(time: &str) -> String {
    let at = crate::common::world::at(time) - chrono::TimeDelta::minutes(5);
    at.format("%dT%H:%M").to_string()
}

#[tokio::test]
async fn whoever_is_told_late_is_stopped_later() {
    let (world, hook) = with(json!({"lamp-schedule": OFFICE})).await;
    world.sweep("23T18:52").await;
    assert_eq!(hook.accepted()[0]["minutesUntilShutdown"], "15");
    let late = world.sweep("23T19:05").await;
    assert_eq!(
        (late.count("stops"), late.reason("ci")),
        (0, Some("notice"))
    );
    assert_eq!(world.sweep("23T19:07").await.count("stops"), 1);
}

#[tokio::test]
async fn a_hold_that_is_written_after_the_notice_is_told_of_again_before_its_end() {
    let (world, hook) = with(json!({"lamp-schedule": OFFICE})).await;
    world.sweep("23T18:45").await;
    let tags = json!({"on": "w/ci", "tags": {"lamp-schedule": OFFICE, "lamp-hold": "on until 2026-11-23 21:00"}});
    world.post("tags", tags).await;
    for time in ["23T19:00", "23T20:40"] {
        assert_eq!(world.sweep(time).await.count("stops"), 0);
    }
    assert_eq!(hook.posts(), 1);
    world.sweep("23T20:45").await;
    assert_eq!(hook.accepted().len(), 2);
    assert_eq!(world.sweep("23T21:00").await.count("stops"), 1);
}

#[tokio::test]
async fn no_channel_and_no_tag_mean_no_notice_and_a_tag_or_setting_says_otherwise() {
    for (channel, tag, setting, told) in [
        (false, None, None, false),
        (true, None, None, true),
        (true, Some("off"), None, false),
        (true, None, Some("off"), false),
        (false, None, Some("15m"), true),
        (false, Some("15m"), None, true),
    ] {
        let mut tags = json!({"lamp-schedule": OFFICE});
        if let Some(tag) = tag {
            tags["lamp-notice"] = tag.into();
        }
        let hook = Hook::start().await;
        let mut world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
        if channel {
            world.set("NOTICE_WEBHOOK", &hook.url);
        }
        if let Some(setting) = setting {
            world.set("DEFAULT_NOTICE", setting);
        }
        let printed = world.sweep("23T18:45").await;
        let logged = printed.lines.iter().any(|line| line["event"] == "notice");
        let case = (channel, tag, setting);
        assert_eq!(logged, told, "{case:?}: {}", printed.all());
        assert_eq!(hook.posts(), usize::from(told && channel), "{case:?}");
    }
}
