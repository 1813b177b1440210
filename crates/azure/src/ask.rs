//! Single calls of somebody who wants to know whether they can be made.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use lamplighter_core::kinds::{Call, base};
use serde_json::Value;
use tokio::time::Instant;

/// Role assignments of the caller, as Azure shows them: what each allows, and what it takes away from that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(pub Vec<Grant>);

/// Of one role: patterns of actions, with `*` for any text, in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    pub actions: Vec<String>,
    pub not_actions: Vec<String>,
}

impl Arm {
    /// Makes one call, and looks at nothing of its answer but whether there is one.
    ///
    /// # Errors
    /// As Azure answers.
    pub async fn try_call(&self, call: &Call, deadline: Instant) -> Result<(), AzureError> {
        self.send(&self.wire(call), deadline).await.map(drop)
    }

    /// Makes sure that there is a token.
    ///
    /// # Errors
    /// There is none.
    pub async fn sign_in(&self, deadline: Instant) -> Result<(), AzureError> {
        self.token(deadline).await
    }

    /// The caller's own permissions, as `call` asks for them: in a workspace, or on a resource.
    ///
    /// # Errors
    /// They cannot be read; Azure may refuse that too.
    pub async fn permissions(
        &self,
        call: &Call,
        deadline: Instant,
    ) -> Result<Permissions, AzureError> {
        let call = self.wire(call);
        let listing = self.list(call, deadline, grant).await?;
        match listing.incomplete {
            Some(error) => Err(error),
            None => Ok(Permissions(listing.items)),
        }
    }

    /// Whether the provider of machine learning is registered in a subscription: Azure's own word for it.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn registration(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<String, AzureError> {
        let call = self.wire(&base::provider(subscription));
        let reply = self.send(&call, deadline).await?;
        let body: Value = reply.json(call.name, &call.url)?;
        let state = body["registrationState"].as_str().map(str::to_owned);
        let words = "no registrationState in the answer";
        state.ok_or_else(|| call.error(ErrorKind::Garbled, words))
    }
}

/// One of the list of permissions. A list that is not there is an empty one.
fn grant(item: &Value) -> Result<Grant, &'static str> {
    let list = |name: &str| -> Result<Vec<String>, &'static str> {
        let texts = match item.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(list) => list.as_array().ok_or("permissions that are no list")?,
        };
        let text = |text: &Value| text.as_str().map(str::to_owned);
        let read: Option<Vec<String>> = texts.iter().map(text).collect();
        read.ok_or("a permission that is no text")
    };
    Ok(Grant {
        actions: list("actions")?,
        not_actions: list("notActions")?,
    })
}
