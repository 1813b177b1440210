//! Notices over every channel, from a sweep of the program to servers that play the services.

mod seeds;

use crate::common::world::{OFFICE, World, at, fleet, instance};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use lamplighter_agent::notify::{
    About, Message, Notice, NoticeChannels, Notifier, Outcome, TeamsAuth, TeamsFlow,
};
use lamplighter_azure::from_environment;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One request: path and query, headers, body.
#[derive(Clone)]
struct Heard {
    uri: String,
    headers: HeaderMap,
    body: Value,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("text"))
    }

    /// For whom the token is that it carries.
    fn audience(&self) -> String {
        let token = self.header("authorization").strip_prefix("Bearer ");
        let claims = token.and_then(|token| token.split('.').nth(1));
        let claims = claims.map(|claims| URL_SAFE_NO_PAD.decode(claims).expect("Base64"));
        let claims: Value = claims.map_or(Value::Null, |claims| {
            serde_json::from_slice(&claims).expect("JSON")
        });
        claims["aud"].as_str().unwrap_or_default().to_owned()
    }
}

type Ear = Arc<Mutex<Vec<Heard>>>;

async fn hear(State(ear): State<Ear>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = serde_json::from_slice(&body).expect("JSON");
    let uri = uri.to_string();
    let heard = Heard { uri, headers, body };
    ear.lock().expect("no panic").push(heard);
    StatusCode::ACCEPTED
}

