//! Signing in: who gets a token, and what a call without one gets.

use super::support::{API, SUBSCRIPTION, fleet_of, manual, started};
use base64::Engine;
use lamplighter_simulator::Options;
use serde_json::{Value, json};

fn claims(token: &str) -> Value {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3);
    let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(parts[1])
        .expect("Base64");
    serde_json::from_slice(&decoded).expect("claims")
}

#[tokio::test]
async fn the_app_service_endpoint_gives_a_decodable_token_to_whoever_knows_the_header() {
    let options = Options {
        identity_header: Some("s3cret".into()),
        ..Options::default()
    };
    let client = started(fleet_of(json!([]), json!([]), json!({})), options).await;
    assert_eq!(client.simulator.identity_header(), "s3cret");
    let endpoint = client.simulator.identity_endpoint();
    let ask = |query: &'static str, header: &'static str| {
        let request = client
            .http
            .get(format!("{endpoint}?{query}"))
            .header("X-IDENTITY-HEADER", header);
        async move { request.send().await.expect("answered") }
    };
    let good = "api-version=2019-08-01&resource=https://management.azure.com/&client_id=abc";
    let body: Value = ask(good, "s3cret").await.json().await.expect("JSON");
    let claims = claims(body["access_token"].as_str().expect("a token"));
    assert_eq!(claims["aud"], "https://management.azure.com/");
    assert_eq!(claims["appid"], "abc");
    assert_eq!(claims["tid"], "11111111-2222-4333-8444-555555555555");
    assert!(claims["oid"].as_str().is_some_and(|oid| oid.len() == 36));
    let expires: i64 = body["expires_on"]
        .as_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert_eq!(claims["exp"].as_i64(), Some(expires));
    assert_eq!(ask(good, "wrong").await.status(), 401);
    assert_eq!(ask("api-version=2019-08-01", "s3cret").await.status(), 400);
    assert_eq!(
        ask("api-version=2017-09-01&resource=x", "s3cret")
            .await
            .status(),
        400
    );
    let on_vm = client.address("/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x");
    assert_eq!(
        client
            .http
            .get(&on_vm)
            .send()
            .await
            .expect("answered")
            .status(),
        400
    );
    let answer = client
        .http
        .get(&on_vm)
        .header("Metadata", "true")
        .send()
        .await
        .expect("answered");
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn resource_manager_takes_our_own_unexpired_tokens_only() {
    let client = manual(fleet_of(json!([]), json!([]), json!({}))).await;
    let url = client.address(&format!("/subscriptions/{SUBSCRIPTION}?{API}"));
    let bare = client.http.get(&url).send().await.expect("answered");
    assert_eq!(bare.status(), 401);
    assert!(
        bare.headers()["www-authenticate"]
            .to_str()
            .expect("text")
            .starts_with("Bearer ")
    );
    let mut late = claims(&client.token);
    late["exp"] = 1_700_000_000.into();
    let parts: Vec<&str> = client.token.split('.').collect();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let late = format!(
        "{}.{}.{}",
        parts[0],
        engine.encode(late.to_string()),
        parts[2]
    );
    let foreign = format!("{}.{}.other", parts[0], parts[1]);
    for (token, code) in [
        (late, "ExpiredAuthenticationToken"),
        (foreign, "InvalidAuthenticationToken"),
        ("nonsense".to_owned(), "InvalidAuthenticationToken"),
    ] {
        let answer = client
            .http
            .get(&url)
            .bearer_auth(token)
            .send()
            .await
            .expect("answered");
        assert_eq!(answer.status(), 401);
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(body["error"]["code"], code);
    }
    assert_eq!(client.call("GET", &url, None).await.0, 200);
}

#[tokio::test]
async fn a_role_forbids_what_it_does_not_name() {
    let directory = tempdir("role");
    let file = directory.join("role.json");
    let actions = [
        "Microsoft.MachineLearningServices/workspaces/computes/read",
        "Microsoft.MachineLearningServices/workspaces/computes/st*t/action",
    ];
    std::fs::write(
        &file,
        json!({"permissions": [{"actions": actions}]}).to_string(),
    )
    .expect("written");
    let options = Options {
        role: Some(file),
        ..Options::default()
    };
    let instances = json!([{"name": "a", "vmSize": "Standard_DS3_v2"}]);
    let client = started(fleet_of(instances, json!([]), json!({})), options).await;
    let w = super::support::W;
    assert_eq!(
        client
            .call("GET", &format!("{w}/computes?{API}"), None)
            .await
            .0,
        200
    );
    assert_eq!(
        client
            .call("POST", &format!("{w}/computes/a/start?{API}"), None)
            .await
            .0,
        202
    );
    for (method, path, action) in [
        (
            "POST",
            format!("{w}/computes/a/stop?{API}"),
            "Microsoft.MachineLearningServices/workspaces/computes/stop/action",
        ),
        (
            "GET",
            format!("{w}/jobs?{API}"),
            "Microsoft.MachineLearningServices/workspaces/jobs/read",
        ),
        (
            "GET",
            format!("/subscriptions?{API}"),
            "Microsoft.Resources/subscriptions/read",
        ),
    ] {
        let (status, body) = client.call(method, &path, None).await;
        assert_eq!(
            (status, body["error"]["code"].as_str()),
            (403, Some("AuthorizationFailed"))
        );
        assert!(
            body["error"]["message"]
                .as_str()
                .is_some_and(|message| message.contains(&format!("'{action}'")))
        );
    }
    std::fs::remove_dir_all(directory).expect("removed");
}

#[tokio::test]
async fn over_tls_on_the_same_port() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into(), "127.0.0.1".into()])
        .expect("a certificate");
    let directory = tempdir("tls");
    let (cert, key) = (directory.join("cert.pem"), directory.join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let options = Options {
        tls_cert: Some(cert.clone()),
        tls_key: Some(key.clone()),
        ..Options::default()
    };
    let fleet = fleet_of(json!([]), json!([]), json!({}));
    let simulator = lamplighter_simulator::start_with(fleet.clone(), options)
        .await
        .expect("started");
    assert!(simulator.url().starts_with("https://127.0.0.1:"));
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).expect("a root");
    let http = reqwest::Client::builder()
        .tls_certs_only([root])
        .build()
        .expect("a client");
    let url = format!(
        "{}/metadata/endpoints?api-version=2022-09-01",
        simulator.url()
    );
    let body: Value = http
        .get(url)
        .send()
        .await
        .expect("answered")
        .json()
        .await
        .expect("JSON");
    assert_eq!(body["resourceManager"], simulator.url());
    let wrong = Options {
        tls_cert: Some(key),
        tls_key: Some(cert.clone()),
        ..Options::default()
    };
    let refused = lamplighter_simulator::start_with(fleet, wrong)
        .await
        .err()
        .expect("refused");
    assert!(refused.to_string().contains("pem"), "{refused}");
    std::fs::remove_dir_all(directory).expect("removed");
}

