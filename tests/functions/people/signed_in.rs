//! People who sign in by the platform.

use super::{Told, WORKSPACE};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use lamplighter_core::record::{Door, WorkspaceState};
use lamplighter_host_emulator::Trace;
use serde_json::{Value, json};

const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
/// The object id of somebody who owns nothing.
const OTHER: &str = "22222222-86f1-41af-91ab-2d7cd011db47";

/// What the platform's sign-in puts before a request.
fn principal(oid: &str, tenant: &str) -> String {
    let claims = json!([{"typ": "oid", "val": oid}, {"typ": "tid", "val": tenant}]);
    let principal =
        json!({"auth_typ": "aad", "claims": claims, "name_typ": "name", "role_typ": "roles"});
    STANDARD.encode(principal.to_string())
}

#[tokio::test]
async fn an_owner_who_has_signed_in_needs_no_secret_in_the_link() {
    let settings = [
        ("SIGN_IN", "owner"),
        ("SIGN_IN_TENANT", TENANT),
        ("WEBSITE_AUTH_ENABLED", "True"),
    ];
    let told = Told::new(&["ci-ana"], &settings).await;
    let link = told.links().remove(0);
    let id = link.query_pairs().next().expect("an id").1.into_owned();
    assert!(link.path() == "/api/resource" && id.ends_with("/computes/ci-ana"));
    assert_eq!(told.asked("GET", &link, &[]).await.status, 401);
    let (states, _) = told
        .ledger()
        .await
        .load::<WorkspaceState>(WORKSPACE)
        .await
        .expect("a state");
    let owner = states.resources[&id]
        .owner_id
        .clone()
        .expect("an object id");
    let (owner, other) = (principal(&owner, TENANT), principal(OTHER, TENANT));
    let other = [("x-ms-client-principal", other.as_str())];
    assert_eq!(told.asked("GET", &link, &other).await.status, 404);
    let own = ("x-ms-client-principal", owner.as_str());
    let page = told.asked("GET", &link, &[own]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, rest) = page.body.split_once(r#"name="t" value=""#).expect("a form");
    let token = rest.split('"').next().expect("a value");
    let body = format!("t={token}&for=1h");
    let form = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    for (more, status) in [(other[0], 404), (own, 200)] {
        let headers = [form[0], form[1], more];
        let sent = told.sent("POST", "/api/resource", &headers, Some(&body));
        assert_eq!(sent.await.status, status);
    }
    let held = told.holds().await.remove(0).hold;
    // From when its schedule ends; whoever is told late is stopped later than that.
    let (hour, late) = (TimeDelta::hours(1), told.stop_at + TimeDelta::hours(1));
    assert!(held.until <= late && held.until > late - hour, "{held:?}");
    assert_eq!(
        (held.door, held.by.as_deref()),
        (Door::SignedIn, Some("ana@example.org"))
    );
}

#[tokio::test]
async fn where_the_platform_signs_nobody_in_nobody_gets_in_and_the_log_says_so() {
    let settings = [("SIGN_IN", "tenant"), ("SIGN_IN_TENANT", TENANT)];
    let told = Told::new(&["ci-ana"], &settings).await;
    let link = told.links().remove(0);
    let forged = principal(OTHER, TENANT);
    let forged = [("x-ms-client-principal", forged.as_str())];
    for headers in [&[][..], &forged] {
        assert_eq!(told.asked("GET", &link, headers).await.status, 404);
    }
    let warnings = |traces: &[Trace]| -> Vec<Value> {
        let lines = traces
            .iter()
            .filter_map(|trace| serde_json::from_str(&trace.text).ok());
        let of_it = |line: &Value| {
            let words = "WEBSITE_AUTH_ENABLED is not true: the platform signs nobody in";
            line["message"].to_string().contains(words)
        };
        lines.filter(of_it).collect()
    };
    let enough = |traces: &[Trace]| !warnings(traces).is_empty();
    let traces = told.app.traces().until(enough).await.expect("a warning");
    let found = warnings(&traces);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (&found[0]["level"], &found[0]["event"]),
        (&json!("WARN"), &json!("oddity"))
    );
}
