//! What a policy may be of, and which tags then count.

use super::layer::Layer;
use crate::observe::Tags;
use std::fmt;

/// The kinds of resource that tags may govern.
///
/// ```
/// use lamplighter_core::policy::Target;
///
/// assert_eq!(Target::named("Cluster"), Some(Target::Cluster));
/// assert_eq!(Target::Vm.name(), "vm");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Target {
    #[default]
    Instance,
    Cluster,
    /// A managed online deployment.
    Deployment,
    Vm,
    Aks,
    /// Of Microsoft Foundry: a project's workbench, or an account's container instance.
    Workbench,
}

/// From which layers a resource takes the tags that act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inherits {
    /// From every one, and from the platform's settings.
    All,
    /// Only those that are its own (of a deployment, its endpoint's too) or addressed to it; what only restrains or
    /// informs is inherited.
    Addressed,
    /// Only its own, and no other tag at all.
    OwnOnly,
}

impl Target {
    /// Every kind, in the order in which people look for them.
    pub const ALL: [Target; 6] = [
        Target::Instance,
        Target::Cluster,
        Target::Deployment,
        Target::Vm,
        Target::Aks,
        Target::Workbench,
    ];

    /// As the setting `KINDS` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Target::Instance => "instance",
            Target::Cluster => "cluster",
            Target::Deployment => "deployment",
            Target::Vm => "vm",
            Target::Aks => "aks",
            Target::Workbench => "workbench",
        }
    }

    /// The kind of this name; letter case does not matter.
    pub fn named(name: &str) -> Option<Target> {
        let mut all = Target::ALL.into_iter();
        all.find(|target| target.name().eq_ignore_ascii_case(name))
    }

    pub fn inherits(self) -> Inherits {
        match self {
            Target::Instance | Target::Workbench => Inherits::All,
            Target::Cluster | Target::Deployment => Inherits::Addressed,
            Target::Vm | Target::Aks => Inherits::OwnOnly,
        }
    }

    /// How many of its nodes or instances stay while it is off, where `lamp-floor` does not say.
    pub fn usual_floor(self) -> u32 {
        u32::from(self == Target::Deployment)
    }

    /// Whether `lamp-warm` and `lamp-floor` are for it.
    pub fn is_scaled(self) -> bool {
        matches!(self, Target::Cluster | Target::Deployment)
    }

    /// Why a tag (by its name without the prefix) changes nothing on this kind.
    ///
    /// ```
    /// use lamplighter_core::policy::Target;
    ///
    /// assert!(Target::Vm.without_effect("idle").is_some());
    /// assert!(Target::Deployment.without_effect("idle").is_none());
    /// ```
    pub fn without_effect(self, key: &str) -> Option<&'static str> {
        Some(match (key, self) {
            ("warm" | "floor", Target::Instance | Target::Vm | Target::Aks | Target::Workbench) => {
                "it is for what has a number of nodes or instances: compute clusters and online deployments"
            }
            ("idle", Target::Cluster) => {
                "idle nodes leave after Azure's own nodeIdleTimeBeforeScaleDown, so set that"
            }
            ("idle", Target::Vm) => "who works on it cannot be seen, so only its schedule stops it",
            ("idle", Target::Aks) => {
                "whether its pods have work cannot be seen, so only its schedule stops it"
            }
            ("max-uptime", Target::Cluster | Target::Deployment) => {
                "its nodes or instances come and go, so nothing has run without a break"
            }
            ("max-uptime", Target::Vm | Target::Aks) => {
                "Azure does not say since when it has been running"
            }
            _ => return None,
        })
    }

    /// Whether a tag on this layer was meant for this one resource.
    pub(super) fn asked_by(self, layer: Layer) -> bool {
        match self.inherits() {
            Inherits::All => layer != Layer::Default,
            Inherits::Addressed => layer <= Layer::WorkspaceAddressed,
            Inherits::OwnOnly => layer == Layer::Resource,
        }
    }
}

/// `a compute cluster`.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Target::Instance => "a compute instance",
            Target::Cluster => "a compute cluster",
            Target::Deployment => "an online deployment",
            Target::Vm => "a virtual machine",
            Target::Aks => "an AKS cluster",
            Target::Workbench => "a workbench",
        })
    }
}

/// What the tags of [`super::Layers`] are of.
///
/// - An instance, a cluster: [`super::Layers::compute`] holds its own tags.
/// - A deployment: they hold the deployment's own tags and its name; `endpoint` the rest.
/// - A workbench: they hold its own tags, and as the workspace's those of its project or, of a container instance, of its
///   account; `account` those of a project's account.
/// - A virtual machine, an AKS cluster: they hold the tags of the machine's or the cluster's own resource, and the name
///   of the compute by which it is attached; `attached` that compute's tags.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    pub target: Target,
    pub endpoint: Option<Endpoint<'a>>,
    /// They never count; where they ask for something, that is said.
    pub attached: Option<&'a Tags>,
    /// The tags of the account above a project.
    pub account: Option<&'a Tags>,
    /// Whether the workspace has both a compute and an online endpoint of this name, so that a tag addressed to it fits
    /// both.
    pub namesakes: bool,
}

/// A deployment's endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<'a> {
    pub name: &'a str,
    pub tags: &'a Tags,
}

/// Why tags that there are do not govern a resource, as its owner is told.
///
/// ```
/// use lamplighter_core::observe::Tags;
/// use lamplighter_core::policy::{Defaults, Layers, Subject, Target, read_for};
///
/// let workspace = Tags::from([("lamp-schedule".into(), "Mon-Fri 08:00-19:00".into())]);
/// let none = Tags::new();
/// let layers = Layers {
///     compute_name: "cpu",
///     compute: &none,
///     workspace: &workspace,
///     resource_group: &none,
/// };
/// let cluster = Subject { target: Target::Cluster, ..Subject::default() };
/// let reading = read_for(&cluster, &layers, &Defaults::default());
///
/// assert!(!reading.policy.governed && reading.policy.schedule.is_none());
/// let why = reading.ungoverned.ok_or("no reason")?.to_string();
/// let expected = "lamp-schedule (on the workspace) does not count for a compute cluster: only a tag of its own, or one \
///                 that is addressed to it, does";
/// assert_eq!(why, expected);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ungoverned {
    pub target: Target,
    /// The tag's name as written.
    pub tag: String,
    pub layer: Layer,
}

impl fmt::Display for Ungoverned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ungoverned { target, tag, layer } = self;
        if target.asked_by(*layer) {
            return write!(
                f,
                "{tag} ({layer}) alone asks for nothing: a schedule, a hold or a length of time does"
            );
        }
        let rest = match (target.inherits(), target) {
            (Inherits::OwnOnly, _) => "only a tag on its own resource in Azure does",
            (_, Target::Deployment) => {
                "only a tag of its own or of its endpoint, or one that is addressed to them, does"
            }
            _ => "only a tag of its own, or one that is addressed to it, does",
        };
        write!(f, "{tag} ({layer}) does not count for {target}: {rest}")
    }
}

/// A tag that reads and changes nothing on a resource of this kind, as its owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutEffect {
    pub target: Target,
    /// The tag's name as written.
    pub tag: String,
    pub layer: Layer,
    pub why: &'static str,
}

impl fmt::Display for WithoutEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WithoutEffect {
            target, tag, why, ..
        } = self;
        write!(f, "{tag} has no effect on {target}: {why}")
    }
}