fn tempdir(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!(
        "lamplighter-simulator-{name}-{}",
        std::process::id()
    ));
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

#[tokio::test]
async fn a_caller_sees_its_own_permissions_at_each_scope() {
    let directory = tempdir("permissions");
    let file = directory.join("role.json");
    let grants = json!([
        {"actions": ["*/read"], "notActions": ["Microsoft.X/*"], "dataActions": [], "notDataActions": []},
        {"actions": ["Microsoft.Y/a/Stop/action"], "notActions": [], "dataActions": [], "notDataActions": []},
    ]);
    std::fs::write(&file, json!({ "permissions": grants }).to_string()).expect("written");
    let w = super::support::W;
    let parts: Vec<&str> = w.split('/').collect();
    let scopes = [parts[..3].join("/"), parts[..5].join("/"), w.to_owned()];
    let instances = || json!([{"name": "a", "vmSize": "Standard_DS3_v2"}]);
    for (role, expected) in [
        (Some(file), grants),
        (
            None,
            json!([{"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}]),
        ),
    ] {
        let options = Options {
            role,
            ..Options::default()
        };
        let client = started(fleet_of(instances(), json!([]), json!({})), options).await;
        for scope in &scopes {
            let url = format!("{scope}/providers/Microsoft.Authorization/permissions?{API}");
            let (status, body) = client.call("GET", &url, None).await;
            assert_eq!(
                (status, &body["value"]),
                (200, &expected),
                "{scope}: {body}"
            );
        }
        let elsewhere = format!(
            "{}x/providers/Microsoft.Authorization/permissions?{API}",
            scopes[1]
        );
        assert_eq!(client.call("GET", &elsewhere, None).await.0, 404);
    }
}

#[tokio::test]
async fn a_provider_that_a_subscription_lacks_shows_it() {
    let parse = |subscriptions: Value| {
        let fleet = json!({ "subscriptions": subscriptions }).to_string();
        lamplighter_simulator::fleet::parse(&fleet, "test").map_err(|error| error.to_string())
    };
    let (own, bare) = (SUBSCRIPTION, "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a77");
    let groups = json!([{"name": "rg", "workspaces": [{"name": "w", "location": "westeurope"}]}]);
    let of = |id: &str, groups: &Value, unregistered: &[&str]| json!({"id": id, "name": id, "resourceGroups": groups, "unregistered": unregistered});
    let provider = "microsoft.machinelearningservices";
    let fleet = json!([of(own, &groups, &[]), of(bare, &json!([]), &[provider])]);
    let client = started(parse(fleet).expect("a good fleet"), Options::default()).await;
    for (id, state) in [(own, "Registered"), (bare, "NotRegistered")] {
        let url = format!("/subscriptions/{id}/providers/Microsoft.MachineLearningServices?{API}");
        let (status, body) = client.call("GET", &url, None).await;
        assert_eq!(
            (status, &body["registrationState"]),
            (200, &json!(state)),
            "{id}"
        );
    }
    let refused = parse(json!([of(own, &groups, &[provider])])).expect_err("it has workspaces");
    assert!(
        refused.contains("subscriptions[0].unregistered"),
        "{refused}"
    );
}
