//! The page of a resource.

use super::{URL, World, at, in_form, of_resource};
use crate::people::{Request, answer};
use serde_json::json;

#[tokio::test]
async fn the_link_of_a_notice_opens_the_page_of_its_resource_too() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let asked = async |query: String, now: &str| {
        let request = Request {
            query,
            ..of_resource(None)
        };
        answer(&world.context, &request, at(now)).await
    };
    let page = asked(format!("t={token}"), "23T18:50").await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains(r#"action="keep""#), "{}", page.html);
    // Nothing yet, which is shown as well.
    let saved = "<dt>Saved</dt><dd>0.00 USD</dd>";
    assert!(page.html.contains(saved), "{}", page.html);
    assert_eq!(in_form(&page), token);
    let refused = world.get("", "23T18:50").await;
    assert_eq!(asked(format!("t={token}x"), "23T18:50").await, refused);
    assert_eq!(asked(String::new(), "23T18:50").await, refused);
    // Off, it has no form, and says since when.
    let off = json!({"state": "Stopped", "power": "off", "since": "2026-11-23T19:02:00Z"});
    world.observed(json!({"observation": off})).await;
    let page = asked(format!("t={token}"), "23T19:10").await;
    assert!(page.html.contains("Off since Mon 23 Nov 19:02"));
    assert!(!page.html.contains("<form"), "{}", page.html);
}
