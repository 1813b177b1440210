//! Links of notices, as a person uses them, and the report of one owner.

use super::{KEY, Told};
use chrono::TimeDelta;
use lamplighter_core::record::{Door, Record, What};
use lamplighter_host_emulator::Trace;

#[tokio::test]
async fn the_link_of_a_notice_shows_what_is_to_come_and_one_press_keeps_it_on() {
    let told = Told::new(&["ci-ana"], &[]).await;
    let links = told.links();
    assert_eq!(links.len(), 1, "{:?}", told.ear);
    let page = told.asked("GET", &links[0], &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in ["ci-ana", "will be stopped", "0.36 USD an hour", "2 hours"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(page.header(name), Some(value), "{page:?}");
    }
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"));

    let kept = told.press(&links[0], "2h").await;
    assert!(
        kept.status == 200 && kept.body.contains("is kept on until"),
        "{kept:?}"
    );
    let again = told.press(&links[0], "2h").await;
    assert_eq!(again.body, kept.body);
    let holds = told.holds().await;
    let [held] = holds.as_slice() else {
        panic!("one hold: {holds:?}");
    };
    assert_eq!(held.hold.until, told.stop_at + TimeDelta::hours(2));
    assert!(held.hold.door == Door::Link && held.hold.since <= told.stop_at);
    assert!(held.resource.ends_with("/computes/ci-ana"));
}

#[tokio::test]
async fn a_link_asks_for_no_key_and_stands_in_no_log_and_no_record() {
    let told = Told::new(&["ci-ana"], &[]).await;
    let link = told.links().remove(0);
    told.press(&link, "1h").await;
    let token = link.query().expect("a query").strip_prefix("t=");
    let token = token.expect("a token");
    let mac = token.split_once('.').expect("two parts").1;
    let hold = |traces: &[Trace]| {
        traces
            .iter()
            .any(|trace| trace.text.contains(r#""event":"hold""#))
    };
    let traces = told.app.traces().until(hold).await;
    for trace in traces.expect("a line about it") {
        assert!(!trace.text.contains(mac), "{trace:?}");
    }
    let records = told.records().await;
    let notice = |record: &&Record| matches!(record.what, What::Notice { .. });
    assert_eq!(records.iter().filter(notice).count(), 1);
    let all = serde_json::to_string(&records).expect("JSON");
    assert!(!all.contains(mac) && !all.contains("api/keep"), "{all}");
    // The other functions ask for the key, which no page and no link has.
    for path in ["/api/report", "/api/health"] {
        assert_eq!(told.sent("GET", path, &[], None).await.status, 401);
    }
    assert!(!link.as_str().contains(KEY));
    let page = told.asked("GET", &link, &[("x-functions-key", KEY)]).await;
    assert!(page.status == 200 && !page.body.contains(KEY));
}

#[tokio::test]
async fn without_a_place_of_the_page_notices_have_no_link_and_there_is_no_page() {
    let told = Told::new(&["ci-ana"], &[("KEEP_URL", "")]).await;
    let heard = told.ear.lock().expect("no panic").clone();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0]["skipUrl"], "");
    let reply = told.sent("GET", "/api/keep?t=a.b", &[], None).await;
    assert_eq!(reply.status, 404);
    assert_eq!(
        told.press(&"http://x/?t=a.b".parse().expect("a URL"), "2h")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_report_can_be_of_one_owner() {
    let told = Told::new(&["ci-ana", "ci-bo"], &[]).await;
    let key = [("x-functions-key", KEY)];
    for (owner, shown) in [
        ("", true),
        ("?owner=Ana%40example.org", true),
        ("?owner=nobody%40example.org", false),
    ] {
        let path = format!("/api/report{owner}");
        let page = told.sent("GET", &path, &key, None).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.body.contains("ci-bo"), shown, "{owner}");
    }
}
