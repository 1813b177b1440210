//! `/metadata/endpoints`: how Microsoft's clients learn about a cloud.

use super::answer::Answer;
use super::call::Call;
use serde_json::{Value, json};

/// The cloud that the simulator is.
const NAME: &str = "LocalSim";

/// Answers with one cloud, in the shape of the api-version asked for.
pub(super) fn answer(call: &Call, tenant: &str) -> Answer {
    let base = &call.base;
    let host = base
        .split_once("://")
        .map_or(base.as_str(), |(_, host)| host);
    match call.query("api-version") {
        // The oldest shape, which some older clients still ask for.
        Some("2015-01-01") => Answer::json(&json!({
            "galleryEndpoint": base, "graphEndpoint": base, "portalEndpoint": base,
            "authentication": {"loginEndpoint": base, "audiences": [base]},
        })),
        Some("2018-01-01" | "2018-05-01") => Answer::json(&json!({
            "name": NAME, "galleryEndpoint": base, "graphEndpoint": base, "portalEndpoint": base,
            "authentication": {"loginEndpoint": base, "audiences": [base], "tenant": tenant,
                "identityProvider": "AAD"},
        })),
        Some("2019-05-01") => Answer::json(&json!([cloud(base, host, tenant)])),
        _ => Answer::json(&cloud(base, host, tenant)),
    }
}

fn cloud(base: &str, host: &str, tenant: &str) -> Value {
    json!({
        "name": NAME,
        "portal": base,
        "resourceManager": base,
        "graph": base,
        "graphAudience": base,
        "microsoftGraphResourceId": base,
        "gallery": base,
        "management": base,
        "authentication": {
            "loginEndpoint": base, "audiences": [base], "tenant": tenant, "identityProvider": "AAD",
        },
        "batch": base,
        "media": base,
        "sqlManagement": base,
        "vmImageAliasDoc": base,
        "activeDirectoryDataLake": base,
        "logAnalyticsResourceId": base,
        "ossrdbmsResourceId": base,
        "suffixes": {
            "acrLoginServer": host, "keyVaultDns": host, "storage": host, "sqlServerHostname": host,
            "azureDataLakeStoreFileSystem": host, "azureDataLakeAnalyticsCatalogAndJob": host,
            "mhsmDns": host, "storageSyncEndpointSuffix": host,
        },
    })
}
