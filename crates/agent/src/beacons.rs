//! Where beacons write: one document for each instance, under the instance's own name.

use crate::ledger::{Documents, LedgerError, NoCredential};
use chrono::{DateTime, SecondsFormat, Utc};
use lamplighter_azure::TokenCredential;
use lamplighter_core::observe::beacon::{self, AskedOn, Document, DocumentFault};
use serde::Serialize;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;

/// Why what a beacon wrote is not known, in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeaconError {
    #[error(transparent)]
    NotHad(#[from] LedgerError),
    #[error("its document could not be read in time")]
    Late,
    #[error(transparent)]
    NotUnderstood(#[from] DocumentFault),
}

/// What lies under a beacon's name.
#[derive(Clone, Debug)]
pub struct Heard {
    pub document: Result<Document, DocumentFault>,
    /// What somebody asked for on the resource; readable where the rest may not be.
    pub hold: Result<Option<AskedOn>, DocumentFault>,
}

/// Where what we write for the terminals lies among the beacons' documents.
const NOTICES: &str = "notice/";

/// What the terminals of an instance are to show, once for each id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    pub id: String,
    /// RFC 3339, in UTC.
    pub stop_at: Option<String>,
    pub text: String,
}

/// Where beacons write, open. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Beacons(Documents);

impl Beacons {
    /// Opens the setting `BEACONS`: a folder, or a blob container's URL.
    ///
    /// # Errors
    /// A location of no known form, a folder that is not there, and no credential where one is needed.
    pub fn open(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, NoCredential>,
    ) -> Result<Beacons, LedgerError> {
        Documents::open(location, credential).map(Beacons)
    }

    /// Which instances have a beacon, by the names of [`name`].
    ///
    /// # Errors
    /// The place cannot be listed.
    pub async fn names(&self) -> Result<HashSet<String>, LedgerError> {
        let mut names = self.0.names().await?;
        names.retain(|name| !name.starts_with(NOTICES));
        Ok(names)
    }

    /// Leaves what the terminals of the instance with this name are to show, in the place of what was left before.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn show(
        &self,
        name: &str,
        notices: &[Shown],
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let document = json!({ "version": 1, "at": at, "notices": notices });
        let name = format!("{NOTICES}{name}");
        self.0.put(&name, document.to_string().into_bytes()).await
    }

    /// The document under the name of the resource with this ARM id; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be had.
    pub async fn hear(&self, name: &str, compute: &str) -> Result<Option<Heard>, LedgerError> {
        let bytes = self.0.read(name, beacon::LONGEST).await?;
        Ok(bytes.map(|bytes| Heard {
            document: beacon::read(&bytes),
            hold: beacon::hold(&bytes, compute),
        }))
    }
}

/// The name under which the resource with this ARM id writes, in lower case: of an instance its subscription, resource
/// group, workspace and name; of a workbench its account and project in the workspace's place, of a container instance its
/// account and `-`, which is no project's name. `None` for an id of another form, or with a part that could lead elsewhere.
pub fn name(id: &str) -> Option<String> {
    let lower = id.to_lowercase();
    let whole: Vec<&str> = lower.trim_start_matches('/').split('/').collect();
    let [
        "subscriptions",
        subscription,
        "resourcegroups",
        group,
        "providers",
        provider,
        own @ ..,
    ] = &whole[..]
    else {
        return None;
    };
    let own = match (*provider, own) {
        ("microsoft.machinelearningservices", ["workspaces", workspace, "computes", compute]) => {
            vec![*workspace, *compute]
        }
        (
            "microsoft.cognitiveservices",
            [
                "accounts",
                account,
                "projects",
                project,
                "workbenches",
                workbench,
            ],
        ) => vec![*account, *project, *workbench],
        ("microsoft.cognitiveservices", ["accounts", account, "computes", compute]) => {
            vec![*account, "-", *compute]
        }
        _ => return None,
    };
    let parts = [vec![*subscription, *group], own].concat();
    let plain = parts.iter().all(|part| !matches!(*part, "" | "." | ".."));
    plain.then(|| format!("{}.json", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUNDRY: [(&str, &str); 2] = [
        (
            "/subscriptions/0a1b2c3d-0000-4000-8000-00000000000A/resourceGroups/RG-One/providers/Microsoft.CognitiveServices/accounts/AIF.Team/projects/Vision/workbenches/WB_Anna-1",
            "0a1b2c3d-0000-4000-8000-00000000000a/rg-one/aif.team/vision/wb_anna-1.json",
        ),
        (
            "/subscriptions/0a1b2c3d-0000-4000-8000-00000000000A/resourceGroups/RG-One/providers/Microsoft.CognitiveServices/accounts/AIF.Team/computes/Box-1",
            "0a1b2c3d-0000-4000-8000-00000000000a/rg-one/aif.team/-/box-1.json",
        ),
    ];

    #[test]
    fn an_instance_has_one_name_whatever_the_case_of_its_id() {
        let id = "/subscriptions/S1/resourceGroups/RG/providers/Microsoft.MachineLearningServices/workspaces/W/computes/CI-Ana";
        assert_eq!(name(id).as_deref(), Some("s1/rg/w/ci-ana.json"));
        assert_eq!(name(&id.to_uppercase()), name(id));
        let account =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/Team";
        let workbench = format!("{account}/projects/vision/workbenches/WB");
        assert_eq!(name(&workbench).as_deref(), Some("s/g/team/vision/wb.json"));
        let instance = format!("{account}/computes/box");
        assert_eq!(name(&instance).as_deref(), Some("s/g/team/-/box.json"));
        // As tests/beacon/support.py has them, by which the beacon itself is tested.
        for (id, blob) in FOUNDRY {
            assert_eq!(name(id).as_deref(), Some(blob));
        }
        for other in [
            "",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/Team",
            "/subscriptions/s",
            "/subscriptions/s/resourceGroups/../providers/Microsoft.MachineLearningServices/workspaces/w/computes/c",
        ] {
            assert_eq!(name(other), None, "{other}");
        }
    }
}
