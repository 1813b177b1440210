//! The way in that Azure itself demands: bearer tokens over TLS, to a real Azurite that looks at their
//! claims. The process that trusts Azurite's certificate is this test program, started again: told to
//! by its environment, the same test plays that part.

use crate::common::azurite::Azurite;
use crate::common::certificates;
use crate::common::copy;
use crate::common::folder::Folder;
use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::{Duration, OffsetDateTime};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::{Appended, Ledger};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Tells the copy that it is one, and where the ledger is.
const COPY: &str = "LEDGER_LOCATION_OF_COPY";
const NOON: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("in range");

/// Tokens that Azurite takes, each good for `lives`; a negative life is one that is over.
#[derive(Debug)]
struct Fake {
    lives: Duration,
    asked: AtomicU32,
}

impl Fake {
    fn living(lives: Duration) -> Arc<Fake> {
        Arc::new(Fake {
            lives,
            asked: AtomicU32::new(0),
        })
    }
}

#[async_trait]
impl TokenCredential for Fake {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert_eq!(scopes, ["https://storage.azure.com/.default"]);
        let expires = OffsetDateTime::now_utc() + self.lives;
        let claims = serde_json::json!({
            "aud": "https://storage.azure.com", "iss": "https://sts.windows.net/t/",
            "iat": 0, "nbf": 0, "exp": expires.unix_timestamp(), "oid": "o", "tid": "t",
        });
        let part = |value: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let header = serde_json::json!({"alg": "RS256", "typ": "JWT"});
        let token = format!("{}.{}.c2ln", part(&header), part(&claims));
        Ok(AccessToken::new(token, expires))
    }
}

async fn open(location: &str, credential: &Arc<Fake>) -> Ledger {
    let credential: Arc<dyn TokenCredential> = credential.clone();
    Ledger::open(location, || Ok(credential))
        .await
        .expect("it opens")
}

#[tokio::test]
async fn bearer_tokens_open_a_ledger_over_tls() {
    if let Ok(location) = std::env::var(COPY) {
        return use_tokens(&location).await;
    }
    let folder = Folder::new("ledger");
    let (ca, cert, key) = certificates::of_this_computer(&folder);
    let pem = std::fs::read(&ca).expect("it was written");
    let trusted = reqwest::Certificate::from_pem(&pem).expect("a certificate");
    let client = reqwest::Client::builder().tls_certs_only([trusted]);
    let azurite = Azurite::start_tls(&cert, &key, client);
    let location = azurite.container().await;
    assert!(location.starts_with("https://127.0.0.1:"), "{location}");
    let test = "bearer_tokens_open_a_ledger_over_tls";
    let copy = copy::of(module_path!(), test)
        .env(COPY, location)
        .env("SSL_CERT_FILE", ca)
        .output()
        .expect("the copy starts");
    let printed = String::from_utf8_lossy(&copy.stdout);
    // A copy that has found no test to play would end well, too.
    assert!(
        copy.status.success() && printed.contains("1 passed"),
        "{printed}{}",
        String::from_utf8_lossy(&copy.stderr)
    );
}

async fn use_tokens(location: &str) {
    let hour = Fake::living(Duration::hours(1));
    let ledger = open(location, &hour).await;
    let (_, version) = ledger.load::<u32>("w").await.expect("it loads");
    ledger.save("w", &1, &version).await.expect("it saves");
    let (a, b) = tokio::join!(
        ledger.append(NOON, "a", &"a"),
        ledger.append(NOON, "a", &"a")
    );
    assert_ne!(a, b);
    assert!([&a, &b].contains(&&Ok(Appended::Written)), "{a:?} {b:?}");
    let read = ledger
        .records::<String>(NOON, NOON + TimeDelta::seconds(1))
        .await
        .expect("it reads");
    assert_eq!(read.records, ["a"]);
    assert_eq!(
        hour.asked.load(Ordering::Relaxed),
        1,
        "one token serves its hour"
    );

    // One that is about to end is renewed before it is used.
    let minute = Fake::living(Duration::minutes(1));
    let ledger = open(location, &minute).await;
    for _ in 0..2 {
        assert_eq!(ledger.load::<u32>("w").await.expect("it loads").0, 1);
    }
    assert!(minute.asked.load(Ordering::Relaxed) >= 2);

    // One that Azure does not take is an error that says what was expected, and does not show it.
    let over = Fake::living(Duration::hours(-1));
    let error = open(location, &over)
        .await
        .load::<u32>("w")
        .await
        .expect_err("it is over");
    let line = error.to_string();
    assert!(
        line.contains("access refused") && line.contains("Storage Blob Data Contributor"),
        "{line}"
    );
    assert!(!line.contains("eyJ") && !line.contains('\n'), "{line}");
}
