//! Azure Blob storage as a store: who we are to it, and how long we wait for it.

use super::location::{Access, Container};
use async_trait::async_trait;
use lamplighter_azure::TokenCredential;
use object_store::azure::{AzureCredential, MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::client::{
    ClientOptions, CredentialProvider, HttpClient, HttpConnector, HttpError, HttpErrorKind,
    HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};
use object_store::{BackoffConfig, RetryConfig};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Mutex;
use url::Url;

/// One call. A document is a few kilobytes; a sweep has four minutes for everything.
const CALL: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);
/// After this long no further try of a call is begun.
const TRIES: Duration = Duration::from_secs(15);
const TOKEN: Duration = Duration::from_secs(20);
const SCOPE: &str = "https://storage.azure.com/.default";
/// A token is renewed when it has less than this to live, in seconds.
const RENEW: u64 = 300;

pub(super) fn store(
    container: &Container,
    credential: Option<Arc<dyn TokenCredential>>,
) -> object_store::Result<MicrosoftAzure> {
    let options = ClientOptions::new()
        .with_timeout(CALL)
        .with_connect_timeout(CONNECT)
        .with_allow_http(container.endpoint.scheme() == "http");
    let builder = MicrosoftAzureBuilder::new()
        .with_account(&container.account)
        .with_container_name(&container.name)
        .with_retry(retries())
        .with_client_options(options);
    let endpoint = container.endpoint.as_str().trim_end_matches('/').to_owned();
    let builder = match &container.access {
        Access::Emulator => builder
            .with_use_emulator(true)
            .with_http_connector(ToEndpoint(container.endpoint.clone())),
        Access::Sas(pairs) => builder
            .with_endpoint(endpoint)
            .with_sas_authorization(pairs.clone()),
        Access::Token => builder.with_endpoint(endpoint),
    };
    match credential {
        Some(credential) => builder.with_credentials(Arc::new(Tokens {
            credential,
            last: Mutex::new(None),
        })),
        None => builder,
    }
    .build()
}

fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(2),
            base: 2.0,
        },
        max_retries: 2,
        retry_timeout: TRIES,
    }
}

/// Tokens of `azure_identity`, as `object_store` takes them.
struct Tokens {
    credential: Arc<dyn TokenCredential>,
    last: Mutex<Option<Token>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(REDACTED)")
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
enum NoToken {
    #[error("no token for {SCOPE} within {} s", TOKEN.as_secs())]
    Late,
    #[error("no token for {SCOPE}: {0}")]
    Refused(String),
}

struct Token {
    credential: Arc<AzureCredential>,
    /// Seconds since 1970, UTC.
    expires: u64,
}

#[async_trait]
impl CredentialProvider for Tokens {
    type Credential = AzureCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AzureCredential>> {
        // Held while asking, so that many calls at once ask for one token.
        let mut last = self.last.lock().await;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        if let Some(token) = &*last
            && token.expires > now + RENEW
        {
            return Ok(token.credential.clone());
        }
        match (self.ask().await, &*last) {
            (Ok(token), _) => {
                let credential = token.credential.clone();
                *last = Some(token);
                Ok(credential)
            }
            // The old one serves to its end while the new one cannot be had.
            (Err(_), Some(token)) if token.expires > now => Ok(token.credential.clone()),
            (Err(problem), _) => Err(object_store::Error::Generic {
                store: "ledger",
                source: Box::new(problem),
            }),
        }
    }
}

impl Tokens {
    async fn ask(&self) -> Result<Token, NoToken> {
        let asked = tokio::time::timeout(TOKEN, self.credential.get_token(&[SCOPE], None)).await;
        let token = asked
            .map_err(|_| NoToken::Late)?
            .map_err(|e| NoToken::Refused(e.to_string()))?;
        Ok(Token {
            credential: Arc::new(AzureCredential::BearerToken(
                token.token.secret().to_owned(),
            )),
            expires: u64::try_from(token.expires_on.unix_timestamp()).unwrap_or(0),
        })
    }
}

/// Sends every call to Azurite where it really listens. `object_store` alone knows the emulator's key, and
/// takes its address from an environment variable only; the signature does not cover the address.
#[derive(Debug)]
struct ToEndpoint(Url);

impl HttpConnector for ToEndpoint {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Readdressed {
            inner: ReqwestConnector::default().connect(options)?,
            scheme: self.0.scheme().to_owned(),
            authority: self.0.authority().to_owned(),
        }))
    }
}

#[derive(Debug)]
struct Readdressed {
    inner: HttpClient,
    scheme: String,
    authority: String,
}

#[async_trait]
impl HttpService for Readdressed {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let address = format!("{}://{}{path}", self.scheme, self.authority);
        *request.uri_mut() = address
            .parse()
            .map_err(|e| HttpError::new_boxed(HttpErrorKind::Unknown, Box::new(e)))?;
        self.inner.execute(request).await
    }
}
