//! Names and tags that would steer a terminal or turn text round: whatever is printed, logged, reported or told shows
//! them as what they are.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Colours, a title, a cleared screen; text turned round, and text that nobody sees.
const NAME: &str = "ci-\u{1b}[31m\u{202e}ana";
const OWNER: &str = "＝HYPERLINK(\"x\")\u{9b}2J\u{2066}ana\u{200b}";
const BAD: &str = "Mon-Fri 08:00-19:00\u{202e} EST\u{1b}]0;title\u{7}";

fn id(name: &str) -> String {
    format!(
        "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/computes/{name}"
    )
}

fn shows(text: &str, what: &str) {
    let hidden = |c: char| lamplighter_core::text::is_hidden(c);
    let found: Vec<char> = text.chars().filter(|c| hidden(*c)).collect();
    assert!(
        found.is_empty(),
        "{what} lets {found:?} through:\n{}",
        text.escape_debug()
    );
}

/// A webhook that keeps what it is told.
async fn webhook(heard: Arc<Mutex<Vec<Value>>>) -> (String, tokio::task::JoinHandle<()>) {
    let app = Router::new()
        .route(
            "/hook",
            post(move |body: axum::Json<Value>| async move {
                heard.lock().expect("no panic").push(body.0);
            }),
        )
        .route(
            "/moved",
            post(|| async {
                (
                    StatusCode::TEMPORARY_REDIRECT,
                    [(header::LOCATION, "/hook")],
                )
            }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        axum::serve(listener, app).await.expect("it serves");
    });
    (format!("http://{address}"), server)
}

#[tokio::test]
async fn hidden_characters_of_names_and_tags_are_written_out_wherever_they_are_shown() {
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (url, server) = webhook(heard.clone()).await;
    let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "15m", "owner": OWNER});
    let bad = json!({"lamp-schedule": BAD, "owner": OWNER});
    let computes = json!([instance(NAME, tags), instance("ci-bad", bad)]);
    let mut world = World::new(fleet(computes, &[])).await;
    world.set("NOTICE_WEBHOOK", &format!("{url}/hook"));
    for (time, what, named) in [
        ("23T18:45", "a notice", true),
        ("23T19:00", "a stop", true),
        ("23T19:10", "an interval", false),
    ] {
        let printed = world.sweep(time).await;
        shows(&printed.all(), what);
        assert!(
            printed.all().contains(r"\u202e") || !named,
            "{what}: {}",
            printed.all()
        );
    }
    let told = heard.lock().expect("no panic").clone();
    // Of the stop, of the tag that cannot be read, and that it was stopped.
    assert_eq!(told.len(), 3, "{told:?}");
    let texts = told.iter().filter_map(|told| told.as_object());
    let texts = texts.flat_map(|told| told.values());
    texts.for_each(|text| shows(text.as_str().unwrap_or_default(), "the webhook"));

    world.simulator.advance_to(at("23T20:00"));
    let at = ["--at", "2026-11-23T20:00:00Z"];
    let dates = ["--from", "2026-11-23", "--to", "2026-11-24"];
    for args in [
        [&["sweep"][..], &at].concat(),
        vec!["explain", &id(NAME), "--now", at[1]],
        vec!["explain", &id("ci-bad"), "--json", "--now", at[1]],
        [&["lint", "--all"][..], &at].concat(),
        [&["lint", "--all", "--json"][..], &at].concat(),
        [&["report", "--by", "owner"][..], &dates].concat(),
        [&["report", "--by", "workspace", "--json"][..], &dates].concat(),
        [&["report", "--html", "-"][..], &dates].concat(),
        [&["report", "--csv"][..], &dates].concat(),
        vec!["lint", &format!("lamp-schedule={BAD}")[..]],
        vec!["explain", &format!("lamp-schedule={BAD}")[..]],
    ] {
        let printed = world.run(&args).await;
        shows(&printed.all(), &args.join(" "));
        if args.contains(&"--csv") {
            assert!(
                printed.stdout.contains("\"'＝HYPERLINK(\"\"x\"\")"),
                "{}",
                printed.stdout
            );
        }
    }
    server.abort();
}

#[tokio::test]
async fn a_webhook_is_followed_on_its_own_host_only() {
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (other, stranger) = webhook(heard.clone()).await;
    let (own, server) = webhook(heard.clone()).await;
    let elsewhere = Router::new().route(
        "/hook",
        post(move || async move {
            (
                StatusCode::PERMANENT_REDIRECT,
                [(header::LOCATION, format!("{other}/hook?secret"))],
            )
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let leading = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let leads = tokio::spawn(async move { axum::serve(listener, elsewhere).await });
    for (url, reaches) in [(format!("{own}/moved"), 1), (leading, 0)] {
        heard.lock().expect("no panic").clear();
        let tags = json!({"lamp-schedule": OFFICE, "lamp-notice": "15m", "owner": "ana"});
        let mut world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
        world.set("NOTICE_WEBHOOK", &url);
        let printed = world.sweep("23T18:50").await;
        assert_eq!(
            heard.lock().expect("no panic").len(),
            reaches,
            "{}",
            printed.all()
        );
        let said = printed.all().contains("leads to another host");
        assert_eq!(said, reaches == 0, "{}", printed.all());
        assert!(!printed.all().contains("secret"));
    }
    [stranger, server].iter().for_each(|server| server.abort());
    leads.abort();
}
