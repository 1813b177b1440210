//! Why a change of a deployment's capacity was not accepted, in Azure's words as far as they are known.

use super::spec::Provisioning;
use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CapacityRefusal {
    #[error(
        "The instance count {asked} is not allowed; the minimum value of instance count is {minimum}."
    )]
    TooLow { asked: i64, minimum: u32 },
    #[error(
        "The instance count {asked} is not allowed; the maximum value of instance count is {maximum}."
    )]
    TooHigh { asked: i64, maximum: u32 },
    #[error("The sku of a deployment has the name Default and a capacity.")]
    Sku,
    #[error("Another operation is in progress; the provisioning state is {}.", .0.as_str())]
    Busy(Provisioning),
    #[error("The deployment is scaled by its router; a capacity is not accepted.")]
    Router,
    #[error(
        "Not enough quota available for {size} in SubscriptionId {subscription}. Current usage/limit: \
         {used}/{limit}. Additional needed: {needed} Please see troubleshooting guide, available here: \
         https://aka.ms/oe-tsg#error-outofquota"
    )]
    Quota {
        size: String,
        subscription: String,
        used: u32,
        limit: u32,
        needed: u32,
    },
}

impl CapacityRefusal {
    /// The HTTP status that comes with it.
    pub fn status(&self) -> u16 {
        match self {
            CapacityRefusal::Busy(_) => 409,
            _ => 400,
        }
    }

    /// Azure's code, the inner one where there is one.
    pub fn code(&self) -> &'static str {
        match self {
            CapacityRefusal::Busy(_) => "Conflict",
            CapacityRefusal::Quota { .. } => "InferencingClientCreateDeploymentFailed",
            _ => "BadRequest",
        }
    }

    /// The whole body.
    pub(crate) fn json(&self) -> Value {
        match self {
            CapacityRefusal::Quota { .. } => {
                let inner = json!({
                    "errors": {"VmSize": [self.to_string()]},
                    "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
                    "title": "One or more validation errors occurred.", "status": 400,
                });
                json!({"error": {
                    "code": "BadRequest", "message": "The request is invalid.", "target": null,
                    "details": [{
                        "code": self.code(),
                        "message": format!("InferencingClient HttpRequest error, error detail: {inner}"),
                    }],
                    "additionalInfo": [],
                }})
            }
            _ => json!({"error": {
                "code": self.code(), "message": self.to_string(), "target": null, "details": [],
                "additionalInfo": [],
            }}),
        }
    }
}
