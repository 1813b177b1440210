//! Services that are full or slow, and what is kept of their wishes.

use super::*;

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
