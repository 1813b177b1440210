//! Words to owners before a stop.

use crate::common::world::{OFFICE, World, fleet, instance};
use axum::Router;
use axum::response::Redirect;
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn an_owner_is_told_once_ahead_of_the_stop_and_the_webhook_is_never_logged() {
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let ear = heard.clone();
    let app = Router::new().route(
        "/hook",
        post(move |body: axum::Json<Value>| async move {
            ear.lock().expect("no panic").push(body.0);
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "15m", "owner": "ana@example.org"});
    let mut world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
    world.set(
        "NOTICE_WEBHOOK",
        &format!("http://{address}/hook?sig=very-secret"),
    );
    for time in ["23T18:40", "23T18:45", "23T18:50"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
        assert!(!printed.all().contains("very-secret"));
    }
    let bodies = heard.lock().expect("no panic").clone();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(
        (
            bodies[0]["vmName"].as_str(),
            bodies[0]["minutesUntilShutdown"].as_str()
        ),
        (Some("ci"), Some("15"))
    );
    assert_eq!(bodies[0]["owner"], "ana@example.org");
    assert_eq!(bodies[0]["resourceGroupName"], "rg");
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    server.abort();
}

#[tokio::test]
async fn a_webhook_that_leads_to_another_host_tells_it_nothing_and_is_reported() {
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let server = |app: Router| async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        (
            address,
            tokio::spawn(async move { axum::serve(listener, app).await }),
        )
    };
    let ear = heard.clone();
    let hears = post(move |body: axum::Json<Value>| async move {
        ear.lock().expect("no panic").push(body.0);
    });
    let (other, elsewhere) = server(Router::new().route("/other", hears.clone())).await;
    let away = format!("http://{other}/other?sig=very-secret");
    let app = Router::new()
        .route(
            "/away",
            post(move || async move { Redirect::temporary(&away) }),
        )
        .route("/here", post(|| async { Redirect::temporary("/hears") }))
        .route("/hears", hears);
    let (address, here) = server(app).await;
    for (path, told) in [("away", 0), ("here", 1)] {
        let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "15m"});
        let mut world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
        world.set("NOTICE_WEBHOOK", &format!("http://{address}/{path}"));
        let printed = world.sweep("23T18:45").await;
        assert_eq!(printed.code, 1 - told, "{path}: {}", printed.all());
        assert_eq!(printed.all().contains("leads to another host"), told == 0);
        assert!(!printed.all().contains("very-secret"));
        let heard = heard.lock().expect("no panic").len();
        assert_eq!(i32::try_from(heard), Ok(told), "{path}");
    }
    elsewhere.abort();
    here.abort();
}

#[tokio::test]
async fn a_notice_that_comes_late_delays_the_stop() {
    let world = World::new(fleet(
        json!([instance(
            "ci",
            json!({"lamp-schedule": OFFICE, "lamp-notice": "15m"})
        )]),
        &[],
    ))
    .await;
    let late = world.sweep("23T19:10").await;
    assert_eq!(
        (late.count("stops"), late.count("waits"), late.reason("ci")),
        (0, 1, Some("notice"))
    );
    assert_eq!(world.sweep("23T19:20").await.count("stops"), 0);
    assert_eq!(world.sweep("23T19:25").await.count("stops"), 1);
}

#[tokio::test]
async fn nobody_is_told_of_jobs_where_the_stop_limit_is_what_holds_the_stop() {
    let office = |name: &str| instance(name, json!({"lamp-schedule": OFFICE}));
    let mut world = World::new(fleet(json!([office("ci"), office("co")]), &[])).await;
    world.set("STOP_WITHOUT_JOBS_RIGHT", "true");
    world.set("MAX_STOPS_PER_SWEEP", "1");
    world
        .fault(json!({"pathContains": "/w/jobs", "status": 403}))
        .await;
    let printed = world.sweep("23T19:00").await;
    let counts = ["stops", "stop_limited", "warnings", "failed", "oddities"];
    let counts = counts.map(|name| printed.count(name));
    assert_eq!(counts, [1, 1, 0, 0, 0], "{}", printed.all());
}
