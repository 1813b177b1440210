//! The page of a resource.

use super::{Acme, URL, World, at, in_form, of_resource, with_holidays};
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

#[tokio::test]
async fn a_day_off_of_the_platforms_calendar_is_no_start_of_the_week_to_come() {
    let acme = Acme::off("20261203");
    let world = World::new(&[URL, ("CALENDARS", &acme.setting())]).await;
    let told = json!({"cause": "2026-11-27T19:00:00Z", "given_at": "2026-11-27T18:45:00Z"});
    let observed = json!({"notice": told, "observation": with_holidays()});
    world.observed(observed).await;
    let token = world.token("ci", at("27T19:00")).await;
    let request = Request {
        query: format!("t={token}"),
        ..of_resource(None)
    };
    let page = answer(&world.context, &request, at("27T18:50")).await;
    // Portugal's day off is the Tuesday, that of acme the Thursday.
    let (_, week) = page.html.split_once("The week to come").expect("a week");
    let rows = week.split("</tr>");
    let starts = rows.filter_map(|row| row.split_once(" 08:00 WET</th><td>started"));
    let days = starts.filter_map(|(row, _)| row.rsplit_once('>'));
    let days: Vec<&str> = days.map(|(_, day)| day).collect();
    assert_eq!(days, ["Mon 30 Nov", "Wed 02 Dec", "Fri 04 Dec"], "{week}");
}
