//! What the five languages have in common.

use crate::text::Text;
use lamplighter_core::kinds::Kind;
use lamplighter_core::policy::Target;
use std::ops::Range;

/// How deep a template may be nested before what is below counts as not understood: far deeper than people write, and
/// shallow enough for any stack.
pub(crate) const DEEPEST: usize = 250;

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Text),
    Map(Vec<Entry>),
    /// Items, arguments, or branches of a condition: any of them may be what counts.
    Many(Vec<Value>),
    /// A name that stands for a value given elsewhere, perhaps in this file.
    Name(String),
    /// A declared resource, class or block.
    Resource(Role, Box<Value>),
    /// Something computed, or given elsewhere.
    Unknown,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub key: Key,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Key {
    Text(Text),
    /// Computed, but for how it begins.
    Begins(String, Range<usize>),
    /// The value's own entries are this map's: `...x`, `**x`, `<<: *x`.
    Spread,
    Unknown,
}

/// Which resource something belongs to, as far as tags differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// A compute of a kind that is not known here, or an attached one, whose own tags never count.
    Compute,
    /// What tags may govern, by its kind.
    Of(Target),
    /// An online endpoint.
    Endpoint,
    /// Within an endpoint, its deployments; elsewhere those of others.
    Deployments,
    Workspace,
    ResourceGroup,
    /// A resource that has nothing to do with machine learning: its tags are read only where they are Lamplighter's.
    Foreign,
    /// Not known, or none of these: a subscription, a deployment, a datastore.
    Other,
}

impl Role {
    /// By ARM's name of a type, with or without version, or the last part of one.
    pub fn of_arm(name: &str) -> Role {
        let name = name
            .split('@')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match name.as_str() {
            "microsoft.machinelearningservices/workspaces/computes" | "computes" => Role::Compute,
            "microsoft.machinelearningservices/workspaces/onlineendpoints" | "onlineendpoints" => {
                Role::Endpoint
            }
            "microsoft.machinelearningservices/workspaces/onlineendpoints/deployments" => {
                Role::Of(Target::Deployment)
            }
            "deployments" => Role::Deployments,
            "microsoft.compute/virtualmachines" => Role::Of(Target::Vm),
            "microsoft.containerservice/managedclusters" => Role::Of(Target::Aks),
            "microsoft.machinelearningservices/workspaces" => Role::Workspace,
            "microsoft.resources/resourcegroups"
            | "microsoft.resources/subscriptions/resourcegroups" => Role::ResourceGroup,
            _ if is_foreign(&name) => Role::Foreign,
            _ => Role::Other,
        }
    }

    /// The role of what has this one of its own and stands in a resource of the other.
    pub fn within(self, outer: Role) -> Role {
        match (self, outer) {
            (Role::Deployments, Role::Endpoint) => Role::Of(Target::Deployment),
            // A part of such a resource, where its own type is a short name.
            (Role::Other | Role::Deployments, outer) if outer.is_lenient() => Role::Foreign,
            (Role::Deployments, _) => Role::Other,
            (role, _) => role,
        }
    }

    /// Whether other programs' tags may stand there too, so that only names that are Lamplighter's are read.
    pub fn is_lenient(self) -> bool {
        matches!(self, Role::Foreign | Role::Of(Target::Vm | Target::Aks))
    }

    /// What tags may govern of the computes that Azure calls so.
    pub fn of_compute(name: &str) -> Option<Role> {
        let target = Kind::named(Some(name)).known()?.target();
        matches!(target, Target::Instance | Target::Cluster).then_some(Role::Of(target))
    }

    /// By what Azure's command line calls a type in YAML.
    pub fn of_yaml(name: &str) -> Role {
        match name.to_ascii_lowercase().as_str() {
            "computeinstance" => Role::Of(Target::Instance),
            "amlcompute" => Role::Of(Target::Cluster),
            _ => Role::of_arm(name),
        }
    }
}

/// Whether a full name of ARM's types, in lower case, is one whose tags are no concern of machine learning.
fn is_foreign(name: &str) -> bool {
    // Deployments, policies and what sets tags hold those of other resources.
    const OF_OTHERS: [&str; 6] = [
        "microsoft.machinelearningservices",
        "microsoft.resources",
        "microsoft.authorization",
        "microsoft.subscription",
        "microsoft.management",
        "microsoft.solutions",
    ];
    let is_word = |c: char| c.is_alphanumeric() || ".-_".contains(c);
    match name.split_once('/') {
        Some((namespace, _)) => {
            namespace.contains('.')
                && namespace.chars().all(is_word)
                && !OF_OTHERS.contains(&namespace)
        }
        None => false,
    }
}

/// A file, read.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// Everything that stands in it, but for what definitions hold.
    pub values: Vec<Value>,
    /// What names stand for: variables, parameters with their defaults, anchors.
    pub definitions: Vec<Definition>,
    /// Parts that were not understood.
    pub unread: Vec<Range<usize>>,
}

#[derive(Debug)]
pub(crate) struct Definition {
    /// As [`Value::Name`] has it: in lower case, with its family where the language has families.
    pub name: String,
    /// As it is written.
    pub written: String,
    pub value: Value,
}

impl Document {
    pub fn define(&mut self, name: &str, value: Value) {
        self.definitions.push(Definition {
            name: name.to_lowercase(),
            written: name.to_string(),
            value,
        });
    }
}
