//! Tokens: where they come from, and one kept until it is near its end.

use super::error::{AzureError, ErrorKind, chain};
use azure_core::cloud::CloudConfiguration;
use azure_core::credentials::{AccessToken, TokenCredential};
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{
    ClientAssertionCredentialOptions, DeveloperToolsCredential, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

const CALL: &str = "get a token";
/// A token is replaced when it has less than this left; longer than a sweep takes.
const MARGIN: Duration = Duration::from_secs(300);
/// The longest time to wait for one token.
const FETCH: Duration = Duration::from_secs(30);
/// ARM of the public cloud; the audience also where the endpoint is not one of Azure's own.
const PUBLIC: &str = "https://management.azure.com/.default";
/// The hosts whose tokens name themselves as audience.
const CLOUDS: [&str; 3] = [
    "management.azure.com",
    "management.chinacloudapi.cn",
    "management.usgovcloudapi.net",
];

/// The credential this environment offers: workload identity where `AZURE_FEDERATED_TOKEN_FILE` is set, the managed
/// identity where Azure's `IDENTITY_ENDPOINT` is (`client_id` names a user-assigned one), else whoever is signed in to the
/// developer tools.
pub fn from_environment(client_id: Option<&str>) -> Result<Arc<dyn TokenCredential>, AzureError> {
    let client_id = client_id.filter(|id| !id.is_empty()).map(str::to_owned);
    if let Some(file) = set("AZURE_FEDERATED_TOKEN_FILE") {
        return workload_identity(client_id, file);
    }
    match set("IDENTITY_ENDPOINT") {
        Some(_) => managed_identity(client_id),
        None => Ok(DeveloperToolsCredential::new(None).map_err(setup)?),
    }
}

/// Kubernetes' way: a file's token, which the cluster renews, for one of Microsoft Entra's.
fn workload_identity(
    client_id: Option<String>,
    file: OsString,
) -> Result<Arc<dyn TokenCredential>, AzureError> {
    // What is empty counts as not set, also for what azure_identity itself reads.
    let host = set("AZURE_AUTHORITY_HOST");
    let cloud = host.is_none().then_some(CloudConfiguration::AzurePublic);
    let options = WorkloadIdentityCredentialOptions {
        credential_options: ClientAssertionCredentialOptions {
            client_options: ClientOptions {
                transport: Some(transport(reqwest::Client::builder())?),
                cloud: cloud.map(Arc::new),
                ..Default::default()
            },
        },
        client_id,
        tenant_id: set("AZURE_TENANT_ID").and_then(|id| id.into_string().ok()),
        token_file_path: Some(file.into()),
    };
    Ok(WorkloadIdentityCredential::new(Some(options)).map_err(setup)?)
}

fn managed_identity(client_id: Option<String>) -> Result<Arc<dyn TokenCredential>, AzureError> {
    let options = ManagedIdentityCredentialOptions {
        user_assigned_id: client_id.map(UserAssignedId::ClientId),
        client_options: ClientOptions {
            // The identity endpoint is on this very host.
            transport: Some(transport(reqwest::Client::builder().no_proxy())?),
            ..Default::default()
        },
    };
    Ok(ManagedIdentityCredential::new(Some(options)).map_err(setup)?)
}

/// How tokens are asked for: nowhere else than where we asked, and without long waits.
fn transport(client: reqwest::ClientBuilder) -> Result<Transport, AzureError> {
    let client = client
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(20))
        .build()
        .map_err(|e| AzureError::at_path(ErrorKind::Setup, "credential", "", &chain(&e)))?;
    Ok(Transport::new(Arc::new(client)))
}

fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn setup(error: azure_core::Error) -> AzureError {
    AzureError::at_path(ErrorKind::Setup, "credential", "", &chain(&error))
}

/// What tokens for an ARM endpoint are asked for.
pub(super) fn arm_scope(endpoint: &Url) -> String {
    let host = endpoint.host_str().unwrap_or_default();
    match CLOUDS.contains(&host) {
        true => format!("https://{host}/.default"),
        false => PUBLIC.to_owned(),
    }
}

/// One token for one scope, shared by every call; fetched by one caller at a time.
#[derive(Debug)]
pub struct Tokens {
    credential: Arc<dyn TokenCredential>,
    scope: String,
    /// The user-assigned identity asked for, for messages.
    client_id: Option<String>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<AccessToken>,
    /// When fetching last failed, and how: those who waited meanwhile share the outcome.
    failed: Option<(Instant, AzureError)>,
}

impl Tokens {
    pub fn new(
        credential: Arc<dyn TokenCredential>,
        scope: String,
        client_id: Option<String>,
    ) -> Self {
        Tokens {
            credential,
            scope,
            client_id: client_id.filter(|id| !id.is_empty()),
            kept: Mutex::default(),
        }
    }

    /// A token good for longer than a sweep where one can be had before `deadline`.
    ///
    /// # Errors
    /// None can be had: why.
    pub async fn get(&self, deadline: Instant) -> Result<AccessToken, AzureError> {
        let asked = Instant::now();
        let late = |_| AzureError::at_path(ErrorKind::DeadlinePassed, CALL, "", "");
        let mut kept = tokio::time::timeout_at(deadline, self.kept.lock())
            .await
            .map_err(late)?;
        if let Some(token) = &kept.token
            && left(token) > MARGIN
        {
            return Ok(token.clone());
        }
        if let Some((at, error)) = &kept.failed
            && *at >= asked
        {
            return Err(error.clone());
        }
        let fetched = self.fetch(deadline).await;
        match (fetched, &kept.token) {
            (Ok(token), _) => {
                kept.token = Some(token.clone());
                kept.failed = None;
                Ok(token)
            }
            // The old one still holds for a while.
            (Err(_), Some(token)) if left(token) > Duration::ZERO => Ok(token.clone()),
            (Err(error), _) => {
                kept.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Drops the token that Azure has just refused, unless another has taken its place.
    pub async fn forget(&self, refused: &AccessToken) {
        let mut kept = self.kept.lock().await;
        if kept
            .token
            .as_ref()
            .is_some_and(|t| t.token == refused.token)
        {
            kept.token = None;
        }
    }

    async fn fetch(&self, deadline: Instant) -> Result<AccessToken, AzureError> {
        let until = deadline.min(Instant::now() + FETCH);
        let scopes = [self.scope.as_str()];
        let why =
            match tokio::time::timeout_at(until, self.credential.get_token(&scopes, None)).await {
                Ok(Ok(token)) => return Ok(token),
                Ok(Err(e)) => chain(&e),
                Err(_) => "no answer in time from where tokens come from".to_owned(),
            };
        let words = match &self.client_id {
            Some(id) => format!("for AZURE_CLIENT_ID {id}: {why}"),
            None => why,
        };
        Err(AzureError::at_path(ErrorKind::NoToken, CALL, "", &words))
    }
}

/// How long the token still holds.
fn left(token: &AccessToken) -> Duration {
    let seconds = token.expires_on.unix_timestamp() - chrono::Utc::now().timestamp();
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}
