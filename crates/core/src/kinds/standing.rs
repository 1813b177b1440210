//! What stands beside the computes of a workspace, and what is billed behind those that are attached to it: found by one
//! query of Resource Graph, and read again by Resource Manager before anything is done to it.

use super::kind::Kind;
use super::vm::auto_shutdown::auto_shutdown;
use super::{aks, deployment, reported, vm};
use crate::observe::parse::{Fields, Oddity};
use crate::observe::{Compute, Tags, Workspace};
use serde_json::Value;
use std::collections::HashMap;

/// The kind of what is billed behind an attached compute, where it is one that can be acted on.
pub fn behind(compute: &Compute) -> Option<Kind> {
    reported::behind(compute).map(|name| Kind::from(name.to_owned()))
}

pub(super) const ENDPOINT: &str = "microsoft.machinelearningservices/workspaces/onlineendpoints";
pub(super) const DEPLOYMENT: &str =
    "microsoft.machinelearningservices/workspaces/onlineendpoints/deployments";
pub(super) const BATCH: &str = "microsoft.machinelearningservices/workspaces/batchendpoints";
const BATCH_DEPLOYMENT: &str =
    "microsoft.machinelearningservices/workspaces/batchendpoints/deployments";
pub(super) const SERVERLESS: &str =
    "microsoft.machinelearningservices/workspaces/serverlessendpoints";
const VM: &str = "microsoft.compute/virtualmachines";
const AKS: &str = "microsoft.containerservice/managedclusters";
const AUTO_SHUTDOWN: &str = "microsoft.devtestlab/schedules";
const AUTOSCALE: &str = "microsoft.insights/autoscalesettings";

/// Whose online deployments are looked for, with the other endpoints.
#[derive(Clone, Copy, Debug)]
pub enum Endpoints<'a> {
    None,
    Of(&'a Workspace),
    /// Of every workspace that the query reaches.
    All,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub endpoints: Endpoints<'a>,
    /// What is attached, as its workspace lists it.
    pub attached: &'a [Compute],
}

impl Wanted<'_> {
    pub fn is_empty(&self) -> bool {
        matches!(self.endpoints, Endpoints::None) && self.attached.is_empty()
    }

    /// The query, in the language of Resource Graph.
    pub fn query(&self) -> String {
        let mut any = match self.endpoints {
            Endpoints::None => Vec::new(),
            Endpoints::Of(workspace) => {
                let below = quoted(&below(workspace));
                vec![format!("({} and id startswith {below})", endpoints())]
            }
            Endpoints::All => vec![endpoints()],
        };
        if !any.is_empty() {
            any.push(format!("type =~ '{AUTOSCALE}'"));
        }
        if !self.attached.is_empty() {
            let ids: Vec<String> = self.attached.iter().map(|one| quoted(&one.id)).collect();
            let ids = ids.join(", ");
            any.push(format!("(type in~ ('{VM}', '{AKS}') and id in~ ({ids}))"));
            any.push(format!(
                "(type =~ '{AUTO_SHUTDOWN}' and tostring(properties.targetResourceId) in~ ({ids}))"
            ));
        }
        query(&any)
    }
}

/// Whether a row of an answer about all workspaces is of one, or may be.
pub fn is_of(row: &Value, workspace: &Workspace) -> bool {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = text("id").to_lowercase();
    text("type").eq_ignore_ascii_case(AUTOSCALE) || id.starts_with(&below(workspace))
}

fn query(any: &[String]) -> String {
    format!(
        "resources | where {} | project id, name, type, location, tags, sku, properties, systemData | order by id asc",
        any.join(" or ")
    )
}

fn endpoints() -> String {
    format!(
        "type in~ ('{ENDPOINT}', '{DEPLOYMENT}', '{BATCH}', '{BATCH_DEPLOYMENT}', '{SERVERLESS}')"
    )
}

/// How the ids of what lies in a workspace begin, in lower case.
fn below(workspace: &Workspace) -> String {
    format!("{}/", workspace.id.to_lowercase())
}

/// Text as the query language takes it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{escaped}'")
}

/// Whether anything of a type lies below an ARM id in these rows.
pub(super) fn is_shown(rows: &[Value], azure: &'static str, below: &str) -> bool {
    let below = format!("{}/", below.to_lowercase());
    of_type(rows, azure).any(|row| {
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
        id.to_lowercase().starts_with(&below)
    })
}

fn of_type<'a>(rows: &'a [Value], wanted: &'static str) -> impl Iterator<Item = &'a Value> {
    rows.iter().filter(move |row| {
        let kind = row.get("type").and_then(Value::as_str);
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(wanted))
    })
}

