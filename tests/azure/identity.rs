//! A token that really comes through `azure_identity`, from a stand-in of the App Service endpoint.

use crate::server::*;
use serde_json::json;
use std::process::Command;
use std::time::Duration;

const ARM: &str = "LAMPLIGHTER_TEST_ARM";
const CLIENT: &str = "99999999-8888-7777-6666-555555555555";

/// The child: a process of its own, as the credential reads its environment.
#[tokio::test]
#[ignore = "run by the test below, with an environment"]
async fn child_lists_computes_with_a_managed_identity() {
    let Ok(url) = std::env::var(ARM) else { return };
    let mut server = Server::start().await;
    server.url = url.parse().unwrap();
    let client_id = std::env::var("AZURE_CLIENT_ID").ok();
    let credential = lamplighter::azure::from_environment(client_id.as_deref()).unwrap();
    let arm = arm_with(&server, credential, Duration::from_secs(20));
    for _ in 0..2 {
        let listing = arm.computes(&workspace(), in_secs(20)).await.unwrap();
        assert_eq!(listing.items.len(), 1);
    }
}

async fn run_child(server: &Server, client_id: Option<&str>) -> std::process::Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--ignored",
            "--exact",
            "identity::child_lists_computes_with_a_managed_identity",
        ])
        .env_remove("AZURE_CLIENT_ID")
        .env("IDENTITY_ENDPOINT", server.link("/msi/token"))
        .env("IDENTITY_HEADER", "the-header")
        .env(ARM, server.url.as_str());
    if let Some(id) = client_id {
        command.env("AZURE_CLIENT_ID", id);
    }
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_managed_identity_of_the_environment_signs_the_calls() {
    for client_id in [None, Some(CLIENT)] {
        let server = Server::start().await;
        let expires = (chrono::Utc::now().timestamp() + 3600).to_string();
        server.on("GET", "/msi/token", [ok(json!({
            "access_token": "from-the-identity", "expires_on": expires,
            "resource": "https://management.azure.com", "token_type": "Bearer", "client_id": CLIENT,
        }))]);
        server.on("GET", COMPUTES, [ok(json!({"value": [instance("ci")]}))]);
        let output = run_child(&server, client_id).await;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}"
        );
        let seen = server.seen();
        let [token, first, second] = seen.as_slice() else {
            panic!("{seen:?}")
        };
        assert_eq!(token.headers["x-identity-header"], "the-header");
        assert!(
            token
                .query
                .contains("resource=https%3A%2F%2Fmanagement.azure.com")
        );
        assert_eq!(
            token.query.contains(CLIENT),
            client_id.is_some(),
            "{}",
            token.query
        );
        for call in [first, second] {
            assert_eq!(call.headers["authorization"], "Bearer from-the-identity");
        }
    }
}
