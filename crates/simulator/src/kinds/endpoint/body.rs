//! The `properties` of endpoints and deployments.

use super::spec::{DeploymentSpec, EndpointCompute, EndpointSpec, Provisioning};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// An online endpoint as its answer shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndpointView<'a> {
    pub spec: &'a EndpointSpec,
    /// Its ARM id.
    pub id: &'a str,
    pub location: &'a str,
    pub subscription: &'a str,
    pub traffic: &'a BTreeMap<String, u32>,
    /// The ARM id of the compute that a Kubernetes endpoint runs on.
    pub compute: Option<&'a str>,
    pub state: Provisioning,
}

/// `properties` of an online endpoint.
pub(crate) fn endpoint(view: &EndpointView<'_>) -> Value {
    let host = format!(
        "https://{}.{}.inference.ml.azure.com",
        view.spec.name, view.location
    );
    json!({
        "description": null,
        "authMode": "Key",
        "scoringUri": format!("{host}/score"),
        "swaggerUri": format!("{host}/swagger.json"),
        "compute": view.compute,
        "provisioningState": view.state.as_str(),
        "traffic": view.traffic,
        "mirrorTraffic": view.spec.mirror_traffic,
        "publicNetworkAccess": "Enabled",
        "properties": {
            "azureml.onlineendpointid": view.id.to_lowercase(),
            "AzureAsyncOperationUri": operation(view.subscription, view.location, None),
        },
    })
}

/// A deployment as its answer shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeploymentView<'a> {
    pub spec: &'a DeploymentSpec,
    pub compute: EndpointCompute,
    pub workspace_id: &'a str,
    pub location: &'a str,
    pub subscription: &'a str,
    pub state: Provisioning,
    /// The last change's operation.
    pub operation: Option<&'a str>,
}

/// `properties` of a deployment of an online endpoint.
pub(crate) fn deployment(view: &DeploymentView<'_>) -> Value {
    let probe = json!({
        "failureThreshold": 30, "successThreshold": 1, "timeout": "PT2S", "period": "PT10S", "initialDelay": "PT10S",
    });
    let mut whole = json!({
        "endpointComputeType": view.compute.as_str(),
        "instanceType": view.spec.instance_type,
        "provisioningState": view.state.as_str(),
        "description": null,
        "model": format!("{}/models/{}/versions/1", view.workspace_id, view.spec.name),
        "modelMountPath": null,
        "environmentId": format!("{}/environments/serving/versions/1", view.workspace_id),
        "environmentVariables": {},
        "codeConfiguration": {
            "codeId": format!("{}/codes/scoring/versions/1", view.workspace_id), "scoringScript": "score.py",
        },
        "appInsightsEnabled": false,
        "scaleSettings": scale(view.spec),
        "requestSettings": {"requestTimeout": "PT5S", "maxConcurrentRequestsPerInstance": 1, "maxQueueWait": "PT0.5S"},
        "livenessProbe": probe,
        "readinessProbe": probe,
        "properties": {
            "AzureAsyncOperationUri": operation(view.subscription, view.location, view.operation),
        },
    });
    if view.compute == EndpointCompute::Kubernetes {
        whole["containerResourceRequirements"] = json!({
            "containerResourceRequests": {"cpu": "500m", "memory": "1Gi", "gpu": null},
            "containerResourceLimits": {"cpu": "1", "memory": "2Gi", "gpu": null},
        });
    } else {
        whole["egressPublicNetworkAccess"] = "Enabled".into();
    }
    whole
}

fn scale(spec: &DeploymentSpec) -> Value {
    match spec.target_utilization {
        None => json!({"scaleType": "Default"}),
        Some((min, max)) => json!({
            "scaleType": "TargetUtilization", "minInstances": min, "maxInstances": max,
            "pollingInterval": "PT1S", "targetUtilizationPercentage": 70,
        }),
    }
}

/// Where a long-running operation of the inferencing service tells how it stands.
pub(crate) fn operation(subscription: &str, location: &str, id: Option<&str>) -> String {
    let id = id
        .unwrap_or("oe:00000000-0000-4000-8000-000000000000:00000000-0000-4000-8000-000000000000");
    format!(
        "https://management.azure.com/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices\
         /locations/{location}/mfeOperationsStatus/{id}?api-version=2022-02-01-preview"
    )
}

/// What `skus` gives: the one size of step that a deployment has.
pub(crate) fn sku(spec: &DeploymentSpec, capacity: u32) -> Value {
    json!({
        "resourceType": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
        "sku": {"name": "Default", "tier": "Standard", "capacity": capacity},
        "capacity": {
            "minimum": spec.minimum, "maximum": spec.maximum, "default": 1, "scaleType": "Automatic",
        },
    })
}

/// `properties` of a batch endpoint.
pub(crate) fn batch(name: &str, location: &str, first: Option<&str>) -> Value {
    json!({
        "description": null,
        "authMode": "AADToken",
        "scoringUri": format!("https://{name}.{location}.inference.ml.azure.com/jobs"),
        "swaggerUri": null,
        "defaults": {"deploymentName": first},
        "provisioningState": "Succeeded",
        "properties": {},
    })
}

/// `properties` of a deployment of a batch endpoint; `compute` is the ARM id of what it runs on.
pub(crate) fn batch_deployment(
    workspace_id: &str,
    name: &str,
    compute: &str,
    instances: u32,
) -> Value {
    json!({
        "description": null,
        "compute": compute,
        "model": {"referenceType": "Id", "assetId": format!("{workspace_id}/models/{name}/versions/1")},
        "environmentId": format!("{workspace_id}/environments/serving/versions/1"),
        "environmentVariables": {},
        "codeConfiguration": null,
        "errorThreshold": -1,
        "loggingLevel": "Info",
        "maxConcurrencyPerInstance": 1,
        "miniBatchSize": 10,
        "outputAction": "AppendRow",
        "outputFileName": "predictions.csv",
        "resources": {"instanceCount": instances, "instanceType": null, "properties": {}},
        "retrySettings": {"maxRetries": 3, "timeout": "PT30S"},
        "provisioningState": "Succeeded",
        "properties": {},
    })
}

/// `properties` of a serverless endpoint.
pub(crate) fn serverless(name: &str, location: &str, model: &str, state: &str) -> Value {
    let host = format!("https://{name}.{location}.models.ai.azure.com");
    json!({
        "authMode": "Key",
        "contentSafety": {"contentSafetyStatus": "Enabled"},
        "endpointState": state,
        "inferenceEndpoint": {"uri": host, "headers": Value::Object(Map::new())},
        "marketplaceSubscriptionId": null,
        "modelSettings": {"modelId": model},
        "provisioningState": "Succeeded",
    })
}