/// The resources in the rows of the answer; what cannot be read is an oddity.
pub fn read(rows: &[Value], wanted: Wanted<'_>) -> (Vec<Compute>, Vec<Oddity>) {
    let of_type = |wanted| of_type(rows, wanted);
    let endpoints = endpoint_tags(of_type(ENDPOINT));
    let scaled = enabled_targets(of_type(AUTOSCALE));
    let (mut found, mut odd) = (Vec::new(), Vec::new());
    for row in of_type(DEPLOYMENT) {
        match deployment::parse::deployment(row, None) {
            Ok(mut read) => {
                let id = read.id.to_lowercase();
                let endpoint = id
                    .rsplit_once("/deployments/")
                    .map(|(endpoint, _)| endpoint);
                let known = endpoint.and_then(|endpoint| endpoints.get(endpoint));
                let shown = known.is_some();
                read.by_kind.above = known.cloned().unwrap_or_default();
                autoscaled(&mut read, scaled.contains(&id));
                if !shown {
                    // Its tags may hold what keeps it as it is.
                    let why =
                        || Some("its endpoint is not shown, so its tags are not known".to_owned());
                    (read.by_kind.no_stop, read.by_kind.no_start) = (why(), why());
                }
                found.push(read);
            }
            Err(error) => odd.push(error),
        }
    }
    let runs_on = reported::runs_on(of_type(BATCH_DEPLOYMENT));
    for (azures, kind) in [(BATCH, reported::BATCH), (SERVERLESS, reported::SERVERLESS)] {
        for row in of_type(azures) {
            match reported::endpoint(row, kind, &runs_on) {
                Ok(read) => found.push(read),
                Err(error) => odd.push(error),
            }
        }
    }
    for (kind, read) in [
        (VM, vm::parse::vm as fn(&Value, &Compute) -> _),
        (AKS, aks::parse::managed_cluster),
    ] {
        for row in of_type(kind) {
            let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
            let known = wanted
                .attached
                .iter()
                .find(|one| one.id.eq_ignore_ascii_case(id));
            match known.map(|known| read(row, known)) {
                Some(Ok(read)) => found.push(with_auto_shutdown(read, of_type(AUTO_SHUTDOWN))),
                Some(Err(error)) => odd.push(error),
                None => {}
            }
        }
    }
    (found, odd)
}

/// The tags of an endpoint, as Resource Manager answers.
///
/// # Errors
/// The answer is about another resource than the endpoint of this deployment.
pub fn tags_above(body: &Value, deployment: &Compute) -> Result<Tags, Oddity> {
    let mut read = endpoint_tags(std::iter::once(body)).into_iter();
    let own = deployment.id.to_lowercase();
    let is_above = |id: &str| {
        let rest = own.strip_prefix(id);
        rest.is_some_and(|rest| rest.starts_with("/deployments/"))
    };
    let found = read.next().filter(|(id, _)| is_above(id));
    found
        .map(|(_, tags)| tags)
        .ok_or_else(|| Oddity::new("online endpoint", "the one that was asked for", body))
}

/// A resource with the times at which Azure itself shuts it down.
fn with_auto_shutdown<'a>(mut read: Compute, rows: impl Iterator<Item = &'a Value>) -> Compute {
    let id = read.id.to_lowercase();
    let own = rows.filter_map(auto_shutdown).filter(|(of, _)| *of == id);
    read.schedules.extend(own.map(|(_, schedule)| schedule));
    read
}

/// The right that lets Resource Graph show what is billed behind an attached compute.
pub fn right_to_see(compute: &Compute) -> Option<String> {
    let kind = behind(compute)?.known()?;
    Some(format!("{}/read", kind.compute_type()))
}

fn endpoint_tags<'a>(rows: impl Iterator<Item = &'a Value>) -> HashMap<String, Tags> {
    let tags = rows.map(|row| {
        let mut oddities = Vec::new();
        let mut fields = Fields::new(Some(row), "", &mut oddities);
        let id = fields.text("id").unwrap_or_default();
        (id.to_lowercase(), fields.tags())
    });
    tags.collect()
}

/// The ids, in lower case, of what an enabled autoscale setting scales.
pub fn enabled_targets<'a>(rows: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let target = |row: &Value| {
        let properties = row.get("properties")?;
        // One that does not say so is taken for enabled.
        let enabled = properties.get("enabled").and_then(Value::as_bool) != Some(false);
        let target = properties
            .get("targetResourceUri")
            .and_then(Value::as_str)?;
        enabled.then(|| target.to_lowercase())
    };
    rows.filter_map(target).collect()
}

/// Leaves alone what Azure's own autoscale governs: it would undo within a minute what is set beside it.
pub fn autoscaled(deployment: &mut Compute, is: bool) {
    let why = is.then(|| {
        "an autoscale setting of Azure's is enabled on it, and has its own schedules".to_owned()
    });
    deployment.by_kind.no_stop = why.clone();
    deployment.by_kind.no_start = why;
}
