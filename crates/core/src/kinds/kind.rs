//! Which kind a resource is.

use super::aks::Aks;
use super::bill::{BillRow, OnBill};
use super::cluster::Cluster;
use super::deployment::Deployment;
use super::goes_on::ListedMeter;
use super::instance::Instance;
use super::resource_kind::ResourceKind;
use super::vm::Vm;
use super::workbench::Workbench;
use crate::observe::{Compute, ComputeState};
use crate::schedule::Power;
use serde::{Deserialize, Serialize};

/// A kind of resource. In JSON it is its name; a name that this program does not know is kept as it is.
///
/// ```
/// use lamplighter_core::kinds::Kind;
///
/// assert_eq!(serde_json::to_string(&Kind::Instance)?, r#""instance""#);
/// let newer: Kind = serde_json::from_str(r#""sandbox""#)?;
/// assert_eq!(newer, Kind::Other("sandbox".into()));
/// assert_eq!(serde_json::to_string(&newer)?, r#""sandbox""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Kind {
    Instance,
    Cluster,
    Deployment,
    Vm,
    Aks,
    Workbench,
    /// Azure's own name of a kind that is never acted on, a kind newer than this program, or none at all ("").
    Other(String),
}

/// Every kind that can be acted on.
static KNOWN: [(Kind, &dyn ResourceKind); 6] = [
    (Kind::Instance, &Instance),
    (Kind::Cluster, &Cluster),
    (Kind::Deployment, &Deployment),
    (Kind::Vm, &Vm),
    (Kind::Aks, &Aks),
    (Kind::Workbench, &Workbench),
];

impl Kind {
    /// The kind of a compute.
    ///
    /// ```
    /// use lamplighter_core::kinds::{Kind, instance};
    /// use lamplighter_core::observe::{Compute, ComputeState};
    ///
    /// let compute = instance::imagined(ComputeState::Running);
    /// assert_eq!(Kind::of(&compute), Kind::Instance);
    /// let cluster = Compute { compute_type: Some("AmlCompute".into()), ..compute };
    /// assert_eq!(Kind::of(&cluster), Kind::Cluster);
    /// // Where the platform has not enabled it, nothing acts on one.
    /// let mut shown = cluster;
    /// shown.by_kind.observe_only = true;
    /// assert_eq!(Kind::of(&shown), Kind::Other("cluster".into()));
    /// ```
    pub fn of(compute: &Compute) -> Kind {
        let kind = Kind::named(compute.compute_type.as_deref());
        match compute.by_kind.observe_only {
            true => Kind::Other(kind.name().to_owned()),
            false => kind,
        }
    }

    /// The names of all that can be acted on.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|(_, known)| known.name())
    }

    /// What a row of a bill may be about, as each kind reads it.
    pub fn on_bill<'a>(row: &'a BillRow<'a>) -> impl Iterator<Item = OnBill> + 'a {
        KNOWN.iter().filter_map(|(_, known)| known.on_bill(row))
    }

    /// The kind that Azure calls so.
    pub fn named(compute_type: Option<&str>) -> Kind {
        let text = compute_type.unwrap_or_default();
        let known = KNOWN.iter().find(|(_, kind)| kind.compute_type() == text);
        known.map_or_else(|| Kind::Other(text.to_owned()), |(kind, _)| kind.clone())
    }

    /// What there is to know of the kind; `None` for one that is never acted on.
    pub fn known(&self) -> Option<&'static dyn ResourceKind> {
        let known = KNOWN.iter().find(|(kind, _)| kind == self);
        known.map(|(_, known)| *known)
    }

    /// The power of one at rest; `None` also for a kind that is never acted on.
    pub fn rest(&self, state: &ComputeState) -> Option<Power> {
        self.known()?.rest(state)
    }

    /// As it stands in records.
    pub fn name(&self) -> &str {
        match (self, self.known()) {
            (Kind::Other(name), _) => name,
            (_, Some(known)) => known.name(),
            (_, None) => "",
        }
    }
}

/// The meter of the price list that one of our names for what is no size stands for.
pub fn listed_meter(name: &str) -> Option<ListedMeter> {
    let all = [super::aks::CONTROL_PLANE];
    all.into_iter()
        .find(|meter| meter.name.eq_ignore_ascii_case(name))
}

/// The power of a compute at rest, as its kind tells.
///
/// ```
/// use lamplighter_core::kinds::{instance, rest};
/// use lamplighter_core::observe::{Compute, ComputeState};
/// use lamplighter_core::schedule::Power;
///
/// let compute = instance::imagined(ComputeState::JobRunning);
/// assert_eq!(rest(&compute), Some(Power::On));
/// // Of a kind that is never acted on, no state means anything.
/// let databricks = Compute { compute_type: Some("Databricks".into()), ..compute };
/// assert_eq!(rest(&databricks), None);
/// ```
pub fn rest(compute: &Compute) -> Option<Power> {
    Kind::of(compute).rest(&compute.state)
}

impl From<String> for Kind {
    fn from(text: String) -> Self {
        let known = KNOWN.iter().find(|(_, kind)| kind.name() == text);
        known.map_or_else(|| Kind::Other(text.clone()), |(kind, _)| kind.clone())
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.name().to_owned()
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
