//! A token that really comes through `azure_identity`, from an imitation of the App Service endpoint.

use super::server::*;
use serde_json::json;
use std::process::Command;

const CLIENT: &str = "99999999-8888-7777-6666-555555555555";

/// One dry sweep of the program itself, as the credential reads its process's environment.
async fn dry_sweep(server: &Server, client_id: Option<&str>) -> std::process::Output {
    let ledger = std::env::temp_dir().join(format!("lamplighter-identity-{}", fastrand::u64(..)));
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command
        .args(["sweep", "--dry-run"])
        .env_clear()
        .env("ARM_ENDPOINT", server.url.as_str())
        .env("PRICES_ENDPOINT", server.url.as_str())
        .env("SUBSCRIPTIONS", workspace().subscription)
        .env("LEDGER", &ledger)
        .env("IDENTITY_ENDPOINT", server.link("/msi/token"))
        .env("IDENTITY_HEADER", "the-header");
    if let Some(id) = client_id {
        command.env("AZURE_CLIENT_ID", id);
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    // A dry sweep may have made none.
    let _ = std::fs::remove_dir_all(ledger);
    output
}

/// A subscription with one workspace, whose one instance nobody has a wish for.
async fn fleet() -> Server {
    let server = Server::start().await;
    let subscription = format!("/subscriptions/{}", workspace().subscription);
    let workspaces =
        format!("{subscription}/providers/Microsoft.MachineLearningServices/workspaces");
    let groups = json!({"value": [{"name": "rg-vision"}]});
    server.on(
        "GET",
        &format!("{subscription}/resourcegroups"),
        [ok(groups)],
    );
    let listed = json!({"value": [{"id": workspace().id, "name": "ws-vision"}]});
    server.on("GET", &workspaces, [ok(listed)]);
    let mut instance = instance("ci");
    instance["tags"] = json!({});
    server.on("GET", COMPUTES, [ok(json!({"value": [instance]}))]);
    server
}

#[tokio::test]
async fn the_managed_identity_of_the_environment_signs_the_calls() {
    for client_id in [None, Some(CLIENT)] {
        let server = fleet().await;
        let expires = (chrono::Utc::now().timestamp() + 3600).to_string();
        server.on("GET", "/msi/token", [ok(json!({
            "access_token": "from-the-identity", "expires_on": expires,
            "resource": "https://management.azure.com", "token_type": "Bearer", "client_id": CLIENT,
        }))]);
        let output = dry_sweep(&server, client_id).await;
        let printed = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}{complained}");
        assert!(
            printed.contains("of 1 resources in 1 workspaces"),
            "{printed}"
        );
        let (tokens, calls): (Vec<_>, Vec<_>) = server
            .requests()
            .into_iter()
            .partition(|s| s.path == "/msi/token");
        let [token] = tokens.as_slice() else {
            panic!("{tokens:?}")
        };
        assert_eq!(token.headers["x-identity-header"], "the-header");
        let query = &token.query;
        assert!(query.contains("resource=https%3A%2F%2Fmanagement.azure.com"));
        assert_eq!(query.contains(CLIENT), client_id.is_some(), "{query}");
        assert_eq!(calls.len(), 3, "{calls:?}");
        for call in calls {
            assert_eq!(call.headers["authorization"], "Bearer from-the-identity");
        }
    }
}

#[tokio::test]
async fn an_identity_that_is_refused_is_named_and_nothing_is_asked() {
    let server = fleet().await;
    let refusal = json!({"statusCode": 400, "message": "No User Assigned or Delegated Managed Identity found"});
    server.on("GET", "/msi/token", [Reply::Json(400, refusal)]);
    let output = dry_sweep(&server, Some(CLIENT)).await;
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        complained.contains("no token") && complained.contains(CLIENT),
        "{complained}"
    );
    let asked = |s: &Asked| s.path != "/msi/token";
    assert!(
        !server.requests().iter().any(asked),
        "{:?}",
        server.requests()
    );
}
