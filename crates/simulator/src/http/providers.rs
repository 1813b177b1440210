//! Resource providers: where generic clients learn api-versions.

use super::answer::{Answer, error};
use super::call::Call;
use super::lookup::subscription_of;
use super::stage::Stage;
use crate::kinds::foundry::version::{PROVIDER as FOUNDRY, Version};
use crate::world::estate::PROVIDER;
use serde_json::{Value, json};

const API_VERSIONS: &[&str] = &[
    "2026-09-01",
    "2026-03-01",
    "2025-12-01",
    "2025-09-01",
    "2025-06-01",
    "2024-10-01",
    "2024-04-01",
    "2023-10-01",
    "2023-04-01",
    "2022-10-01",
    "2022-05-01",
    "2021-07-01",
];

/// Those of the providers whose api-versions are others, newest first.
const VERSIONS: &[(&str, &[&str])] = &[
    (
        "Microsoft.Compute",
        &["2026-04-01", "2025-04-01", "2024-11-01", "2024-07-01"],
    ),
    (
        "Microsoft.ContainerService",
        &["2026-08-01", "2026-03-01", "2025-05-01", "2024-09-01"],
    ),
    (
        "Microsoft.Synapse",
        &["2021-06-01", "2021-06-01-preview", "2021-03-01"],
    ),
    (
        "Microsoft.Databricks",
        &["2024-05-01", "2023-02-01", "2018-04-01"],
    ),
    (FOUNDRY, &Version::NAMES),
    (
        "Microsoft.Kubernetes",
        &["2024-01-01", "2022-05-01-preview", "2021-10-01"],
    ),
];

/// Each provider with its resource types.
const PROVIDERS: &[(&str, &[&str])] = &[
    (
        PROVIDER,
        &[
            "workspaces",
            "workspaces/computes",
            "workspaces/jobs",
            "locations",
            "locations/vmSizes",
            "workspaces/onlineEndpoints",
            "workspaces/onlineEndpoints/deployments",
            "workspaces/batchEndpoints",
            "workspaces/batchEndpoints/deployments",
            "workspaces/serverlessEndpoints",
            "locations/computeOperationsStatus",
            "operations",
        ],
    ),
    (
        "Microsoft.Resources",
        &[
            "subscriptions",
            "resourceGroups",
            "subscriptions/resourceGroups",
        ],
    ),
    ("Microsoft.ResourceGraph", &["resources"]),
    ("Microsoft.Insights", &["metrics", "autoscalesettings"]),
    (
        "Microsoft.Compute",
        &["virtualMachines", "locations", "locations/operations"],
    ),
    (
        "Microsoft.ContainerService",
        &["managedClusters", "locations", "locations/operations"],
    ),
    (
        "Microsoft.Synapse",
        &["workspaces", "workspaces/bigDataPools"],
    ),
    ("Microsoft.Databricks", &["workspaces"]),
    ("Microsoft.Kubernetes", &["connectedClusters"]),
    (
        FOUNDRY,
        &[
            "accounts",
            "accounts/projects",
            "accounts/projects/workbenches",
            "accounts/computes",
            "accounts/managedComputeDeployments",
            "locations",
            "locations/computeOperations",
        ],
    ),
];

fn body(call: &Call, stage: &Stage, provider: &str, types: &[&str]) -> Result<Value, Answer> {
    let prefix = match call.segments.first().map(String::as_str) {
        Some(first) if first.eq_ignore_ascii_case("subscriptions") => {
            format!(
                "/subscriptions/{}",
                call.segments.get(1).map_or("", String::as_str)
            )
        }
        _ => String::new(),
    };
    let own = VERSIONS.iter().find(|(name, _)| *name == provider);
    let (versions, default) = own.map_or((API_VERSIONS, "2025-12-01"), |(_, own)| {
        (*own, own.first().copied().unwrap_or_default())
    });
    let types: Vec<Value> = types
        .iter()
        .map(|name| {
            json!({
                "resourceType": name,
                "locations": ["West Europe", "North Europe", "East US", "Germany West Central", "Central India"],
                "apiVersions": versions,
                "defaultApiVersion": default,
                "capabilities": "CrossResourceGroupResourceMove, SupportsTags, SupportsLocation",
            })
        })
        .collect();
    Ok(json!({
        "id": format!("{prefix}/providers/{provider}"),
        "namespace": provider,
        "resourceTypes": types,
        "registrationState": registration(call, stage, provider)?,
        "registrationPolicy": "RegistrationRequired",
    }))
}

/// Azure's word for it; above subscriptions everything is registered.
fn registration(call: &Call, stage: &Stage, provider: &str) -> Result<&'static str, Answer> {
    if call
        .lower
        .first()
        .is_none_or(|first| first != "subscriptions")
    {
        return Ok("Registered");
    }
    let index = subscription_of(call, &stage.world)?;
    let unregistered = &stage.world.estate.subscriptions[index].unregistered;
    let mut unregistered = unregistered.iter();
    Ok(
        match unregistered.any(|name| name.eq_ignore_ascii_case(provider)) {
            true => "NotRegistered",
            false => "Registered",
        },
    )
}

/// All that the simulator knows.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let all = PROVIDERS
        .iter()
        .map(|(name, types)| body(call, stage, name, types));
    let all: Vec<Value> = all.collect::<Result<_, _>>()?;
    Ok(Answer::json(&json!({"value": all})))
}

/// The one that the path ends with.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let wanted = call.segments.last().map_or("", String::as_str);
    match PROVIDERS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
    {
        Some((name, types)) => Ok(Answer::json(&body(call, stage, name, types)?)),
        None => Err(error(
            404,
            "InvalidResourceNamespace",
            format!("The resource namespace '{wanted}' is invalid."),
        )),
    }
}
