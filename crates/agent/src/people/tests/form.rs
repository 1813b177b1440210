//! What a form does, and what none of ours does not.

use super::{NONE, URL, World, at, form};
use crate::people::{Request, answer};
use bytes::Bytes;
use lamplighter_core::record::{Door, PersonalHold};

#[tokio::test]
async fn a_look_changes_nothing_and_a_press_keeps_it_on_once_however_often_it_comes() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let page = world.get(&format!("t={token}"), "23T18:50").await;
    assert_eq!(page.status, 200);
    for words in [
        "<bdi>ci</bdi> will be stopped",
        "Mon 23 Nov 19:00 WET",
        "its schedule turns it off then",
        "on until Mon 23 Nov 20:00 WET",
        "on until Mon 23 Nov 21:00 WET",
        "on until Mon 23 Nov 23:00 WET",
        "As long as possible",
        "on until Tue 24 Nov 06:50 WET",
    ] {
        assert!(page.html.contains(words), "{words} in {}", page.html);
    }
    assert!(!page.html.contains("<script") && !page.html.contains("http"));
    assert_eq!(world.ends().await, NONE);

    let kept = world.post(&token, "2h", "23T18:50").await;
    let words = "is kept on until Mon 23 Nov 21:00 WET";
    assert!(
        kept.status == 200 && kept.html.contains(words),
        "{}",
        kept.html
    );
    let first = PersonalHold {
        until: at("23T21:00"),
        since: at("23T18:50"),
        at: at("23T18:50"),
        door: Door::Link,
        by: None,
    };
    assert_eq!(world.holds().await, std::slice::from_ref(&first));
    // The same again is the same, also later; and a shorter one takes nothing away.
    for (choice, now) in [("2h", "23T18:50"), ("2h", "23T20:30"), ("1h", "23T18:51")] {
        let again = world.post(&token, choice, now).await;
        assert!(again.html.contains(words), "{choice}: {}", again.html);
        assert_eq!(
            world.holds().await,
            std::slice::from_ref(&first),
            "{choice}"
        );
    }
    let page = world.get(&format!("t={token}"), "23T18:52").await;
    let asked = "by the link of a notice";
    assert!(page.html.contains("is kept on") && page.html.contains(asked));
    assert!(!page.html.contains("1 hour") && !page.html.contains("2 hours"));
    let longer = world.post(&token, "4h", "23T18:53").await;
    let words = "is kept on until Mon 23 Nov 23:00 WET";
    assert!(longer.html.contains(words), "{}", longer.html);
    assert_eq!(world.ends().await, [at("23T21:00"), at("23T23:00")]);
}

#[tokio::test]
async fn a_form_that_no_page_of_ours_sent_does_nothing() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let sound = form(&token, "2h");
    let changed: [(u16, Request); 4] = [
        (
            403,
            Request {
                fetch_site: Some("cross-site".into()),
                ..sound.clone()
            },
        ),
        (
            403,
            Request {
                fetch_site: None,
                ..sound.clone()
            },
        ),
        (
            415,
            Request {
                content_type: Some("text/plain".into()),
                ..sound.clone()
            },
        ),
        (
            404,
            Request {
                body: Bytes::from(format!("t={token}")),
                query: format!("t={token}&for=2h"),
                ..sound.clone()
            },
        ),
    ];
    for (status, request) in changed {
        let answered = answer(&world.context, &request, at("23T18:50")).await;
        assert_eq!(answered.status, status);
        assert_eq!(world.ends().await, NONE);
    }
    // A choice that was never offered shows what can be chosen.
    let odd = world.post(&token, "99h", "23T18:50").await;
    assert!(odd.html.contains("will be stopped"), "{}", odd.html);
    assert_eq!(world.ends().await, NONE);
    answer(&world.context, &sound, at("23T18:50")).await;
    assert_eq!(world.ends().await, [at("23T21:00")]);
}
