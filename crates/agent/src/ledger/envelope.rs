//! What stands around a document's content: its schema, its kind, who wrote it, and whatever a later version has put
//! beside them. A reader takes every schema from 1 on, and keeps what it does not know.

use lamplighter_core::record::SCHEMA;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The key, and the kind, of what the doctor found when the app first started.
pub const DOCTOR_KEY: &str = "doctor";
/// The kind of a workspace's saved state.
pub(super) const WORKSPACE_STATE: &str = "workspace-state";
/// The kind of what sweeps leave for each other that is no workspace's.
const SWEEP_HISTORY: &str = "sweep-history";
/// The kind of what the parts of a round leave for each other.
const ROUND_PART: &str = "round-part";

/// Fields that this version does not know, as they were written.
pub(super) type Unknown = BTreeMap<String, Box<RawValue>>;

/// A saved state as it lies in the store.
#[derive(Serialize)]
pub(super) struct SavedState<'a, T> {
    schema: u32,
    kind: &'static str,
    /// Of the program that wrote it: where the schema is too new for a reader, this is the version that it needs.
    version: &'static str,
    /// The ARM id, as the writer spelt it; of what is no workspace's, its name.
    workspace: &'a str,
    /// Drawn anew for every save, so that a writer whose answer was lost on the way knows its own document.
    pub writer: String,
    state: &'a T,
    #[serde(flatten)]
    unknown: &'a Unknown,
}

impl<'a, T> SavedState<'a, T> {
    pub fn new(workspace: &'a str, state: &'a T, unknown: &'a Unknown) -> SavedState<'a, T> {
        SavedState {
            schema: SCHEMA,
            kind: match workspace {
                DOCTOR_KEY => DOCTOR_KEY,
                id if id.starts_with('/') => WORKSPACE_STATE,
                _ => SWEEP_HISTORY,
            },
            version: env!("CARGO_PKG_VERSION"),
            workspace,
            writer: format!("{:032x}", fastrand::u128(..)),
            state,
            unknown,
        }
    }
}

/// A saved state that was read, its content not yet looked at.
pub(super) struct SavedStateRead {
    pub schema: u32,
    pub kind: String,
    pub version: String,
    pub workspace: String,
    pub writer: String,
    state: Box<RawValue>,
    pub unknown: Unknown,
}

impl SavedStateRead {
    pub fn parse(bytes: &[u8]) -> serde_json::Result<SavedStateRead> {
        let mut fields: Unknown = serde_json::from_slice(bytes)?;
        Ok(SavedStateRead {
            schema: take(&mut fields, "schema")?,
            kind: take(&mut fields, "kind")?,
            version: take(&mut fields, "version").unwrap_or_default(),
            workspace: take(&mut fields, "workspace")?,
            writer: take(&mut fields, "writer")?,
            state: take(&mut fields, "state")?,
            unknown: fields,
        })
    }

    /// Whether its fields may mean something else than this version takes them for.
    pub fn is_newer(&self) -> bool {
        self.schema > SCHEMA
    }

    pub fn state<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.state.get())
    }
}

fn take<T: DeserializeOwned>(fields: &mut Unknown, name: &'static str) -> serde_json::Result<T> {
    let field = fields.remove(name);
    let field = field.ok_or_else(|| serde_json::Error::missing_field(name))?;
    serde_json::from_str(field.get())
}

/// What one part of a round leaves, as it lies in the store.
#[derive(Serialize, Deserialize)]
pub(super) struct PartDocument<T> {
    schema: u32,
    kind: String,
    pub part: T,
}

impl<T> PartDocument<T> {
    pub fn new(part: T) -> PartDocument<T> {
        PartDocument {
            schema: SCHEMA,
            kind: ROUND_PART.into(),
            part,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn fields_of_a_later_version_are_written_again_as_they_were() {
        let newer = json!({
            "schema": 1, "kind": "workspace-state", "workspace": "/w", "writer": "a", "state": 3,
            "signed_by": {"key": [1, 2.50]},
        });
        let read = SavedStateRead::parse(newer.to_string().as_bytes()).expect("a document");
        assert_eq!(
            (read.state::<u32>().expect("a number"), read.is_newer()),
            (3, false)
        );
        let again = SavedState::new(&read.workspace, &4, &read.unknown);
        let again: Value = serde_json::to_value(again).expect("JSON");
        assert_eq!(again["signed_by"], newer["signed_by"]);
        assert_eq!((&again["state"], &again["schema"]), (&json!(4), &json!(1)));
    }

    #[test]
    fn a_document_that_lacks_a_field_names_it() {
        let error = SavedStateRead::parse(br#"{"schema":1,"kind":"x"}"#)
            .err()
            .expect("no workspace");
        assert!(error.to_string().contains("workspace"), "{error}");
    }
}
