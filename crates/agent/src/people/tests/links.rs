//! Links that are not good.

use super::{NONE, URL, World, at};
use serde_json::json;

#[tokio::test]
async fn whatever_is_wrong_with_a_link_the_answer_is_the_same() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let (payload, mac) = token.split_once('.').expect("two parts");
    let foreign = World::new(&[URL]).await;
    let foreign = foreign.token("ci", at("23T19:00")).await;
    let altered = format!("{}A.{mac}", &payload[..payload.len() - 1]);
    let another_stop = world.token("ci", at("23T23:00")).await;
    let another_resource = world.token("cj", at("23T19:00")).await;
    let crossed = another_stop.split_once('.').expect("two parts").0;
    let crossed = format!("{crossed}.{mac}");
    let now = "23T18:50";
    let refused = world.get("", now).await;
    assert_eq!(refused.status, 404);
    for (what, token, now) in [
        ("forged", "e30.AAAA", now),
        ("foreign", &foreign, now),
        ("altered", &altered, now),
        ("crossed", &crossed, now),
        ("without a signature", payload, now),
        ("twice", &format!("{token},{token}"), now),
        ("of another stop", &another_stop, now),
        ("of another resource", &another_resource, now),
        ("expired", &token, "24T19:00"),
        ("long", &"a".repeat(3000), now),
    ] {
        assert_eq!(
            world.get(&format!("t={token}"), now).await,
            refused,
            "{what}"
        );
        assert_eq!(world.post(token, "2h", now).await, refused, "{what}");
    }
    let twice = format!("t={token}&t={token}");
    assert_eq!(world.get(&twice, now).await, refused);
    assert_eq!(world.ends().await, NONE);

    // After a start by hand it is another run, whose stop nobody was told of.
    world.observed(json!({"notice": null})).await;
    assert_eq!(world.post(&token, "2h", now).await, refused);
    assert_eq!(world.ends().await, NONE);

    let closed = World::on(&world.ledger, &[]).await;
    world.observed(json!({})).await;
    assert_eq!(closed.get(&format!("t={token}"), now).await, refused);
    assert_eq!(closed.post(&token, "2h", now).await, refused);
    assert_eq!(closed.ends().await, NONE);
    let open = World::on(&world.ledger, &[URL]).await;
    assert_eq!(open.get(&format!("t={token}"), now).await.status, 200);
}

#[tokio::test]
async fn a_link_of_a_stop_before_the_last_start_is_not_good() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let refused = world.get("", "24T18:30").await;
    let ours = json!({"own_operations": [{"id": "b", "power": "on", "reason": "schedule-on",
        "cause": "2026-11-24T08:00:00Z", "requested_at": "2026-11-24T08:00:10Z",
        "claimed_until": "2026-11-24T08:30:00Z",
        "ended": {"at": "2026-11-24T08:05:00Z", "how": "settled"}}]});
    let theirs =
        json!({"external": {"power": "on", "at": "2026-11-24T07:30:00Z", "operation": "Start"}});
    for started in [ours, theirs] {
        world.observed(started).await;
        assert_eq!(world.get(&format!("t={token}"), "24T18:30").await, refused);
        assert_eq!(world.post(&token, "next", "24T18:30").await, refused);
    }
    assert_eq!(world.ends().await, NONE);
}
