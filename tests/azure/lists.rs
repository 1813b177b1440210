//! Lists: all pages, never another host, and what was read is kept.

use super::server::*;
use lamplighter_azure::ErrorKind;
use lamplighter_core::kinds::instance::calls;
use serde_json::{Value, json};

fn page(names: &[&str], next: Value) -> Reply {
    let value: Vec<_> = names.iter().map(|name| instance(name)).collect();
    ok(json!({"value": value, "nextLink": next}))
}

/// Lists computes; names read, why it breaks off.
async fn list(server: &Server) -> (Vec<String>, Option<ErrorKind>) {
    let listing = arm(server)
        .computes(&workspace(), in_secs(30))
        .await
        .unwrap();
    let names = listing.items.into_iter().map(|c| c.name).collect();
    (names, listing.incomplete.map(|e| e.kind()))
}

#[tokio::test]
async fn every_page_is_read_by_the_link_as_it_stands() {
    let server = Server::start().await;
    let second = server.link(&format!(
        "{COMPUTES}?api-version=2099-01-01&$skip=a%2Bb%3D%3D"
    ));
    server.on("GET", COMPUTES, [page(&["a", "b"], json!(second))]);
    server.on(
        "GET",
        &format!("{COMPUTES}?$skip=a%2Bb%3D%3D"),
        [page(&["c"], json!(""))],
    );
    assert_eq!(
        list(&server).await,
        (vec!["a".into(), "b".into(), "c".into()], None)
    );
    let queries: Vec<_> = server.requests().into_iter().map(|s| s.query).collect();
    let expected = [
        "api-version=2025-12-01",
        "api-version=2099-01-01&$skip=a%2Bb%3D%3D",
    ];
    assert_eq!(queries, expected);
}

