//! Holds that follow each other, and what is promised of them.

use super::{NONE, URL, WORKSPACE, World, at};
use crate::people::keep::{Press, open_link, press};
use chrono::TimeDelta;
use lamplighter_core::record::{Door, WorkspaceState};
use serde_json::{Value, json};

const CLAIMED: &str = r#"[{"id": "a", "power": "off", "reason": "schedule-off", "cause": "2026-11-23T19:00:00Z",
    "requested_at": "2026-11-23T19:00:10Z", "claimed_until": "2026-11-23T19:30:00Z"}]"#;

#[tokio::test]
async fn holds_that_follow_each_other_end_within_the_limit_and_a_stop_begins_anew() {
    let world = World::new(&[URL, ("HOLD_LIMIT", "3h")]).await;
    let token = world.token("ci", at("23T19:00")).await;
    world.post(&token, "2h", "23T18:50").await;
    assert_eq!(world.ends().await, [at("23T21:00")]);
    // It was told of the stop at the end of that hold.
    let told = json!({"cause": "2026-11-23T21:00:00Z", "given_at": "2026-11-23T20:45:00Z"});
    world.swept("23T20:45", told).await;
    let next = world.token("ci", at("23T21:00")).await;
    let page = world.get(&format!("t={next}"), "23T21:00").await;
    assert_eq!(page.html.matches("<button").count(), 1, "{}", page.html);
    let kept = world.post(&next, "4h", "23T21:00").await;
    assert!(kept.html.contains("Mon 23 Nov 21:50 WET"), "{}", kept.html);
    assert_eq!(world.ends().await, [at("23T21:00"), at("23T21:50")]);
    // And at its end there is nothing more to be had.
    let told = json!({"cause": "2026-11-23T21:50:00Z", "given_at": "2026-11-23T21:35:00Z"});
    world.swept("23T21:35", told).await;
    let last = world.token("ci", at("23T21:50")).await;
    let page = world.get(&format!("t={last}"), "23T21:40").await;
    assert_eq!(page.html.matches("<button").count(), 0, "{}", page.html);
    world.post(&last, "4h", "23T21:40").await;
    assert_eq!(world.ends().await.len(), 2);
    // The next evening's stop is another run.
    let told =
        json!({"notice": {"cause": "2026-11-24T19:00:00Z", "given_at": "2026-11-24T18:45:00Z"}});
    world.observed(told).await;
    let token = world.token("ci", at("24T19:00")).await;
    world.post(&token, "next", "24T18:50").await;
    assert_eq!(world.ends().await.last(), Some(&at("24T21:50")));
}

#[tokio::test]
async fn until_its_next_start_is_offered_wherever_the_limit_reaches_that_start() {
    let friday =
        json!({"notice": {"cause": "2026-11-27T19:00:00Z", "given_at": "2026-11-27T18:45:00Z"}});
    for (limit, words, end) in [
        ("3d", "Until its next start", "Mon 30 Nov 08:00 WET"),
        ("2d", "As long as possible", "Sun 29 Nov 18:50 WET"),
    ] {
        let world = World::new(&[URL, ("HOLD_LIMIT", limit)]).await;
        world.observed(friday.clone()).await;
        let token = world.token("ci", at("27T19:00")).await;
        let page = world.get(&format!("t={token}"), "27T18:50").await;
        let words = format!("<strong>{words}</strong><span>on until {end}</span>");
        assert!(page.html.contains(&words), "{words} in {}", page.html);
        let kept = world.post(&token, "next", "27T18:50").await;
        let words = format!("is kept on until {end}");
        assert!(kept.html.contains(&words), "{words} in {}", kept.html);
    }
}

