//! Workload identity: the token of a Kubernetes service account, exchanged over TLS for one that Azure takes.

use crate::common::certificates;
use crate::common::folder::Folder;
use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Utc;
use lamplighter_simulator::Options;
use serde_json::{Value, json};

const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const CLIENT: &str = "99999999-8888-7777-6666-555555555555";
const AUDIENCE: &str = "api://AzureADTokenExchange";
const EXCHANGE: &str = "/{tenant}/oauth2/v2.0/token";

/// A simulator that speaks TLS, and where a pod finds its service account's token.
struct Pod {
    world: World,
    folder: Folder,
}

impl Pod {
    async fn new() -> Pod {
        let folder = Folder::new("pod");
        let (ca, cert, key) = certificates::of_this_computer(&folder);
        let options = Options {
            tls_cert: Some(cert),
            tls_key: Some(key),
            ..Options::default()
        };
        let instances = json!([instance("ci-ana", json!({"lamp-schedule": OFFICE}))]);
        let mut world = World::with(fleet(instances, &[]), options).await;
        world.set("SSL_CERT_FILE", &ca.display().to_string());
        // What the webhook of Azure's workload identity puts into a pod.
        let token = folder.join("azure-identity-token");
        world.set("AZURE_FEDERATED_TOKEN_FILE", &token.display().to_string());
        world.set(
            "AZURE_AUTHORITY_HOST",
            &format!("{}/", world.simulator.url()),
        );
        world.set("AZURE_TENANT_ID", TENANT);
        world.set("AZURE_CLIENT_ID", CLIENT);
        let pod = Pod { world, folder };
        pod.write(&json!(AUDIENCE), 3600);
        pod
    }

    /// Writes a token for that audience and with so many seconds left, as a cluster does.
    fn write(&self, audience: &Value, left: i64) {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({
            "iss": "https://westeurope.oic.prod-aks.azure.com/t/c/", "aud": audience,
            "sub": "system:serviceaccount:lamplighter:lamplighter", "exp": Utc::now().timestamp() + left,
        });
        let head = part(json!({"alg": "RS256", "typ": "JWT"}));
        let token = format!("{head}.{}.c2ln\n", part(claims));
        std::fs::write(self.folder.join("azure-identity-token"), token).expect("it is written");
    }

    async fn sweep(&self, settings: &[(&str, &str)]) -> Printed {
        let now = self.world.simulator.now().to_rfc3339();
        self.world
            .run_with(&["sweep", "--at", &now], settings)
            .await
    }

    fn calls(&self, route: &str) -> u64 {
        let calls = self.world.simulator.calls().routes;
        let counts = calls.iter().filter(|line| line.route == route);
        counts.map(|line| line.count).sum()
    }
}

#[tokio::test]
async fn a_service_accounts_token_signs_in_before_any_other_way() {
    let pod = Pod::new().await;
    pod.world
        .simulator
        .advance_to("2026-11-23T21:00:00Z".parse().expect("a time"));
    let swept = pod.sweep(&[]).await;
    assert_eq!(swept.code, 0, "{}", swept.all());
    assert!(
        swept
            .stdout
            .contains("Have stopped 1 and started 0 of 1 resources"),
        "{}",
        swept.all()
    );
    assert!(pod.calls(EXCHANGE) > 0);
    assert_eq!(pod.calls("/msi/token"), 0);
    // A cluster may write the audience as a list.
    pod.write(&json!([AUDIENCE]), 3600);
    let swept = pod.sweep(&[]).await;
    assert_eq!(swept.code, 0, "{}", swept.all());
    // Without the file, the next way is taken.
    let before = pod.calls(EXCHANGE);
    let swept = pod.sweep(&[("AZURE_FEDERATED_TOKEN_FILE", "")]).await;
    assert_eq!(swept.code, 0, "{}", swept.all());
    assert_eq!(pod.calls(EXCHANGE), before);
    assert!(pod.calls("/msi/token") > 0);
}

#[tokio::test]
async fn what_entra_refuses_is_told_in_its_own_words_and_nothing_is_asked() {
    let pod = Pod::new().await;
    let refused = async |settings: &[(&str, &str)], words: &str| {
        let swept = pod.sweep(settings).await;
        let told = swept.all();
        assert_eq!(swept.code, 1, "{told}");
        assert!(
            told.contains("no token") && told.contains(words),
            "{words}: {told}"
        );
        assert!(told.contains(CLIENT) && !told.contains("eyJ"), "{told}");
    };
    refused(
        &[("AZURE_TENANT_ID", "elsewhere.example.org")],
        "Tenant 'elsewhere.example.org' not found",
    )
    .await;
    pod.write(&json!(AUDIENCE), -1);
    refused(&[], "not within its valid time range").await;
    pod.write(&json!("https://kubernetes.default.svc"), 3600);
    refused(&[], "No matching federated identity record").await;
    std::fs::write(pod.folder.join("azure-identity-token"), "no token at all")
        .expect("it is written");
    refused(&[], "malformed").await;
    let asked = pod.world.simulator.calls();
    let routes: Vec<&str> = asked
        .routes
        .iter()
        .map(|line| line.route.as_str())
        .collect();
    assert_eq!(routes, [EXCHANGE], "{asked:?}");
}

#[tokio::test]
async fn what_is_missing_of_it_is_wrong_settings() {
    let pod = Pod::new().await;
    for (name, value, words) in [
        (
            "AZURE_FEDERATED_TOKEN_FILE",
            "not-there",
            "a file that can be read",
        ),
        ("AZURE_CLIENT_ID", "", "the client id"),
        ("AZURE_TENANT_ID", "", "the id or the domain of a tenant"),
        (
            "AZURE_TENANT_ID",
            "a tenant/with a path",
            "the id or the domain of a tenant",
        ),
        ("AZURE_AUTHORITY_HOST", "http://127.0.0.1:9", "an https URL"),
        (
            "AZURE_AUTHORITY_HOST",
            "https://ana:secret@127.0.0.1:9",
            "an https URL",
        ),
    ] {
        let swept = pod.sweep(&[(name, value)]).await;
        assert_eq!(swept.code, 2, "{name}: {}", swept.all());
        let line = format!("setting {name}: ");
        assert!(
            swept.stderr.contains(&line) && swept.stderr.contains(words),
            "{}",
            swept.all()
        );
        assert!(!swept.stderr.contains("secret"), "{}", swept.stderr);
    }
    // An empty host is none: Azure's own.
    let listed = pod
        .world
        .run_with(&["settings", "--json"], &[("AZURE_AUTHORITY_HOST", "")])
        .await;
    assert_eq!(listed.code, 0, "{}", listed.all());
}
