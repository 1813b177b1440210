//! A snapshot of one workspace or one compute, for those who ask about one instance only.

use crate::common::world::{World, fleet, instance};
use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::{Duration, OffsetDateTime};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::settings::Settings;
use lamplighter_agent::snapshot::{Scope, take};
use lamplighter_agent::sweep::{Context, SweepError};
use lamplighter_azure::{Arm, Config, Pace};
use lamplighter_core::snapshot::Snapshot;
use serde_json::{Value, json};
use std::sync::Arc;

/// A token asked for once; the credential of the settings would read this process's environment.
#[derive(Debug)]
struct Known(String);

#[async_trait]
impl TokenCredential for Known {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let expires = OffsetDateTime::now_utc() + Duration::hours(1);
        Ok(AccessToken::new(self.0.clone(), expires))
    }
}

async fn context(world: &World) -> Context {
    let url = world.simulator.url();
    let lookup = |name: &str| match name {
        "ARM_ENDPOINT" | "PRICES_ENDPOINT" | "METRICS_ENDPOINT" => Some(url.clone()),
        _ => None,
    };
    let settings = Settings::from_lookup(lookup).expect("settings");
    let endpoint = world.simulator.identity_endpoint();
    let asked = reqwest::Client::new()
        .get(format!(
            "{endpoint}?api-version=2019-08-01&resource={}",
            settings.arm_endpoint
        ))
        .header("X-IDENTITY-HEADER", world.simulator.identity_header())
        .send()
        .await
        .expect("an answer");
    let token: Value = asked.json().await.expect("JSON");
    let token = token["access_token"].as_str().expect("a token").to_string();
    let config = Config {
        arm_endpoint: settings.arm_endpoint.clone(),
        api_version: settings.arm_api_version.clone(),
        foundry_version: settings.foundry.api_version,
        request_timeout: settings.request_timeout,
        concurrency: settings.concurrency,
        client_id: None,
        pace: Pace::Arm,
        scope: None,
    };
    let arm = Arm::new(config, Arc::new(Known(token))).expect("a client");
    let ledger = Ledger::scratch(&world.ledger).await.expect("a ledger");
    let mut context = Context::with_ledger(settings, ledger, Pace::Arm).expect("a context");
    context.arm = arm;
    context
}

const WORKSPACE: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w";

async fn snapshot(world: &World, scope: Scope) -> Result<Snapshot, SweepError> {
    take(&context(world).await, world.simulator.now(), &scope).await
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    let resources = snapshot.resources.iter();
    resources.map(|resource| resource.name.as_str()).collect()
}

#[tokio::test]
async fn one_workspace_or_one_compute_is_read_by_its_id_in_any_case() {
    let instances = json!([instance("one", json!({})), instance("two", json!({}))]);
    let world = World::new(fleet(
        instances,
        &[("v", json!([instance("far", json!({}))]))],
    ))
    .await;
    let everything = snapshot(&world, Scope::Everything)
        .await
        .expect("a snapshot");
    assert_eq!(names(&everything), ["far", "one", "two"]);
    let shouted = Scope::Workspace(WORKSPACE.to_uppercase());
    let workspace = snapshot(&world, shouted).await.expect("a snapshot");
    assert_eq!(names(&workspace), ["one", "two"]);
    let compute = Scope::Resource(format!("{WORKSPACE}/computes/TWO/"));
    let compute = snapshot(&world, compute).await.expect("a snapshot");
    assert_eq!(names(&compute), ["two"]);
    assert_eq!(compute.resources[0], workspace.resources[1]);
    assert_eq!(world.posts(), 0);
    assert!(world.records().await.is_empty(), "nothing is written");
}

#[tokio::test]
async fn what_is_not_there_is_reported_by_its_id() {
    let world = World::new(fleet(json!([instance("one", json!({}))]), &[])).await;
    for (scope, part) in [
        (
            Scope::Resource(format!("{WORKSPACE}/computes/gone")),
            "gone was not found",
        ),
        (
            Scope::Workspace(format!("{WORKSPACE}x")),
            "workspaces/wx was not found",
        ),
        (Scope::Resource(WORKSPACE.into()), "not an ARM id such as"),
        (Scope::Workspace("w".into()), "not an ARM id such as"),
    ] {
        let error = snapshot(&world, scope.clone())
            .await
            .expect_err("nothing is there");
        assert!(error.to_string().contains(part), "{scope:?}: {error}");
    }
    world
        .fault(
            json!({"pathContains": "/workspaces/w/computes", "status": 403,
            "body": "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}"}),
        )
        .await;
    let error = snapshot(&world, Scope::Resource(format!("{WORKSPACE}/computes/one"))).await;
    let error = error.expect_err("nothing is there").to_string();
    assert!(
        error.contains("could not be read") && error.contains("AuthorizationFailed"),
        "{error}"
    );
}
