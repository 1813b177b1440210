//! Tags written on the command line: `lamp-schedule=Mon-Fri 08:00-19:00`, `workspace:lamp-idle=60m`.

use lamplighter_agent::sweep::SweepError;
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{Defaults, Endpoint, Layers, Reading, Subject, Target, read_for};

/// What the tags are of.
#[derive(clap::Args)]
pub struct Of {
    /// Its name, where tags are given: for tags addressed to it
    #[arg(long, default_value = "compute")]
    pub name: String,
    /// Its kind, where tags are given, as KINDS names it: instance, cluster, deployment, vm, aks or workbench
    #[arg(long, default_value = "instance", value_parser = kind)]
    pub kind: Target,
    /// The name of a deployment's endpoint, for tags addressed to it
    #[arg(long, default_value = "endpoint")]
    pub endpoint: String,
}

fn kind(text: &str) -> Result<Target, String> {
    let names = Target::ALL.map(Target::name).join(", ");
    Target::named(text).ok_or_else(|| format!("expected one of {names}"))
}

/// The tags of one resource that need not exist.
#[derive(Debug, Default)]
pub struct Given {
    pub compute: Tags,
    pub endpoint: Tags,
    /// Of a workbench: of its project.
    pub workspace: Tags,
    pub account: Tags,
    pub resource_group: Tags,
}

impl Given {
    /// Reads `[endpoint:|workspace:|project:|account:|group:]name=value`, each a tag.
    ///
    /// # Errors
    /// One line that says which cannot be read.
    pub fn parse(texts: &[String]) -> Result<Given, String> {
        let mut given = Given::default();
        for text in texts {
            let (name, value) = text.split_once('=').ok_or_else(|| {
                format!("'{text}' is neither a tag nor a resource: expected name=value, such as 'lamp-schedule=Mon-Fri 08:00-19:00', workspace/compute, or an ARM id (/subscriptions/…)")
            })?;
            let (layer, name) = match name.split_once(':') {
                Some(("workspace" | "project", name)) => (&mut given.workspace, name),
                Some(("endpoint", name)) => (&mut given.endpoint, name),
                Some(("account", name)) => (&mut given.account, name),
                Some(("group", name)) => (&mut given.resource_group, name),
                Some(("compute", name)) => (&mut given.compute, name),
                Some((layer, _)) => {
                    return Err(format!(
                        "'{layer}:' is no layer: expected compute:, endpoint:, workspace:, project:, account: or group:"
                    ));
                }
                None => (&mut given.compute, name),
            };
            let before = layer.insert(name.trim().to_string(), value.trim().to_string());
            if before.is_some() {
                return Err(format!("{} is given twice", name.trim()));
            }
        }
        Ok(given)
    }

    /// What the tags say of such a resource.
    pub fn read(&self, of: &Of, defaults: &Defaults) -> Reading {
        let subject = Subject {
            target: of.kind,
            endpoint: Some(Endpoint {
                name: &of.endpoint,
                tags: &self.endpoint,
            }),
            account: Some(&self.account),
            ..Subject::default()
        };
        let layers = Layers {
            compute_name: &of.name,
            compute: &self.compute,
            workspace: &self.workspace,
            resource_group: &self.resource_group,
        };
        read_for(&subject, &layers, defaults)
    }
}

/// Whether an argument is a compute's name as people say it: `ci-ana`, `ml-lisbon/ci-ana` or `rg/ml-lisbon/ci-ana`;
/// what is before a workbench is `account/project`.
pub fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_.()".contains(c);
    let parts: Vec<&str> = text.split('/').collect();
    parts.len() <= 4
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(plain))
}

/// Why no compute was found by a name: one word alone may have been meant as a tag.
pub fn not_found(name: &str, error: &SweepError) -> String {
    match name.contains('/') {
        true => error.to_string(),
        false => format!("{error}; a tag is expected as name=value"),
    }
}

/// Whether an argument names something in Azure.
pub fn is_id(text: &str) -> bool {
    text.trim_start()
        .to_ascii_lowercase()
        .starts_with("/subscriptions/")
}
