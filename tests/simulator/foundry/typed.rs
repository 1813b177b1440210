//! Tables of types, and what of an answer is not as they say. They are Azure.Bicep.Types.Az 0.2.972's, as far as they are
//! known; what an operation and a managed compute deployment have beside, and an account and a project, is
//! azure-mgmt-cognitiveservices 15.0.0b6's. They stand here on their own: the simulator has none.

use chrono::DateTime;
use serde_json::Value;

/// Places of api-versions in [`super::VERSIONS`].
const MARCH: usize = 0;
const JULY: usize = 2;
const SEPTEMBER: usize = 3;

/// What a field holds.
pub enum Kind {
    Text,
    Number,
    Flag,
    /// RFC 3339.
    Time,
    /// ISO 8601, `PT30M`.
    Length,
    /// An ARM id.
    Id,
    OneOf(&'static [&'static str]),
    Object,
    /// An object with any names; the path goes on with `*`.
    Map,
    /// The path goes on with `[]`.
    List,
}

use Kind::{Flag, Id, Length, List, Map, Number, Object, OneOf, Text, Time};

/// A field of a type: its path, what it holds, the first and the last version that has it, and whether it must be there
/// where what it lies in is.
pub struct Field {
    path: &'static str,
    kind: Kind,
    from: usize,
    to: usize,
    must: bool,
}

const fn must(path: &'static str, kind: Kind) -> Field {
    let (from, to, must) = (MARCH, SEPTEMBER, true);
    Field {
        path,
        kind,
        from,
        to,
        must,
    }
}

const fn may(path: &'static str, kind: Kind) -> Field {
    Field {
        must: false,
        ..must(path, kind)
    }
}

const fn until_july(field: Field) -> Field {
    Field { to: JULY, ..field }
}

const fn since_september(field: Field) -> Field {
    Field {
        from: SEPTEMBER,
        ..field
    }
}

/// The eleven words.
const OLDER_STATES: &[&str] = &[
    "Accepted",
    "Succeeded",
    "Failed",
    "Canceled",
    "Deleting",
    "Scaling",
    "Disabled",
    "Starting",
    "Stopping",
    "Restarting",
    "Stopped",
];
pub const STATUSES: &[&str] = &[
    "Unknown",
    "Creating",
    "Starting",
    "Running",
    "Stopping",
    "Stopped",
    "Restarting",
    "Updating",
    "Deleting",
    "Failed",
];
const MADE: &[&str] = &["Creating", "Succeeded", "Failed", "Canceled"];
const CREATORS: &[&str] = &["User", "Application", "ManagedIdentity", "Key"];
const ACCOUNT_STATES: &[&str] = &[
    "Accepted",
    "Creating",
    "Deleting",
    "Moving",
    "Failed",
    "Succeeded",
    "ResolvingDNS",
    "Canceled",
];

pub const WORKBENCH: &[Field] = &[
    must("id", Id),
    must("name", Text),
    must(
        "type",
        OneOf(&["Microsoft.CognitiveServices/accounts/projects/workbenches"]),
    ),
    may("etag", Text),
    until_july(must("location", Text)),
    until_july(may("tags", Map)),
    until_july(may("tags.*", Text)),
    may("identity", Object),
    must(
        "identity.type",
        OneOf(&[
            "None",
            "SystemAssigned",
            "UserAssigned",
            "SystemAssigned, UserAssigned",
        ]),
    ),
    may("identity.tenantId", Text),
    may("identity.principalId", Text),
    may("identity.userAssignedIdentities", Map),
    may("identity.userAssignedIdentities.*", Object),
    may("identity.userAssignedIdentities.*.principalId", Text),
    may("identity.userAssignedIdentities.*.clientId", Text),
    may("systemData", Object),
    may("systemData.createdBy", Text),
    may("systemData.createdByType", OneOf(CREATORS)),
    may("systemData.createdAt", Time),
    must("properties", Object),
    must("properties.targetClusterId", Id),
    must("properties.imageLink", Text),
    may("properties.idleTimeBeforeShutdown", Length),
    may("properties.datasetId", Text),
    may("properties.sshSettings", Object),
    may("properties.sshSettings.sshPublicKey", Text),
    may("properties.sshSettings.adminEnabled", Flag),
    may("properties.connectivityEndpoints", Object),
    may("properties.connectivityEndpoints.publicIpAddress", Text),
    may("properties.connectivityEndpoints.sshPort", Number),
    may("properties.webEndpoint", Text),
    may("properties.creationTime", Time),
    may("properties.errors", List),
    may("properties.errors[]", Object),
    may("properties.errors[].code", Text),
    may("properties.errors[].message", Text),
    until_july(must("properties.provisioningState", OneOf(OLDER_STATES))),
    since_september(must("properties.provisioningState", OneOf(MADE))),
    since_september(may("properties.status", OneOf(STATUSES))),
    since_september(may("properties.instanceType", Text)),
    since_september(may("properties.gpuCount", Number)),
];

