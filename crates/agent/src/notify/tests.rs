//! Messages to services that are slow, full, gone or somewhere else.

use super::channels::{Mail, NoticeChannels, TeamsAuth, TeamsFlow};
use super::{About, Message, Notice, Notifier, Outcome};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::from_environment;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use url::Url;

/// An answer: its status, one header, its body.
type Scripted = (u16, Option<(&'static str, String)>, String);

#[derive(Clone, Default)]
struct Service {
    script: Arc<Mutex<VecDeque<Scripted>>>,
    heard: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Service {
    /// Answers so next, before all that follows.
    fn next(&self, status: u16, header: Option<(&'static str, &str)>, body: &str) {
        let header = header.map(|(name, value)| (name, value.to_owned()));
        let mut script = self.script.lock().expect("no panic");
        script.push_back((status, header, body.to_owned()));
    }

    fn heard(&self) -> Vec<(String, Value)> {
        self.heard.lock().expect("no panic").clone()
    }
}

async fn answer(
    State(service): State<Service>,
    uri: Uri,
    _headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let heard = (uri.path().to_owned(), body);
    service.heard.lock().expect("no panic").push(heard);
    let scripted = service.script.lock().expect("no panic").pop_front();
    let (status, header, body) = scripted.unwrap_or((202, None, String::new()));
    let mut headers = HeaderMap::new();
    if let Some((name, value)) = header {
        headers.insert(name, value.parse().expect("a header"));
    }
    let status = StatusCode::from_u16(status).expect("a status");
    (status, headers, body)
}

async fn service() -> (Service, Url, JoinHandle<()>) {
    let service = Service::default();
    let app = Router::new().fallback(answer).with_state(service.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!(
        "http://{}/hook?sig=very-secret",
        listener.local_addr().expect("one")
    );
    let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    (service, url.parse().expect("a URL"), server)
}

/// No test waits so long.
fn later() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn notifier(channels: NoticeChannels) -> Notifier {
    let credential = from_environment(None).expect("a credential, which nobody asks");
    Notifier::new(channels, &credential, None).expect("a notifier")
}

fn now() -> DateTime<Utc> {
    "2026-11-23T18:45:00Z".parse().expect("a time")
}

fn notice(name: &str) -> Notice {
    let id = format!("/subscriptions/s/resourcegroups/rg/x/{name}");
    let resource = json!({"id": id, "kind": "instance", "name": name, "workspace": "w"});
    Notice {
        resource: serde_json::from_value(resource).expect("a resource"),
        about: About::StopAt(now() + TimeDelta::minutes(15)),
        text: format!("{name} will be stopped."),
        cost_an_hour: None,
        to_keep: Vec::new(),
    }
}

fn message<'a>(id: &str, notices: &'a [Notice], now: DateTime<Utc>) -> Message<'a> {
    Message {
        id: id.to_owned(),
        to: Some("ana@example.org"),
        notices: notices.iter().collect(),
        now,
    }
}

/// What the only channel made of it; `None`: it was accepted.
async fn sent(notifier: &Notifier, message: &Message<'_>) -> Option<(String, Option<u64>)> {
    let mut told = notifier.send(message, later()).await;
    assert_eq!(told.len(), 1);
    match told.remove(0).outcome {
        Outcome::Accepted => None,
        Outcome::Unfit { why } => Some((why, None)),
        Outcome::Failed { why, after } | Outcome::Later { why, after } => {
            assert!(
                !why.contains("secret") && !why.contains("127.0.0.1"),
                "{why}"
            );
            Some((why, after.map(|after| after.as_secs())))
        }
    }
}

#[tokio::test]
async fn a_full_slack_is_left_alone_for_as_long_as_it_says() {
    let (service, url, server) = service().await;
    let slack = notifier(NoticeChannels {
        slack: Some(url),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    service.next(429, Some(("retry-after", "120")), "rate_limited");
    let full = sent(&slack, &message("m-1", &notices, now())).await;
    assert_eq!(
        full,
        Some(("it answered 429 Too Many Requests".to_owned(), Some(120)))
    );
    let soon = message("m-2", &notices, now() + TimeDelta::seconds(20));
    let (_, after) = sent(&slack, &soon).await.expect("not yet");
    assert_eq!((after, service.heard().len()), (Some(100), 1));
    let later = now() + TimeDelta::seconds(120);
    assert_eq!(sent(&slack, &message("m-1", &notices, later)).await, None);
    // Without a word of how long, a minute.
    service.next(429, None, "");
    let (_, after) = sent(&slack, &message("m-3", &notices, later))
        .await
        .expect("full");
    assert_eq!(after, Some(60));
    server.abort();
}

#[tokio::test]
async fn slacks_own_words_say_what_will_not_change_and_others_are_not_repeated() {
    let (service, url, server) = service().await;
    let slack = notifier(NoticeChannels {
        slack: Some(url.clone()),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    for (status, body, words) in [
        (
            410,
            "channel_is_archived",
            "make a webhook for another channel",
        ),
        (404, "channel_not_found", "make a new webhook"),
        (403, "action_prohibited", "administrators forbid it"),
        (400, "invalid_payload", "Slack cannot read the message"),
        (404, "no_service", "make a new one"),
        (500, "rollup_error", "just now"),
        (
            400,
            &format!("no such hook: {url}"),
            "it answered 400 Bad Request",
        ),
        (500, &"very-secret ".repeat(100_000), "it answered 500"),
    ] {
        service.next(status, None, body);
        let (why, after) = sent(&slack, &message("m", &notices, now()))
            .await
            .expect(body);
        assert!(
            why.contains(words) && after.is_none() && why.len() < 120,
            "{why}"
        );
    }
    server.abort();
}

#[tokio::test]
async fn of_several_posts_none_is_made_twice_when_another_of_them_fails() {
    let (service, url, server) = service().await;
    let azure = notifier(NoticeChannels {
        azure: Some(url),
        ..NoticeChannels::default()
    });
    let notices = ["a", "b", "c"].map(notice);
    service.next(200, None, "");
    service.next(503, None, "");
    assert!(
        sent(&azure, &message("m-1", &notices, now()))
            .await
            .is_some()
    );
    let later = now() + TimeDelta::minutes(5);
    assert_eq!(sent(&azure, &message("m-1", &notices, later)).await, None);
    let names = |heard: &[(String, Value)]| -> Vec<String> {
        let name = |(_, body): &(String, Value)| body["vmName"].as_str().unwrap_or("").to_owned();
        heard.iter().map(name).collect()
    };
    assert_eq!(names(&service.heard()), ["a", "b", "b", "c"]);
    // Another message, or the same one after all of it was taken, is told whole.
    assert_eq!(sent(&azure, &message("m-2", &notices, later)).await, None);
    assert_eq!(sent(&azure, &message("m-1", &notices, later)).await, None);
    assert_eq!(service.heard().len(), 10);
    server.abort();
}

#[tokio::test]
async fn a_redirect_is_followed_as_a_post_on_its_own_host_only() {
    let (service, url, server) = service().await;
    let (other, elsewhere, stranger) = self::service().await;
    let slack = notifier(NoticeChannels {
        slack: Some(url),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    service.next(307, Some(("location", "/moved")), "");
    assert_eq!(sent(&slack, &message("m", &notices, now())).await, None);
    let heard = service.heard();
    assert_eq!(heard[1].0, "/moved");
    assert_eq!(heard[1].1, heard[0].1, "the whole body again");
    for (status, location, words) in [
        (302, "/moved", "which a post does not follow"),
        (308, elsewhere.as_str(), "leads to another host"),
    ] {
        service.next(status, Some(("location", location)), "");
        let (why, _) = sent(&slack, &message("m", &notices, now()))
            .await
            .expect("not sent");
        assert!(why.contains(words), "{why}");
    }
    assert_eq!((service.heard().len(), other.heard().len()), (4, 0));
    [server, stranger].iter().for_each(JoinHandle::abort);
}

#[tokio::test]
async fn the_26th_card_in_five_minutes_waits_and_a_flow_that_is_gone_is_told_as_that() {
    let (service, url, server) = service().await;
    let teams = notifier(NoticeChannels {
        teams: Some(TeamsFlow {
            url,
            auth: TeamsAuth::Url,
        }),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    for index in 0..25 {
        let message = message(&format!("m-{index}"), &notices, now());
        assert_eq!(sent(&teams, &message).await, None);
    }
    let minute = now() + TimeDelta::minutes(1);
    let (_, after) = sent(&teams, &message("m-25", &notices, minute))
        .await
        .expect("full");
    assert_eq!((after, service.heard().len()), (None, 25));
    let later = now() + TimeDelta::minutes(5);
    let error = r#"{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"sig=very-secret"}}"#;
    for (status, words) in [
        (404, "the flow is gone or turned off"),
        (401, "the URL's sig is not the flow's"),
        (400, "WorkflowTriggerIsNotEnabled"),
    ] {
        service.next(status, None, error);
        let (why, _) = sent(&teams, &message("m-25", &notices, later))
            .await
            .expect("gone");
        assert!(why.contains(words), "{why}");
    }
    server.abort();
}

#[tokio::test]
async fn whoever_cannot_be_reached_is_named_by_no_address_and_nobody_is_guessed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let url: Url = format!("http://{address}/very-secret")
        .parse()
        .expect("a URL");
    let closed = notifier(NoticeChannels {
        slack: Some(url.clone()),
        ..NoticeChannels::default()
    });
    assert!(!closed.is_silent());
    let notices = [notice("ci")];
    let (why, after) = sent(&closed, &message("m", &notices, now()))
        .await
        .expect("nobody");
    assert_eq!(
        (why.as_str(), after),
        ("it could not be reached: connection refused", None)
    );
    let mail = notifier(NoticeChannels {
        email: Some(Mail {
            endpoint: url,
            from: "notices@example.org".to_owned(),
        }),
        ..NoticeChannels::default()
    });
    let mut to_nobody = message("m", &notices, now());
    to_nobody.to = Some("team-nlp");
    let (why, _) = sent(&mail, &to_nobody).await.expect("nobody");
    assert_eq!(why, "nobody's mail address is known");
    let silent = notifier(NoticeChannels::default());
    assert!(silent.is_silent());
    assert!(silent.send(&to_nobody, later()).await.is_empty());
}

#[tokio::test]
async fn a_service_that_hangs_up_has_not_taken_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    let hangs_up = tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            drop(connection);
        }
    });
    let slack = notifier(NoticeChannels {
        slack: Some(format!("http://{address}/x").parse().expect("a URL")),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    let failed = sent(&slack, &message("m", &notices, now())).await;
    assert!(failed.is_some());
    hangs_up.abort();
}

/// The clock is the test's: it goes on when nothing else is to be done.
#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_costs_the_first_message_four_seconds_and_the_others_none() {
    // It takes connections, and that is all.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let silent = silent.expect("a port");
    let address = silent.local_addr().expect("an address");
    let slack = notifier(NoticeChannels {
        slack: Some(format!("http://{address}/x").parse().expect("a URL")),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    let began = tokio::time::Instant::now();
    let (why, after) = sent(&slack, &message("m-1", &notices, now()))
        .await
        .expect("it hangs");
    assert_eq!((why.as_str(), after), ("no answer within 4 s", Some(60)));
    let first = began.elapsed();
    assert!(first >= Duration::from_secs(4), "{first:?}");
    for _ in 0..60 {
        let (why, after) = sent(&slack, &message("m-2", &notices, now()))
            .await
            .expect("it waits");
        assert_eq!(
            (why.as_str(), after),
            ("it did not answer just now", Some(60))
        );
    }
    assert_eq!(began.elapsed(), first);
    let later = now() + TimeDelta::minutes(5);
    let (why, _) = sent(&slack, &message("m-1", &notices, later))
        .await
        .expect("it hangs still");
    assert_eq!(why, "no answer within 4 s");
}

#[tokio::test]
async fn only_a_channel_that_was_asked_has_failed_and_one_that_cannot_carry_it_is_unfit() {
    let (service, url, server) = service().await;
    let both = notifier(NoticeChannels {
        slack: Some(url.clone()),
        email: Some(Mail {
            endpoint: url,
            from: "notices@example.org".to_owned(),
        }),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    let nobody = Message {
        to: None,
        ..message("m-1", &notices, now())
    };
    service.next(429, Some(("retry-after", "120")), "rate_limited");
    let mut found = Vec::new();
    for _ in 0..2 {
        for told in both.send(&nobody, later()).await {
            let kind = match told.outcome {
                Outcome::Accepted => "accepted",
                Outcome::Failed { .. } => "failed",
                Outcome::Later { .. } => "later",
                Outcome::Unfit { .. } => "unfit",
            };
            found.push((told.channel, kind));
        }
    }
    let expected = [
        ("email", "unfit"),
        ("slack", "failed"),
        ("email", "unfit"),
        ("slack", "later"),
    ];
    assert_eq!(found, expected);
    server.abort();
}

#[tokio::test]
async fn a_pause_of_a_second_leaves_no_message_to_the_next_sweep() {
    let (service, url, server) = service().await;
    let slack = notifier(NoticeChannels {
        slack: Some(url),
        ..NoticeChannels::default()
    });
    let notices = [notice("ci")];
    service.next(429, Some(("retry-after", "1")), "rate_limited");
    let full = sent(&slack, &message("m-1", &notices, now())).await;
    assert_eq!(full.and_then(|(_, after)| after), Some(1));
    assert_eq!(sent(&slack, &message("m-2", &notices, now())).await, None);
    server.abort();
}
