//! What tags mean on the kind of resource that they are written for.

use crate::language::Language;
use crate::value::Role;
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{
    self, Defaults, Endpoint, Layers, Reading, Subject, Target, WithoutEffect,
};
use serde::Serialize;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    TagName,
    TagValue,
    NotKnownHere,
    WithoutEffect,
    /// What makes the resource and what the tag asks for work against each other.
    Drift,
}

/// A tag's name, and what is to be said of it.
pub(crate) type Warning<'a> = (&'a str, Rule, String);

/// Tags that count together, as those of the resource that they are on, or that they are addressed to.
pub(crate) fn read(role: Role, target: &str, values: &Tags, defaults: &Defaults) -> Reading {
    let none = Tags::new();
    let mut subject = Subject::default();
    let mut layers = Layers {
        compute_name: target,
        compute: &none,
        workspace: &none,
        resource_group: &none,
    };
    match role {
        Role::ResourceGroup => layers.resource_group = values,
        Role::Of(kind) => {
            subject.target = kind;
            layers.compute = values;
        }
        Role::Endpoint => {
            subject.target = Target::Deployment;
            subject.endpoint = Some(Endpoint {
                name: "",
                tags: values,
            });
        }
        Role::Compute => layers.compute = values,
        _ if target.is_empty() && role != Role::Workspace => layers.compute = values,
        _ => {
            layers.workspace = values;
            if let Some((name, deployment)) = target.split_once('.') {
                subject.target = Target::Deployment;
                subject.endpoint = Some(Endpoint { name, tags: &none });
                layers.compute_name = deployment;
            } else if values.keys().any(|name| is_number(name, defaults)) {
                // A cluster or an endpoint; of a cluster less is refused.
                subject.target = Target::Cluster;
            }
        }
    }
    policy::read_for(&subject, &layers, defaults)
}

/// What reads and changes nothing on this kind of resource.
pub(crate) fn warnings<'a>(
    role: Role,
    target: &str,
    values: &'a Tags,
    without_effect: &'a [WithoutEffect],
    defaults: &Defaults,
) -> Vec<Warning<'a>> {
    const NOT_INHERITED: &str = "no effect here: it is not inherited, so write it on the one cluster or deployment, or on \
                                 its workspace with its name after a dot";
    match role {
        Role::Of(_) | Role::Endpoint => without_effect
            .iter()
            .map(|one| {
                let message = format!("no effect on {}: {}", one.target, one.why);
                (one.tag.as_str(), Rule::WithoutEffect, message)
            })
            .collect(),
        Role::Workspace | Role::ResourceGroup if target.is_empty() => values
            .keys()
            .filter(|name| is_number(name, defaults))
            .map(|name| (name.as_str(), Rule::WithoutEffect, NOT_INHERITED.to_owned()))
            .collect(),
        // Where the kind is not known, neither is what has no effect on it.
        _ => Vec::new(),
    }
}

/// What a schedule changes of a cluster, and Terraform wants to change back.
pub(crate) fn drift<'a>(
    role: Role,
    language: Language,
    source: &str,
    values: &'a Tags,
    defaults: &Defaults,
) -> Option<Warning<'a>> {
    let terraform = matches!(language, Language::Terraform | Language::TerraformJson);
    if !terraform || role != Role::Of(Target::Cluster) || source.contains("ignore_changes") {
        return None;
    }
    let mut names = values.keys();
    let name = names.find(|name| is(name, "schedule", defaults))?;
    let message = format!(
        "outside the windows Lamplighter lowers the cluster's minimum, and Terraform takes that for drift, for which azurerm \
         may replace the cluster: have its lifecycle ignore changes of scale_settings, and say the number of nodes in {}warm",
        defaults.prefix
    );
    Some((name, Rule::Drift, message))
}

/// Whether a tag, addressed or not, is `lamp-warm` or `lamp-floor`.
fn is_number(name: &str, defaults: &Defaults) -> bool {
    is(name, "warm", defaults) || is(name, "floor", defaults)
}

fn is(name: &str, key: &str, defaults: &Defaults) -> bool {
    let name = name.split('.').next().unwrap_or_default();
    name.eq_ignore_ascii_case(&format!("{}{key}", defaults.prefix))
}
