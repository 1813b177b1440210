//! Messages on the queue.

use super::{Acme, World, at, with_holidays};
use crate::people::queue::answer;
use serde_json::json;

#[tokio::test]
async fn until_the_next_start_passes_over_a_day_off_of_the_platforms_calendar() {
    let acme = Acme::off("20261124");
    let settings = [("HOLD_LIMIT", "7d"), ("CALENDARS", &acme.setting())];
    let message = json!({"resource": "w/CI", "keep": "until next start"});
    let now = at("23T18:50");
    for (more, until) in [
        (json!({}), at("24T08:00")),
        (json!({"observation": with_holidays()}), at("25T08:00")),
    ] {
        let world = World::new(&settings).await;
        world.observed(more).await;
        let asked = (&message, Some(now));
        let line = answer(&world.context, asked, now, false).await;
        let line = line.expect("a hold");
        assert!(line.starts_with("w/ci is kept on until"), "{line}");
        assert_eq!(world.ends().await, [until], "{line}");
    }
}
