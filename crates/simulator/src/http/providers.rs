//! Resource providers: where generic clients learn api-versions.

use super::answer::{Answer, error};
use super::call::Call;
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
    ("Microsoft.Insights", &["metrics"]),
];

fn body(call: &Call, provider: &str, types: &[&str]) -> Value {
    let prefix = match call.segments.first().map(String::as_str) {
        Some(first) if first.eq_ignore_ascii_case("subscriptions") => {
            format!(
                "/subscriptions/{}",
                call.segments.get(1).map_or("", String::as_str)
            )
        }
        _ => String::new(),
    };
    let types: Vec<Value> = types
        .iter()
        .map(|name| {
            json!({
                "resourceType": name,
                "locations": ["West Europe", "North Europe", "East US", "Germany West Central", "Central India"],
                "apiVersions": API_VERSIONS,
                "defaultApiVersion": "2025-12-01",
                "capabilities": "CrossResourceGroupResourceMove, SupportsTags, SupportsLocation",
            })
        })
        .collect();
    json!({
        "id": format!("{prefix}/providers/{provider}"),
        "namespace": provider,
        "resourceTypes": types,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
    })
}

/// All that the simulator knows.
pub(super) fn list(call: &Call) -> Answer {
    let all: Vec<Value> = PROVIDERS
        .iter()
        .map(|(name, types)| body(call, name, types))
        .collect();
    Answer::json(&json!({"value": all}))
}

/// The one that the path ends with.
pub(super) fn get(call: &Call) -> Answer {
    let wanted = call.segments.last().map_or("", String::as_str);
    match PROVIDERS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
    {
        Some((name, types)) => Answer::json(&body(call, name, types)),
        None => error(
            404,
            "InvalidResourceNamespace",
            format!("The resource namespace '{wanted}' is invalid."),
        ),
    }
}