pub const COMPUTE: &[Field] = &[
    must("id", Id),
    must("name", Text),
    must(
        "type",
        OneOf(&["Microsoft.CognitiveServices/accounts/computes"]),
    ),
    until_july(may("tags", Map)),
    until_july(may("tags.*", Text)),
    may("systemData", Object),
    may("systemData.createdBy", Text),
    may("systemData.createdByType", OneOf(CREATORS)),
    may("systemData.createdAt", Time),
    must("properties", Object),
    must(
        "properties.computeType",
        OneOf(&["Cluster", "ContainerInstance"]),
    ),
    must("properties.location", Text),
    must("properties.provisioningState", OneOf(OLDER_STATES)),
    may("properties.errors", List),
    may("properties.errors[]", Object),
    may("properties.errors[].code", Text),
    may("properties.errors[].message", Text),
    may("properties.creationTime", Time),
];

/// What a compute of pools has beside these.
pub const POOLS: &[Field] = &[
    must("properties.pools", List),
    must("properties.pools[]", Object),
    must("properties.pools[].name", Text),
    must("properties.pools[].vmPriority", OneOf(&["Regular", "Spot"])),
    must("properties.pools[].instanceType", Text),
    must("properties.pools[].nodeCount", Number),
    may("properties.subnetArmId", Id),
];

/// What a container instance has beside these.
pub const CONTAINER: &[Field] = &[
    must("properties.targetClusterId", Id),
    must("properties.imageLink", Text),
    may("properties.idleTimeBeforeShutdown", Length),
    may("properties.sshSettings", Object),
    may("properties.sshSettings.sshPublicKey", Text),
    may("properties.sshSettings.adminEnabled", Flag),
    may("properties.connectivityEndpoints", Object),
    may("properties.connectivityEndpoints.publicIpAddress", Text),
    may("properties.connectivityEndpoints.sshPort", Number),
];

/// What an account and a project have in common, in every version.
pub const TRACKED: &[Field] = &[
    must("id", Id),
    must("name", Text),
    may("etag", Text),
    must("location", Text),
    may("tags", Map),
    may("tags.*", Text),
    may("identity", Object),
    must(
        "identity.type",
        OneOf(&[
            "None",
            "SystemAssigned",
            "UserAssigned",
            "SystemAssigned, UserAssigned",
        ]),
    ),
    may("identity.tenantId", Text),
    may("identity.principalId", Text),
    may("systemData", Object),
    may("systemData.createdBy", Text),
    may("systemData.createdByType", OneOf(CREATORS)),
    may("systemData.createdAt", Time),
    must("properties", Object),
    must("properties.provisioningState", OneOf(ACCOUNT_STATES)),
];

pub const ACCOUNT: &[Field] = &[
    must("type", OneOf(&["Microsoft.CognitiveServices/accounts"])),
    must("kind", Text),
    must("sku", Object),
    must("sku.name", Text),
    may("properties.endpoint", Text),
    may("properties.customSubDomainName", Text),
    may(
        "properties.publicNetworkAccess",
        OneOf(&["Enabled", "Disabled"]),
    ),
    may("properties.allowProjectManagement", Flag),
    may("properties.dateCreated", Time),
];