#[tokio::test]
async fn a_link_to_another_host_gets_neither_a_request_nor_a_token() {
    let other = Server::start().await;
    let away = other.url.port().unwrap();
    for link in [
        format!("http://127.0.0.1:{away}/steal"),
        "https://127.0.0.1:PORT/steal".into(),
        "http://user:secret@127.0.0.1:PORT/steal".into(),
        "http://localhost:PORT/steal".into(),
        format!("//127.0.0.1:{away}/steal"),
    ] {
        let server = Server::start().await;
        let link = link.replace("PORT", &server.url.port().unwrap().to_string());
        server.on("GET", COMPUTES, [page(&["a"], json!(link))]);
        let got = list(&server).await;
        assert_eq!(
            got,
            (vec!["a".into()], Some(ErrorKind::ForeignLink)),
            "{link}"
        );
        assert_eq!(server.requests().len(), 1);
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_list_that_goes_round_ends() {
    let server = Server::start().await;
    let (two, one) = (
        format!("{COMPUTES}?p=2"),
        format!("{COMPUTES}?api-version=2025-12-01"),
    );
    server.on("GET", COMPUTES, [page(&["a"], json!(server.link(&two)))]);
    server.on("GET", &two, [page(&["b"], json!(server.link(&one)))]);
    let got = list(&server).await;
    assert_eq!(
        got,
        (vec!["a".into(), "b".into()], Some(ErrorKind::Garbled))
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_list_cut_in_the_middle_keeps_what_was_read_and_says_so() {
    for (second, kind) in [
        (error(403, "AuthorizationFailed", ""), ErrorKind::Forbidden),
        (error(500, "Oops", ""), ErrorKind::Server),
        (Reply::Raw(200, vec![], "<html>".into()), ErrorKind::Garbled),
        (
            Reply::Raw(200, vec![], "{\"value\":[{\"name\":\"b\"".into()),
            ErrorKind::Garbled,
        ),
        (Reply::BreakOff("{\"value\":[{".into()), ErrorKind::Network),
        (ok(json!({"value": null})), ErrorKind::Garbled),
    ] {
        let server = Server::start().await;
        let two = format!("{COMPUTES}?p=2");
        server.on("GET", COMPUTES, [page(&["a"], json!(server.link(&two)))]);
        server.on("GET", &two, [second]);
        assert_eq!(list(&server).await, (vec!["a".into()], Some(kind)));
    }
    let server = Server::start().await;
    server.on("GET", COMPUTES, [page(&["a"], json!(7))]);
    assert_eq!(
        list(&server).await,
        (vec!["a".into()], Some(ErrorKind::Garbled))
    );
}

#[tokio::test]
async fn an_absurd_page_is_refused_whole_and_unreadable_items_are_counted() {
    let server = Server::start().await;
    let odd: Vec<Value> = (0..60).map(|n| json!({"name": n})).collect();
    let absurd = vec![json!({"name": "x"}); 10_001];
    server.on(
        "GET",
        COMPUTES,
        [
            ok(json!({"value": absurd})),
            ok(json!({"nextLink": null, "value": odd})),
            Reply::Json(206, json!({"value": []})),
        ],
    );
    let arm = arm(&server);
    let here = workspace();
    let list = || arm.computes(&here, in_secs(30));
    let error = list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Garbled);
    assert!(error.to_string().contains("absurd"), "{error}");
    let listing = list().await.unwrap();
    assert_eq!((listing.items.len(), listing.unreadable), (0, 60));
    assert!(!listing.is_whole() && listing.oddities.len() <= 20);
    assert_eq!(
        list().await.unwrap_err().kind(),
        ErrorKind::Garbled,
        "a part"
    );
}

#[tokio::test]
async fn an_instance_named_twice_is_one_instance_as_last_read() {
    let server = Server::start().await;
    let two = format!("{COMPUTES}?p=2");
    server.on(
        "GET",
        COMPUTES,
        [page(&["a", "b"], json!(server.link(&two)))],
    );
    let mut again = instance("A");
    again["properties"]["properties"]["state"] = json!("Stopped");
    server.on("GET", &two, [ok(json!({"value": [again, instance("c")]}))]);
    let listing = arm(&server)
        .computes(&workspace(), in_secs(30))
        .await
        .unwrap();
    let found: Vec<_> = listing
        .items
        .iter()
        .map(|c| format!("{} {}", c.name, c.state))
        .collect();
    assert_eq!(found, ["A Stopped", "b Running", "c Running"]);
}

#[tokio::test]
async fn subscriptions_groups_and_workspaces_come_with_their_tags() {
    let server = Server::start().await;
    server.on("GET", "/subscriptions", [ok(json!({"value": [
        {"id": "/subscriptions/s-1", "subscriptionId": "s-1", "displayName": "Research", "state": "Enabled"},
        {"id": "/subscriptions/s-2"},
        null, 5, {"displayName": "nameless"},
    ]}))]);
    let arm = arm(&server);
    let got = arm.subscriptions(in_secs(30)).await.unwrap();
    let ids: Vec<_> = got
        .items
        .iter()
        .map(|s| (s.id.as_str(), s.name.as_deref()))
        .collect();
    assert_eq!(ids, [("s-1", Some("Research")), ("s-2", None)]);
    assert_eq!(got.oddities.len(), 3);

    server.on("GET", "/subscriptions/s-1/resourcegroups", [ok(json!({"value": [
        {"name": "rg-a", "tags": {"lamp-schedule": "office-hours", "n": 5, "e": null}}, {"name": "rg-b"},
    ]}))]);
    let got = arm.resource_groups("s-1", in_secs(30)).await.unwrap();
    assert_eq!(
        got.items[0].tags.get("lamp-schedule").expect("it is there"),
        "office-hours"
    );
    assert_eq!(
        (
            got.items[0].tags.get("n").expect("it is there").as_str(),
            got.items[0].tags.get("e").expect("it is there").as_str()
        ),
        ("5", "")
    );
    assert_eq!(got.items[1].name, "rg-b");

    let id = "/subscriptions/s-1/resourcegroups/rg-a/providers/Microsoft.MachineLearningServices/workspaces/ws-1";
    let all = "/subscriptions/s-1/providers/Microsoft.MachineLearningServices/workspaces";
    server.on(
        "GET",
        all,
        [ok(json!({"value": [
            {"id": id, "name": "ws-1", "location": "eastus2", "tags": {"lamp-mode": "dry-run"}},
            {"id": "/subscriptions/s-1/workspaces/adrift", "name": "adrift"},
        ]}))],
    );
    let got = arm.workspaces("s-1", in_secs(30)).await.unwrap();
    let [first] = got.items.as_slice() else {
        panic!("{got:?}")
    };
    assert_eq!(
        (first.id.as_str(), first.resource_group.as_str()),
        (id, "rg-a")
    );
    assert_eq!(first.tags.get("lamp-mode").expect("it is there"), "dry-run");
    assert_eq!(got.oddities.len(), 1, "{:?}", got.oddities);
}

#[tokio::test]
async fn the_absence_of_jobs_is_only_believed_of_a_whole_list() {
    let job = |name: &str, status: &str, on: Value| json!({"name": name, "properties": {"status": status, "computeId": on}});
    let id = json!(format!("{COMPUTES}/ci-ana"));
    let jobs = path("jobs");
    let two = format!("{jobs}?p=2");
    let server = Server::start().await;
    let mut done = job("done", "Completed", id.clone());
    done["systemData"] = json!({"createdAt": "2026-09-07T08:00:00.2500000+00:00"});
    let mut train = job("train", "Running", id.clone());
    train["systemData"] = json!({"createdAt": "at some time"});
    let first = [done, train];
    server.on(
        "GET",
        &jobs,
        [ok(json!({"value": first, "nextLink": server.link(&two)}))],
    );
    server.on("GET", &two, [
        ok(json!({"value": [job("new", "SomethingNew", id.clone()), job("serverless", "Running", Value::Null)]})),
        error(403, "AuthorizationFailed", ""),
        ok(json!({"value": [null]})),
        ok(json!({"value": [job("odd", "Running", json!(5))]})),
        ok(json!({"value": [job("odd", "Completed", json!(5))]})),
    ]);
    let arm = arm(&server);
    let here = workspace();
    let all = arm.jobs(&here, |_| true, in_secs(30)).await.unwrap();
    let names: Vec<_> = all.iter().map(|j| j.name.as_str()).collect();
    assert_eq!(names, ["done", "train", "new", "serverless"]);
    let active = all.iter().map(|j| j.is_active()).collect::<Vec<_>>();
    assert_eq!(active, [false, true, true, true]);
    let submitted = all.iter().map(|j| j.created_at.map(|at| at.to_rfc3339()));
    let at = Some("2026-09-07T08:00:00.250+00:00".to_owned());
    assert_eq!(submitted.collect::<Vec<_>>(), [at, None, None, None]);
    assert!(server.requests()[0].query.contains("listViewType=All"));
    for _ in 0..3 {
        let error = arm.jobs(&here, |_| true, in_secs(30)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Garbled, "{error}");
        // The first page came: then a later refusal does not say that all is refused.
        assert!(!error.lacks_right(), "{error}");
    }
    assert_eq!(
        arm.jobs(&here, |_| true, in_secs(30)).await.unwrap().len(),
        3
    );
}

#[tokio::test]
async fn no_name_leads_out_of_its_workspace() {
    let server = Server::start().await;
    let arm = arm(&server);
    for name in ["../../secrets", "a/b", "a?b", "a#b", "//evil.example"] {
        let error = arm
            .action(&calls::stop(&workspace(), name), in_secs(30))
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("Unscripted"));
    }
    for asked in server.requests() {
        assert!(asked.path.starts_with(COMPUTES), "{}", asked.path);
        assert!(asked.path.ends_with("/stop"), "{}", asked.path);
    }
}
