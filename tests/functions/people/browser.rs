//! Links in Chromium, and before what looks at links.

use super::Told;
use chrono::{DateTime, TimeDelta, Utc};

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_at_links_keeps_nothing_on() {
    let told = Told::new(&["ci-ana", "ci-bo"], &[]).await;
    let links = told.links();
    assert_eq!(links.len(), 2);
    for agent in [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 SkypeUriPreview Preview/0.5",
    ] {
        for link in &links {
            for (method, status) in [("GET", 200), ("HEAD", 404), ("GET", 200)] {
                let headers = [("User-Agent", agent), ("Range", "bytes=0-32768")];
                let reply = told.asked(method, link, &headers).await;
                assert_eq!(reply.status, status, "{method}");
            }
            // One that posts whatever it is given, and one that fills forms from elsewhere.
            let posted = told.asked("POST", link, &[("User-Agent", agent)]).await;
            assert_eq!(posted.status, 415);
            let headers = [("Content-Type", "application/x-www-form-urlencoded")];
            let body = format!("{}&for=4h", link.query().expect("a query"));
            let posted = told.sent("POST", "/api/keep", &headers, Some(&body)).await;
            assert_eq!(posted.status, 403);
        }
    }
    // One that runs what it finds and presses nothing.
    told.browsed("look");
    assert_eq!(told.holds().await, []);
}

/// Chromium is never skipped: a page is what it looks like.
#[tokio::test(flavor = "multi_thread")]
async fn every_link_opens_in_chromium_and_its_button_works_without_script() {
    let told = Told::new(&["ci-ana", "ci-bo-with-a-name-as-long-as"], &[]).await;
    told.browsed("press");
    let mut held: Vec<(String, DateTime<Utc>)> = told
        .holds()
        .await
        .into_iter()
        .map(|held| (held.resource, held.hold.until))
        .collect();
    held.sort();
    let ends: Vec<DateTime<Utc>> = held.iter().map(|(_, until)| *until).collect();
    assert_eq!(ends, [told.stop_at + TimeDelta::hours(2); 2], "{held:?}");
}
