//! What services answer, and what is said of it.

use super::*;

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
