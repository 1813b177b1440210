//! The platform's own calendars, fetched from where they are.

use crate::common::world::{OFFICE, World, fleet, instance};
use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
        .route(
            "/odd.ics",
            get(|| async { CLOSED.replace("UID:1", "no line") }),
        )
        .route(
            "/timed.ics",
            get(|| async {
                CLOSED.replace("DTSTART;VALUE=DATE:20261123", "DTSTART:20261123T090000Z")
            }),
        )
        .route("/gone.ics", get(|| async { StatusCode::NOT_FOUND }))
        .route(
            "/moved.ics",
            get(|| async { Redirect::permanent("/closed.ics?key=secret") }),
        )
        .route(
            "/turning.ics",
            get(|| async { Redirect::temporary("/turning.ics?key=secret") }),
        );
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

#[tokio::test]
async fn a_redirect_is_followed_on_the_same_host_only() {
    let url = server().await;
    let mut world = world("plant").await;
    world.set("CALENDARS", &format!("plant = {url}/moved.ics"));
    let printed = world.sweep("23T12:00").await;
    assert_eq!(
        printed.reason("ci"),
        Some("schedule-off"),
        "{}",
        printed.all()
    );
    // Another port is another server: it gets no call, and takes no day away.
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let target = format!("{url}/closed.ics?key=secret");
    for redirect in [Redirect::permanent, Redirect::temporary, Redirect::to] {
        let counted = counted.clone();
        let target = target.clone();
        let away = Router::new().route(
            "/away.ics",
            get(move || async move {
                counted.fetch_add(1, Ordering::Relaxed);
                redirect(&target)
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let other = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, away).await });
        let mut world = self::world("plant").await;
        world.set("CALENDARS", &format!("plant = http://{other}/away.ics"));
        let printed = world.sweep("23T12:00").await;
        assert_eq!((printed.code, world.posts()), (0, 0), "{}", printed.all());
        let told = "calendar plant: 127.0.0.1: it sends to http://127.0.0.1, which is not followed";
        assert!(printed.stdout.contains(told), "{}", printed.all());
        assert!(!printed.all().contains("secret"), "{}", printed.all());
    }
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    // Nor is a server followed round and round.
    let mut world = self::world("plant").await;
    world.set("CALENDARS", &format!("plant = {url}/turning.ics"));
    let printed = world.sweep("23T12:00").await;
    assert!(
        printed
            .stdout
            .contains("calendar plant: 127.0.0.1: it sends to "),
        "{}",
        printed.all()
    );
    assert!(!printed.all().contains("secret"), "{}", printed.all());
}

#[tokio::test]
async fn a_sweep_tells_what_was_passed_over_in_a_calendar() {
    let url = server().await;
    for (path, told, reason) in [
        (
            "odd.ics",
            "calendar plant: line 5: \\\"no line\\\" is no line of a calendar",
            Some("schedule-off"),
        ),
        (
            "timed.ics",
            "calendar plant: it holds no day that counts (1 event passed over: 1 with times of day)",
            None,
        ),
    ] {
        let mut world = world("plant").await;
        world.set("CALENDARS", &format!("plant = {url}/{path}"));
        let printed = world.sweep("23T12:00").await;
        assert_eq!(
            (printed.code, printed.reason("ci")),
            (0, reason),
            "{}",
            printed.all()
        );
        assert!(printed.stdout.contains(told), "{path}: {}", printed.all());
    }
}
