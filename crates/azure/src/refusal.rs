//! What Azure's refusals of a start or a stop mean, and what somebody can do about each.

use super::error::AzureError;

/// A refusal that is known by Azure's code, or by words of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// As Azure spells it; of a refusal that has none of its own, words of the message, in lower case.
    pub known_by: &'static str,
    /// It does not pass by itself, so the first one is a failure already.
    pub stands: bool,
    /// What is the matter, and what to do.
    pub remedy: &'static str,
}

const CAPACITY: &str = "Azure has no room for its size in this region now: Lamplighter keeps asking; for good, another \
                        size or region";
const QUOTA: &str = "the quota of its subscription and region does not allow it: ask for more quota, or stop something";
const ROLE: &str = "the identity may not do it: grant it Lamplighter's role on this subscription or resource group";

/// Every refusal of which is known what to do; `docs/operations.md` has the same table for people.
pub const REFUSALS: [Refusal; 15] = [
    Refusal {
        known_by: "ScopeLocked",
        stands: true,
        remedy: "a read-only lock forbids it: remove the lock from the scope that Azure names, or tag the resource \
                 lamp-mode: ignore",
    },
    Refusal {
        known_by: "ReadOnlyDisabledSubscription",
        stands: true,
        remedy: "its subscription is disabled, so all in it can only be read: enable it again, or leave it out of \
                 SUBSCRIPTIONS",
    },
    passing(
        "disk is full",
        "its disk is full, and Azure does not stop an instance with a full disk: delete files in a terminal on it, or \
         delete the instance",
    ),
    passing(
        "MissingSubscriptionRegistration",
        "the resource provider is not registered: az provider register --namespace Microsoft.MachineLearningServices",
    ),
    passing(
        "RequestDisallowedByPolicy",
        "an Azure Policy denies it: exempt the resource from the policy that Azure names",
    ),
    passing("AuthorizationFailed", ROLE),
    passing("LinkedAuthorizationFailed", ROLE),
    passing(
        "DenyAssignmentAuthorizationFailed",
        "a deny assignment forbids it: whoever made that must exclude Lamplighter's identity",
    ),
    passing("AllocationFailed", CAPACITY),
    passing("ZonalAllocationFailed", CAPACITY),
    passing("SkuNotAvailable", CAPACITY),
    passing("QuotaExceeded", QUOTA),
    passing("not enough quota", QUOTA),
    passing("OperationNotAllowed", QUOTA),
    passing(
        "Conflict",
        "another operation on it has not ended: look at it in the studio, and restart or delete it where it does not",
    ),
];

/// What there is to do about a refusal that nothing is known of.
const UNKNOWN: &str = "Lamplighter asks again with each sweep; where Azure's own words do not help, stop or start it in \
                       the studio, which shows more";

const fn passing(known_by: &'static str, remedy: &'static str) -> Refusal {
    Refusal {
        known_by,
        stands: false,
        remedy,
    }
}

impl Refusal {
    /// What is known of a refusal; `None` where nothing is.
    pub fn of(error: &AzureError) -> Option<&'static Refusal> {
        let message = error.message().to_lowercase();
        REFUSALS.iter().find(|known| match error.code() {
            Some(code) if code.eq_ignore_ascii_case(known.known_by) => true,
            _ => message.contains(known.known_by),
        })
    }

    /// Whether it does not pass by itself.
    pub fn stands(error: &AzureError) -> bool {
        Refusal::of(error).is_some_and(|known| known.stands)
    }

    /// What to do about a refusal.
    pub fn remedy(error: &AzureError) -> &'static str {
        Refusal::of(error).map_or(UNKNOWN, |known| known.remedy)
    }
}
