//! What came of trying one right.

use super::facts::Tried;
use super::rights;
use crate::sweep::Context;
use lamplighter_azure::{AzureError, ErrorKind, Permissions};
use lamplighter_core::kinds::Call;
use tokio::time::Instant;

/// As ARM answers in a subscription in which the provider is not registered.
const UNREGISTERED: &str = "MissingSubscriptionRegistration";

/// Whether ARM has said so itself, whatever else is known of the registration.
pub fn is_unregistered(tried: &Tried) -> bool {
    matches!(tried, Tried::Unknown(error) if error.code() == Some(UNREGISTERED))
}

/// Tries a right by a call that needs it; one that acts, only where Azure does not show the identity its permissions.
pub async fn tried(
    context: &Context,
    call: &Call,
    action: &str,
    permissions: Option<&Permissions>,
    deadline: Instant,
) -> Tried {
    match permissions {
        Some(permissions) if !call.asks => match rights::allows(permissions, action) {
            true => Tried::Given,
            false => Tried::Missing,
        },
        _ => judged(context.arm.try_call(call, deadline).await),
    }
}

/// Azure looks at rights first: whatever else it refuses, the right is there.
fn judged(answer: Result<(), AzureError>) -> Tried {
    let Err(error) = answer else {
        return Tried::Given;
    };
    match error.kind() {
        _ if error.code() == Some(UNREGISTERED) => Tried::Unknown(error),
        ErrorKind::Forbidden if error.missing_right().is_some() => Tried::Missing,
        ErrorKind::NotFound | ErrorKind::WrongState | ErrorKind::Refused => Tried::Given,
        _ => Tried::Unknown(error),
    }
}
