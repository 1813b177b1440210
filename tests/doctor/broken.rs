//! Each single thing broken, and named.

use super::{Found, ci, doctor, doctor_at, world, world_of};
use crate::common::azurite::Azurite;
use crate::common::folder::Folder;
use crate::common::world::{World, at, fleet};
use lamplighter_host_emulator::sas;
use lamplighter_simulator::Options;
use serde_json::json;

/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";

#[tokio::test]
async fn no_token() {
    let world = world().await;
    let refused = json!({"pathContains": "/msi/token", "status": 400,
        "body": r#"{"statusCode": 400, "message": "No User Assigned or Delegated Managed Identity found"}"#});
    world.fault(refused).await;
    let found = doctor(
        &world,
        &[("AZURE_CLIENT_ID", "99999999-8888-7777-6666-555555555555")],
    )
    .await;
    found.only("token", "failed");
    let line = found.text("token");
    assert!(
        line.contains("99999999-8888") && line.contains("AZURE_CLIENT_ID"),
        "{line}"
    );
    for untried in [
        "subscriptions",
        "clock",
        "provider",
        "right workspaces/computes/stop/action",
        "metrics",
        "tonight",
    ] {
        assert!(
            found.named("not-tried").contains(&untried),
            "{untried}: {}",
            found.all
        );
        assert!(
            found.text(untried).starts_with("there is no token"),
            "{}",
            found.all
        );
    }
    // What needs none is tried all the same.
    for tried in ["ledger", "prices", "last-sweep", "timetable"] {
        assert_eq!(found.check(tried)["status"], "ok", "{}", found.all);
    }
}

#[tokio::test]
async fn a_ledger_that_can_only_be_read() {
    let world = world().await;
    let container = Azurite::shared().container().await;
    let now = world.simulator.now().to_rfc3339();
    let whole = [("LEDGER", container.as_str())];
    let swept = world.run_with(&["sweep", "--at", &now], &whole).await;
    assert_eq!(swept.code, 0, "{}", swept.all());
    assert_eq!(doctor(&world, &whole).await.wrong().len(), 0);
    // `rl`: read and list; with `c` and `w` everything but deleting, which only tidies.
    for (rights, status) in [("rl", "failed"), ("rlcw", "warning")] {
        let ledger = format!("{container}?{}", sas("b", rights));
        let found = doctor(&world, &[("LEDGER", &ledger)]).await;
        found.only("ledger", status);
        let line = found.text("ledger");
        assert!(
            line.contains("cannot") && !line.contains("sig="),
            "{rights}: {line}"
        );
        let untried = found.text("tonight").contains("the ledger does not work");
        assert_eq!(untried, status == "failed", "{}", found.all);
    }
}

#[tokio::test]
async fn a_ledger_that_cannot_be_made() {
    let world = world().await;
    let folder = Folder::new("doctor");
    std::fs::write(folder.join("file"), "in the way").expect("written");
    let ledger = folder.join("file/ledger").display().to_string();
    let found = doctor(&world, &[("LEDGER", &ledger)]).await;
    found.only("ledger", "failed");
    assert!(found.text("ledger").contains(&ledger), "{}", found.all);
}

#[tokio::test]
async fn a_wrong_clock() {
    let world = world().await;
    for (time, words) in [
        (
            "23T11:00",
            "s behind Azure's: nothing is stopped or started",
        ),
        (
            "23T12:10",
            "s ahead of Azure's: nothing is stopped or started",
        ),
    ] {
        let found = doctor_at(&world, &at(time).to_rfc3339(), &[]).await;
        found.only("clock", "failed");
        assert!(found.text("clock").contains(words), "{}", found.all);
        for untried in ["last-sweep", "tonight"] {
            assert!(
                found.text(untried).starts_with("the clock is wrong"),
                "{}",
                found.all
            );
        }
    }
    world.fault(json!({"headers": {"Date": "soon"}})).await;
    let found = doctor(&world, &[]).await;
    found.only("clock", "failed");
    assert!(
        found
            .text("clock")
            .contains("no answer of Azure's has a Date"),
        "{}",
        found.all
    );
}

#[tokio::test]
async fn a_wrong_region() {
    let world = world().await;
    let elsewhere = format!("{}/metrics-host/westus", world.simulator.url());
    let found = doctor(&world, &[("METRICS_ENDPOINT", &elsewhere)]).await;
    found.only("region", "failed");
    let line = found.text("region");
    assert!(
        line.contains("METRICS_ENDPOINT is not for westeurope") && line.contains("{region}"),
        "{line}"
    );
    // One region's own host, where all workspaces are in it, is right.
    let here = format!("{}/metrics-host/westeurope", world.simulator.url());
    assert_eq!(
        doctor(&world, &[("METRICS_ENDPOINT", &here)])
            .await
            .wrong()
            .len(),
        0
    );
}

#[tokio::test]
async fn a_missing_provider() {
    let without = |id: &str, groups| json!({"id": id, "name": id, "unregistered": ["Microsoft.MachineLearningServices"], "resourceGroups": groups});
    let (empty, used) = (
        "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a09",
        "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01",
    );
    let alone = json!({"subscriptions": [without(empty, json!([]))]});
    let alone = world_of(alone, Options::default()).await;
    let found = doctor(&alone, &[]).await;
    found.only("provider", "failed");
    let line = found.text("provider");
    assert!(
        line.contains("Microsoft.MachineLearningServices is NotRegistered"),
        "{line}"
    );
    let register = format!(
        "az provider register --namespace Microsoft.MachineLearningServices --subscription {empty}"
    );
    assert!(line.contains(&register), "{line}");
    // Beside another it is no concern, unless somebody wants it swept.
    let mut both = fleet(json!([ci()]), &[]);
    both["subscriptions"]
        .as_array_mut()
        .expect("a list")
        .push(without(empty, json!([])));
    let both = world_of(both, Options::default()).await;
    assert_eq!(doctor(&both, &[]).await.wrong().len(), 0);
    let named = format!("{used},{empty}");
    doctor(&both, &[("SUBSCRIPTIONS", &named)])
        .await
        .only("provider", "warning");
    // Refused for it where there are workspaces.
    let refused = json!({"pathContains": "/vmSizes", "status": 409, "body": json!({"error": {
        "code": "MissingSubscriptionRegistration",
        "message": "The subscription is not registered to use namespace 'Microsoft.MachineLearningServices'."}}).to_string()});
    both.fault(refused).await;
    let found = doctor(&both, &[]).await;
    assert_eq!(found.check("provider")["status"], "failed", "{}", found.all);
}

#[tokio::test]
async fn a_blocked_metrics_host() {
    let world = world().await;
    let blocked = format!("{NOBODY}/{{region}}");
    let found = doctor(&world, &[("METRICS_ENDPOINT", &blocked)]).await;
    found.only("metrics", "warning");
    let line = found.text("metrics");
    assert!(
        line.contains("the host of westeurope could not be asked")
            && line.contains("METRICS_ENDPOINT"),
        "{line}"
    );
}

#[tokio::test]
async fn a_blocked_price_list() {
    let world = world().await;
    let found = doctor(&world, &[("PRICES_ENDPOINT", NOBODY)]).await;
    found.only("prices", "failed");
    let folder = Folder::new("doctor");
    let file = folder.join("prices.csv");
    std::fs::write(&file, "size,region,price,currency\n").expect("written");
    let own = [
        ("PRICES_ENDPOINT", NOBODY),
        ("PRICE_FILE", file.to_str().expect("a name")),
    ];
    doctor(&world, &own).await.only("prices", "warning");
}

#[tokio::test]
async fn azure_out_of_reach() {
    let world = world().await;
    let (prices, metrics) = (
        world.simulator.url(),
        format!("{}/metrics-host/{{region}}", world.simulator.url()),
    );
    let settings = [
        ("ARM_ENDPOINT", NOBODY),
        ("PRICES_ENDPOINT", prices.as_str()),
        ("METRICS_ENDPOINT", metrics.as_str()),
    ];
    let found = doctor(&world, &settings).await;
    found.only("subscriptions", "failed");
    assert!(
        found
            .text("subscriptions")
            .contains("let the app reach 127.0.0.1"),
        "{}",
        found.all
    );
    assert_eq!(found.text("clock"), "Azure did not answer | ");
}

#[tokio::test]
async fn a_subscription_that_is_named_and_not_seen() {
    let world = world().await;
    let other = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0aff";
    let found = doctor(&world, &[("SUBSCRIPTIONS", other)]).await;
    found.only("subscriptions", "failed");
    assert!(found.text("subscriptions").contains(other), "{}", found.all);
}

#[tokio::test]
async fn settings_that_mean_something_else_and_places_that_are_not_there() {
    let world = world().await;
    for (name, value, check, status, words) in [
        (
            "SWEEP_SCHEDULE",
            "0 */5 * * * MON-SUN",
            "timetable",
            "warning",
            "docs/settings.md",
        ),
        (
            "CALENDARS",
            "plant = /nowhere/plant.ics",
            "calendars",
            "warning",
            "plant: /nowhere/plant.ics",
        ),
        (
            "BEACONS",
            "/nowhere/beacons",
            "beacons",
            "failed",
            "/nowhere/beacons",
        ),
    ] {
        let found = doctor(&world, &[(name, value)]).await;
        found.only(check, status);
        assert!(found.text(check).contains(words), "{name}: {}", found.all);
    }
    let bad = doctor(&world, &[("LEASE", "5"), ("CONCURRENCY", "0")]).await;
    assert_eq!(
        (bad.code, bad.named("failed")),
        (2, vec!["settings"]),
        "{}",
        bad.all
    );
    let line = bad.text("settings");
    assert!(
        line.contains("LEASE") && line.contains("CONCURRENCY"),
        "{line}"
    );
    let all = bad.body["checks"].as_array().expect("checks").len();
    assert_eq!(bad.named("not-tried").len(), all - 1, "{}", bad.all);
}

async fn last_sweep(world: &World) -> Found {
    doctor(world, &[]).await
}

#[tokio::test]
async fn no_sweep() {
    let world = world().await;
    world.simulator.advance_to(at("23T12:29"));
    assert_eq!(last_sweep(&world).await.wrong().len(), 0);
    world.simulator.advance_to(at("23T15:00"));
    let found = last_sweep(&world).await;
    found.only("last-sweep", "failed");
    let line = found.text("last-sweep");
    assert!(
        line.contains("ended 2026-11-23T12:00:00Z, 3 hours ago"),
        "{line}"
    );
    let never = World::new(fleet(json!([ci()]), &[])).await;
    last_sweep(&never).await.only("last-sweep", "warning");
}

#[tokio::test]
async fn tags_that_cannot_be_read() {
    let odd =
        crate::common::world::instance("odd", json!({"lamp-schedule": "Mon-Fry 08:00-19:00"}));
    let world = world_of(fleet(json!([ci(), odd]), &[]), Options::default()).await;
    let found = doctor(&world, &[]).await;
    found.only("tonight", "warning");
    let line = found.text("tonight");
    assert!(
        line.contains("tags that cannot be read: 1 resource")
            && line.contains("lamplighter lint --all"),
        "{line}"
    );
}
