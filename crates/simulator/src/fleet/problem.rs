//! What can be wrong with a fleet, and what its checks share.

use super::organisation::Fleet;
use super::sizes::size;
use crate::kinds::cluster::check::ClusterError;
use crate::kinds::endpoint::check::EndpointError;
use crate::kinds::foundry::check::AccountError;
use crate::kinds::instance::check::SpecError;
use crate::world::estate::PROVIDER;
use std::collections::{HashMap, HashSet};

/// A field, by path, and what is wrong with it.
pub(super) struct BadField {
    pub field: String,
    pub problem: Problem,
}

/// What is wrong with a field.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("a fleet has at least one subscription")]
    NoSubscription,
    #[error("expected a time from 1970 to 2199")]
    Start,
    #[error("expected 1 to 86400")]
    BeaconSeconds,
    #[error("\"{0}\" is not a name; expected text without / ? #")]
    NotAName(String),
    #[error("\"{0}\" is there twice")]
    Twice(String),
    #[error("a subscription with workspaces has {PROVIDER} registered")]
    Registered,
    #[error("expected a region such as westeurope")]
    Location,
    #[error(transparent)]
    Instance(#[from] SpecError),
    #[error("expected Regular or Spot")]
    Priority,
    #[error("no built-in size is named \"{0}\"; give its price, or list it under `unpriced`")]
    Size(String),
    #[error("expected a time of four digits such as 1930, and a zone by its Windows name")]
    AutoShutdown,
    #[error("a cluster has at least one pool of nodes")]
    NoPool,
    #[error("instances and clusters are made by their workspace, not attached")]
    NotAttached,
    #[error("`resource` and `resourceId` exclude each other")]
    TwoResources,
    #[error("no resource that fits is named \"{0}\" in this subscription; expected group/name")]
    NoResource(String),
    #[error("no other workspace of this group is named \"{0}\"")]
    NoHub(String),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error("expected 1 <= minimum <= maximum")]
    Range,
    #[error("no deployment is named \"{0}\"; expected workspace/endpoint/deployment")]
    NoDeployment(String),
    #[error("\"{0}\" is scaled by another setting already")]
    TwoSettings(String),
    #[error("`arrives` and `leaves` belong together; `{missing}` is missing")]
    HalfADay { missing: &'static str },
    #[error("\"{0}\" names several instances; workspace names must differ")]
    Ambiguous(String),
    #[error("no instance is named \"{0}\"; expected workspace/instance")]
    Unknown(String),
}

impl Problem {
    pub(super) fn at(self, field: impl Into<String>) -> BadField {
        BadField {
            field: field.into(),
            problem: self,
        }
    }
}

/// How often each name is there, in lower case.
pub(super) type Count = HashMap<String, usize>;

/// What is named `workspace/…`, by sort.
#[derive(Default)]
pub(super) struct Known {
    pub instances: Count,
    pub clusters: Count,
    /// `workspace/endpoint/deployment`.
    pub deployments: Count,
}

/// A name is there, has no slash and is not all dots (it stands in paths) and is unique among its like, ignoring case.
pub(super) fn name(name: &str, path: &str, taken: &mut HashSet<String>) -> Result<(), BadField> {
    if name.trim_matches(['.', ' ']).is_empty() || name.contains(['/', '?', '#']) {
        return Err(Problem::NotAName(name.to_owned()).at(path));
    }
    if !taken.insert(name.to_lowercase()) {
        return Err(Problem::Twice(name.to_owned()).at(path));
    }
    Ok(())
}

/// Whether the fleet or the built-in list has a price for a size in a region, or the fleet says that it has none.
pub(super) fn knows_size(fleet: &Fleet, wanted: &str, location: &str) -> bool {
    let priced = fleet.prices.iter().any(|price| {
        price.arm_sku_name.eq_ignore_ascii_case(wanted)
            && price.region.eq_ignore_ascii_case(location)
    });
    let unpriced = fleet
        .unpriced
        .iter()
        .any(|name| name.eq_ignore_ascii_case(wanted));
    priced || unpriced || size(wanted).is_some()
}