#[tokio::test]
async fn what_is_off_is_not_kept_on_and_a_tag_that_holds_off_is_above_the_page() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let off = json!({"state": "Stopped", "power": "off", "since": "2026-11-23T19:02:00Z"});
    let held = json!({"state": "Running", "power": "on", "since": "2026-11-23T08:00:00Z",
        "hold": {"power": "off", "until": "2026-11-27T00:00:00Z"}});
    for (state, words) in [
        (json!({"observation": off}), "has been stopped"),
        (json!({"observation": held}), "is held off by its tag"),
    ] {
        world.observed(state).await;
        let page = world.get(&format!("t={token}"), "23T19:05").await;
        assert!(page.html.contains(words), "{words} in {}", page.html);
        assert!(!page.html.contains("<form"), "{}", page.html);
        let after = world.post(&token, "2h", "23T19:05").await;
        assert!(after.html.contains(words), "{}", after.html);
        assert_eq!(world.ends().await, NONE, "{words}");
    }
    // A stop that a job delays may still be put off, and what is over by then is not offered.
    world.observed(json!({})).await;
    let late = world.get(&format!("t={token}"), "23T20:30").await;
    assert!(late.html.contains("is about to be stopped"));
    assert!(!late.html.contains("20:00") && late.html.contains("21:00"));
    world.post(&token, "1h", "23T20:30").await;
    assert_eq!(world.ends().await, NONE);
    world.post(&token, "2h", "23T20:30").await;
    assert_eq!(world.ends().await, [at("23T21:00")]);
    assert_eq!(
        world.holds().await[0].since + TimeDelta::hours(2),
        at("23T21:00")
    );
}

#[tokio::test]
async fn a_press_that_meets_a_stop_promises_nothing_and_is_written_down_all_the_same() {
    let claimed: Value = serde_json::from_str(CLAIMED).expect("JSON");
    let words = "A stop may just have been sent; look again in a minute";
    // The stop was claimed before the press.
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    world.observed(json!({"own_operations": claimed})).await;
    let page = world.get(&format!("t={token}"), "23T19:01").await;
    assert!(page.html.contains(words) && !page.html.contains("<form"));
    let after = world.post(&token, "2h", "23T19:01").await;
    assert!(after.html.contains(words), "{}", after.html);
    assert_eq!(world.ends().await, [at("23T21:00")]);

    // It was claimed after the press had read what there is.
    let world = World::new(&[URL]).await;
    let now = at("23T19:01");
    let token = world.token("ci", at("23T19:00")).await;
    let opened = open_link(&world.context, &token, now).await;
    let (grant, known) = opened.expect("read").expect("a good link");
    world.observed(json!({"own_operations": claimed})).await;
    let chosen = Press {
        choice: "2h",
        token: &token,
        door: Door::Link,
        by: None,
        action: "keep",
    };
    let after = press(&world.context, (&known, &grant), chosen, now).await;
    let after = after.expect("an answer");
    assert!(after.html.contains(words), "{}", after.html);
    assert_eq!(world.ends().await, [at("23T21:00")]);
}

#[tokio::test]
async fn what_the_page_promises_in_the_evening_no_hold_of_the_morning_cuts_short() {
    let world = World::new(&[URL]).await;
    let morning = json!({"personal_hold": {"until": "2026-11-23T10:15:00Z", "since": "2026-11-23T09:05:00Z",
        "at": "2026-11-23T09:05:00Z", "door": "link"}});
    world.observed(morning).await;
    let token = world.token("ci", at("23T19:00")).await;
    let kept = world.post(&token, "4h", "23T18:50").await;
    let words = "is kept on until Mon 23 Nov 23:00 WET";
    assert!(kept.html.contains(words), "{}", kept.html);
    for now in ["23T18:55", "23T21:05", "23T22:59"] {
        world.swept(now, Value::Null).await;
        let page = world.get(&format!("t={token}"), now).await;
        assert!(
            page.html.contains("on until <strong>Mon 23 Nov 23:00"),
            "{now}: {}",
            page.html
        );
        let state = world.ledger.load::<WorkspaceState>(WORKSPACE).await;
        let (state, _) = state.expect("loaded");
        let state = state.resources.values().next().expect("a state");
        let hold = state.personal_hold.as_ref().expect("a hold");
        assert_eq!((hold.since, hold.until), (at("23T18:50"), at("23T23:00")));
    }
}

#[tokio::test]
async fn a_hold_that_no_sweep_would_honour_is_not_promised() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    world.post(&token, "4h", "23T18:50").await;
    let held = async |world: &World| {
        let page = world.get(&format!("t={token}"), "23T19:10").await;
        page.html.contains("is kept on until")
    };
    assert!(held(&world).await);
    // Another one of that name, made later.
    world
        .observed(json!({"created_on": "2026-11-23T19:05:00Z"}))
        .await;
    assert!(!held(&world).await);
    // The platform's limit has been lowered since.
    world.observed(json!({})).await;
    let lower = World::on(&world.ledger, &[URL, ("HOLD_LIMIT", "1h")]).await;
    let page = lower.get(&format!("t={token}"), "23T19:10").await;
    assert!(
        page.html.contains("until <strong>Mon 23 Nov 19:50"),
        "{}",
        page.html
    );
}
