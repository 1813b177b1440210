//! The platform's own calendars, fetched from where they are.

use crate::common::world::{OFFICE, World, fleet, instance};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;

/// Takes Monday the 23rd away.
const CLOSED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261123\r\nSUMMARY:Closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// A web server with one good calendar, for as long as the test runs.
async fn server() -> String {
    let router = Router::new()
        .route("/closed.ics", get(|| async { CLOSED }))
        .route(
            "/broken.ics",
            get(|| async { "<html>sign in first</html>" }),
        )
        .route("/gone.ics", get(|| async { StatusCode::NOT_FOUND }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn world(calendar: &str) -> World {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-holidays": calendar});
    World::new(fleet(json!([instance("ci", tags)]), &[])).await
}

#[tokio::test]
async fn a_day_of_a_calendar_is_a_day_without_windows() {
    let url = server().await;
    let mut world = world("plant").await;
    world.set("CALENDARS", &format!("plant = {url}/closed.ics"));
    let printed = world.sweep("23T12:00").await;
    assert_eq!(
        (printed.code, printed.reason("ci")),
        (0, Some("schedule-off")),
        "{}",
        printed.all()
    );
    assert_eq!(world.posts(), 1);
}

#[tokio::test]
async fn a_calendar_that_cannot_be_read_stops_nobody_and_fails_nothing() {
    let url = server().await;
    for (source, why) in [
        (format!("{url}/gone.ics?key=secret"), "404 Not Found"),
        (format!("{url}/broken.ics"), "calendar plant: "),
        (
            "http://127.0.0.1:9/none.ics".to_string(),
            "calendar plant: 127.0.0.1",
        ),
        ("no-such-file.ics".to_string(), "cannot be read"),
    ] {
        let mut world = world("plant").await;
        world.set("CALENDARS", &format!("plant = {source}"));
        let printed = world.sweep("23T12:00").await;
        assert_eq!(
            (printed.code, world.posts()),
            (0, 0),
            "{source}: {}",
            printed.all()
        );
        assert!(printed.stdout.contains(why), "{source}: {}", printed.all());
        assert!(!printed.all().contains("secret"), "{}", printed.all());
        // The evening's stop is as on any other day.
        world.sweep("23T19:05").await;
        assert_eq!(world.posts(), 1, "{source}");
    }
}