async fn services() -> (Ear, String, tokio::task::JoinHandle<()>) {
    let ear = Ear::default();
    let app = Router::new().fallback(hear).with_state(ear.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    (ear, url, server)
}

fn told(name: &str, owner: &str) -> Value {
    instance(
        name,
        json!({"lamp-schedule": OFFICE, "lamp-notice": "15m", "owner": owner}),
    )
}

#[tokio::test]
async fn every_channel_hears_of_a_stop_in_its_own_shape_with_its_own_token() {
    let (ear, url, server) = services().await;
    let mut world = World::new(fleet(json!([told("ci", "ana@example.org")]), &[])).await;
    for (name, value) in [
        ("NOTICE_TEAMS_WEBHOOK", format!("{url}/teams?very-secret")),
        ("NOTICE_TEAMS_AUTH", "identity".to_owned()),
        ("NOTICE_SLACK_WEBHOOK", format!("{url}/slack/very-secret")),
        ("NOTICE_WEBHOOK", format!("{url}/webhook/very-secret")),
        (
            "NOTICE_WEBHOOK_SECRET",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        ),
        ("NOTICE_AZURE_WEBHOOK", format!("{url}/azure/very-secret")),
        ("NOTICE_EVENTGRID", format!("{url}/topics/t:publish")),
        ("NOTICE_EMAIL", url.clone()),
        ("NOTICE_EMAIL_FROM", "notices@example.org".to_owned()),
    ] {
        world.set(name, &value);
    }
    let printed = world.sweep("23T18:45").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    assert!(!printed.all().contains("very-secret") && !printed.all().contains("MfKQ"));
    let heard = ear.lock().expect("no panic").clone();
    let of = |path: &str| {
        let mut found = heard.iter().filter(|heard| heard.uri.starts_with(path));
        let one = found.next().unwrap_or_else(|| panic!("nothing for {path}"));
        assert!(found.next().is_none(), "twice for {path}");
        one.clone()
    };
    let card = &of("/teams").body["attachments"][0]["content"];
    let entity = &card["msteams"]["entities"][0]["mentioned"]["id"];
    assert_eq!(
        (&card["version"], entity),
        (&"1.4".into(), &"ana@example.org".into())
    );
    assert_eq!(of("/slack").body["unfurl_links"], false);
    assert_eq!(
        of("/webhook").body["data"]["notices"][0]["resource"]["name"],
        "ci"
    );
    assert!(
        of("/webhook")
            .header("webhook-signature")
            .starts_with("v1,")
    );
    assert_eq!(of("/azure").body["minutesUntilShutdown"], "15");
    let events = of("/topics/t:publish?api-version=2024-06-01");
    assert!(
        events
            .header("content-type")
            .starts_with("application/cloudevents-batch+json")
    );
    assert_eq!(events.body[0]["type"], "Lamplighter.StopNotice");
    let mail = of("/emails:send?api-version=2025-09-01");
    assert_eq!(
        mail.body["recipients"]["to"][0]["address"],
        "ana@example.org"
    );
    // The slash that two of the audiences end with is part of them.
    for (path, audience) in [
        ("/teams", "https://service.flow.microsoft.com/"),
        ("/topics", "https://eventgrid.azure.net"),
        ("/emails", "https://communication.azure.com/"),
        ("/slack", ""),
        ("/webhook", ""),
        ("/azure", ""),
    ] {
        assert_eq!(of(path).audience(), audience, "{path}");
    }
    server.abort();
}

#[tokio::test]
async fn without_a_token_nothing_is_posted_and_the_log_says_why() {
    let (ear, url, server) = services().await;
    let owners =
        ["ana", "bo"].map(|name| told(&format!("ci-{name}"), &format!("{name}@example.org")));
    let mut world = World::new(fleet(json!(owners), &[])).await;
    world.set("NOTICE_EVENTGRID", &format!("{url}/api/events"));
    // The sweep has its own token for Azure Resource Manager.
    world
        .fault(json!({"pathContains": "eventgrid.azure.net", "status": 400}))
        .await;
    let printed = world.sweep("23T18:45").await;
    assert!(
        printed
            .all()
            .contains("eventgrid: the identity got no token for it"),
        "{}",
        printed.all()
    );
    let line = printed
        .lines
        .iter()
        .find(|line| line["event"] == "notice-token");
    assert_eq!(line.expect("a line")["channel"], "eventgrid");
    assert!(ear.lock().expect("no panic").is_empty());
    server.abort();
}

#[tokio::test]
async fn thirty_owners_at_once_are_25_cards_and_five_that_wait_and_are_reported() {
    let (ear, url, server) = services().await;
    let owners =
        (0..30).map(|index| told(&format!("ci-{index}"), &format!("o{index}@example.org")));
    let mut world = World::new(fleet(json!(owners.collect::<Vec<_>>()), &[])).await;
    world.set(
        "NOTICE_TEAMS_WEBHOOK",
        &format!("{url}/teams?sig=very-secret"),
    );
    let printed = world.sweep("23T18:45").await;
    assert_eq!(ear.lock().expect("no panic").len(), 25);
    let waiting = "it takes no more just now";
    assert!(printed.all().contains(waiting), "{}", printed.all());
    assert!(!printed.all().contains("very-secret"));
    server.abort();
}

/// Whatever there is to say of a machine, with more marks than letters.
fn notice(index: usize, about: About, long: usize) -> Notice {
    let resource = json!({
        "id": format!("/subscriptions/s/resourcegroups/rg/computes/ci-{index}"),
        "kind": "instance", "name": format!("ci-{index}"), "workspace": "w", "owner": "ana@example.org",
    });
    let marks = "*_[<&>]_* é🙂 ";
    Notice {
        resource: serde_json::from_value(resource).expect("a resource"),
        about,
        text: marks.repeat(long),
        cost_an_hour: Some("1.20 USD".to_owned()),
        to_keep: vec![
            "Run `lamplighter keep 2h` on it.".to_owned(),
            "Open https://keep.example/api/keep?t=a_b-c.d (a page) to keep it on.".to_owned(),
            marks.repeat(long),
        ],
        page: index
            .is_multiple_of(2)
            .then(|| "https://lamp.example/api/keep?t=eyJ2Ij_x-1.AbC_-9".to_owned()),
    }
}

#[tokio::test]
async fn every_form_of_a_message_is_taken_by_the_schemas_and_libraries_of_teams_and_slack() {
    let (ear, url, server) = services().await;
    let place = |path: &str| format!("{url}{path}").parse().expect("a URL");
    let channels = NoticeChannels {
        teams: Some(TeamsFlow {
            url: place("/teams"),
            auth: TeamsAuth::Url,
        }),
        slack: Some(place("/slack")),
        ..NoticeChannels::default()
    };
    let credential = from_environment(None).expect("a credential, which nobody asks");
    let notifier = Notifier::new(channels, &credential, None).expect("a notifier");
    let now = at("23T18:45");
    let stop = About::StopAt(now + TimeDelta::minutes(15));
    let to = [
        "ana_li@example.org",
        "*team* <nlp>",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ];
    for (form, (count, about, long)) in [
        (1, stop, 1),
        (1, About::StopWaits, 1),
        (1, stop, 10_000),
        (3, stop, 5),
        (46, stop, 5),
        (60, stop, 300),
        (400, About::StopWaits, 30),
        (3000, stop, 30),
    ]
    .into_iter()
    .enumerate()
    {
        let notices: Vec<Notice> = (0..count).map(|index| notice(index, about, long)).collect();
        let message = Message {
            id: format!("m-{form}"),
            to: to.get(form % 4).copied(),
            notices: notices.iter().collect(),
            now,
        };
        let until = tokio::time::Instant::now() + Duration::from_secs(60);
        let told = notifier.send(&message, until).await;
        let accepted = told.iter().all(|told| told.outcome == Outcome::Accepted);
        assert!(told.len() == 2 && accepted, "{told:?}");
    }
    let heard = ear.lock().expect("no panic").clone();
    let of = |path: &str| -> Vec<Value> {
        let of = heard.iter().filter(|heard| heard.uri == path);
        of.map(|heard| heard.body.clone()).collect()
    };
    let bodies = json!({"teams": of("/teams"), "slack": of("/slack")});
    assert_eq!(judged(&bodies), "judged 8 cards and 8 messages\n");
    server.abort();
}

/// What `judge.py` says. Never skipped: `tests/setup notices azurite` installs what it needs.
fn judged(bodies: &Value) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let judge = Command::new(root.join("tests/.cache/notices-venv/bin/python"))
        .arg(root.join("tests/notices/judge.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut judge = judge.expect("tests/setup notices has been run");
    let mut stdin = judge.stdin.take().expect("a pipe");
    stdin
        .write_all(bodies.to_string().as_bytes())
        .expect("it reads");
    drop(stdin);
    let output = judge.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout).trim_start().to_owned() + &text(&output.stderr)
}