pub const PROJECT: &[Field] = &[
    must(
        "type",
        OneOf(&["Microsoft.CognitiveServices/accounts/projects"]),
    ),
    may("properties.displayName", Text),
    may("properties.description", Text),
    may("properties.isDefault", Flag),
];

pub const DEPLOYMENT: &[Field] = &[
    must("id", Id),
    must("name", Text),
    must(
        "type",
        OneOf(&["Microsoft.CognitiveServices/accounts/managedComputeDeployments"]),
    ),
    may("etag", Text),
    must("sku", Object),
    must("sku.name", Text),
    must("sku.capacity", Number),
    may("systemData", Object),
    may("systemData.createdBy", Text),
    may("systemData.createdByType", OneOf(CREATORS)),
    may("systemData.createdAt", Time),
    must("properties", Object),
    may("properties.computeId", Id),
    must("properties.model", Text),
    must("properties.acceleratorType", Text),
    must("properties.acceleratorsPerInstance", Number),
    must("properties.totalAccelerators", Number),
    must("properties.provisioningState", OneOf(ACCOUNT_STATES)),
];

pub const OPERATION: &[Field] = &[
    must("id", Id),
    must("name", Text),
    must(
        "type",
        OneOf(&["Microsoft.CognitiveServices/locations/computeOperations"]),
    ),
    must("properties", Object),
    must(
        "properties.status",
        OneOf(&["InProgress", "Succeeded", "Failed", "Canceled"]),
    ),
    may("properties.startTime", Time),
    may("properties.endTime", Time),
    may("properties.error", Object),
    may("properties.error.code", Text),
    may("properties.error.message", Text),
];

/// What of a body is not as the tables say of a version, by its place among them.
pub fn wrong(tables: &[&[Field]], version: usize, body: &Value) -> Vec<String> {
    let fields: Vec<&Field> = tables
        .iter()
        .flat_map(|table| table.iter())
        .filter(|field| field.from <= version && version <= field.to)
        .collect();
    let mut found = Vec::new();
    inside(&fields, "", body, &mut found);
    found
}

/// Looks at the fields of an object at a path.
fn inside(fields: &[&Field], path: &str, value: &Value, found: &mut Vec<String>) {
    let Some(object) = value.as_object() else {
        found.push(format!("{path}: not an object"));
        return;
    };
    let at = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    for (name, value) in object {
        look(fields, &at(name), value, found);
    }
    let prefix = at("");
    for field in fields.iter().filter(|field| field.must) {
        let name = field.path.strip_prefix(&prefix);
        let own = name.filter(|name| !name.contains(['.', '[', '*']) && !name.is_empty());
        if let Some(name) = own.filter(|name| !object.contains_key(*name)) {
            found.push(format!("{}: missing", at(name)));
        }
    }
}

fn look(fields: &[&Field], path: &str, value: &Value, found: &mut Vec<String>) {
    let Some(field) = fields.iter().find(|field| field.path == path) else {
        found.push(format!("{path}: unknown"));
        return;
    };
    let text = value.as_str();
    let fits = match &field.kind {
        Text => text.is_some(),
        Number => value.is_u64(),
        Flag => value.is_boolean(),
        Time => text.is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok()),
        Length => text.is_some_and(|text| text.starts_with('P') && text.len() > 2),
        Id => text.is_some_and(|text| text.starts_with("/subscriptions/")),
        OneOf(words) => text.is_some_and(|text| words.contains(&text)),
        Object => {
            inside(fields, path, value, found);
            true
        }
        Map => {
            let entries = value.as_object();
            for entry in entries.into_iter().flat_map(|entries| entries.values()) {
                look(fields, &format!("{path}.*"), entry, found);
            }
            entries.is_some()
        }
        List => {
            let items = value.as_array();
            for item in items.into_iter().flatten() {
                look(fields, &format!("{path}[]"), item, found);
            }
            items.is_some()
        }
    };
    if !fits {
        found.push(format!("{path}: {value}"));
    }
}
