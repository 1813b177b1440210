//! Tokens, by azure_identity: the managed identity when deployed, developer tools otherwise.

use super::error::{AzureError, Kind, short};
use azure_core::credentials::{AccessToken, TokenCredential};
use azure_identity::{
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId,
};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// The credential of this place: the managed identity where App Service offers one (`IDENTITY_ENDPOINT`), the
/// user-assigned one where `client_id` names it; else whoever is signed in to the developer tools.
pub fn credential(client_id: Option<&str>) -> Result<Arc<dyn TokenCredential>, AzureError> {
    let refused = |error: azure_core::Error| {
        AzureError::new("sign in", Kind::NoToken(short(&error.to_string())))
    };
    if std::env::var_os("IDENTITY_ENDPOINT").is_none_or(|endpoint| endpoint.is_empty()) {
        return Ok(DeveloperToolsCredential::new(None).map_err(refused)?);
    }
    let user_assigned_id = client_id.map(|id| UserAssignedId::ClientId(id.to_string()));
    let options = ManagedIdentityCredentialOptions {
        user_assigned_id,
        ..Default::default()
    };
    Ok(ManagedIdentityCredential::new(Some(options)).map_err(refused)?)
}

/// One scope's token, kept until shortly before it ends, asked for by one caller at a time.
pub struct Tokens {
    credential: Arc<dyn TokenCredential>,
    scope: String,
    kept: Mutex<Option<AccessToken>>,
}

/// A token with less life left than this is asked for anew.
const MARGIN: Duration = Duration::from_secs(300);

impl Tokens {
    pub fn new(credential: Arc<dyn TokenCredential>, scope: String) -> Tokens {
        Tokens {
            credential,
            scope,
            kept: Mutex::new(None),
        }
    }

    /// The `Authorization` header's value.
    pub async fn bearer(&self) -> Result<String, Kind> {
        let mut kept = self.kept.lock().await;
        let fresh =
            |token: &&AccessToken| SystemTime::from(token.expires_on) > SystemTime::now() + MARGIN;
        if let Some(token) = kept.as_ref().filter(fresh) {
            return Ok(format!("Bearer {}", token.token.secret()));
        }
        let token = self.credential.get_token(&[&self.scope], None).await;
        let token = token.map_err(|error| Kind::NoToken(short(&error.to_string())))?;
        let bearer = format!("Bearer {}", token.token.secret());
        *kept = Some(token);
        Ok(bearer)
    }

    /// Forgets a token that was not accepted.
    pub async fn forget(&self) {
        *self.kept.lock().await = None;
    }
}
