//! Times on the page are in the reader's zone, and a text's are as they were recorded: the page says so.

use crate::common::world::{World, fleet, instance};
use serde_json::{Value, json};

#[tokio::test]
async fn the_page_names_the_zone_that_a_texts_times_are_in() {
    let tags = json!({"lamp-schedule": "Mon-Fri 08:00-20:00 Asia/Tokyo"});
    let own = [instance("tokyo", tags), instance("untagged", json!({}))];
    let world = World::new(fleet(json!(own), &[])).await;
    for time in ["23T12:05", "23T12:10"] {
        world.sweep(time).await;
    }
    let report = async |form: &[&str]| {
        let period = ["report", "--from", "2026-11-23", "--to", "2026-11-24"];
        let printed = world.run(&[&period[..], form].concat()).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
        printed.stdout
    };
    let said = "as they were recorded, in the resource's own zone: <bdi>Asia/Tokyo</bdi></p>";
    for (zone, at, says) in [
        ("UTC", "23 Nov 2026 12:05", true),
        ("Asia/Kolkata", "23 Nov 2026 17:35", true),
        ("Asia/Tokyo", "23 Nov 2026 21:05", false),
    ] {
        let page = report(&["--html", "-", "--zone", zone]).await;
        assert_eq!(page.contains(said), says, "{zone}");
        assert!(page.contains(&format!(">{at}<")), "no {at} in {zone}");
        // The words themselves stay what they were.
        assert!(page.contains("20:00 JST"), "{zone}");
    }
    let shown: Value = serde_json::from_str(&report(&["--page-json"]).await).expect("JSON");
    let decisions = shown["decisions"].as_array().expect("decisions");
    let of = |name: &str| {
        let own = decisions.iter().find(|one| one["resource"]["name"] == name);
        own.expect("a decision")["zone"].clone()
    };
    assert_eq!(
        (of("tokyo"), of("untagged")),
        (json!("Asia/Tokyo"), json!("UTC"))
    );
}
