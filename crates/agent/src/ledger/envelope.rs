//! What stands around a document's content: its schema, its kind, who wrote it, and whatever a later version has put
//! beside them. A reader takes every schema from 1 on, and keeps what it does not know.

use bytes::Bytes;
use lamplighter_core::record::SCHEMA;
use object_store::PutPayload;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The key, and the kind, of what the doctor found when the app first started.
pub const DOCTOR_KEY: &str = "doctor";
/// The key, and the kind, of who decides about what is attached to several workspaces.
pub const ATTACHED_KEY: &str = "attached";
/// The key, and the kind, of what else there is that nothing governs.
pub const INVENTORY_KEY: &str = "inventory";
/// The kind of a workspace's saved state.
pub(super) const WORKSPACE_STATE: &str = "workspace-state";
/// What is remembered of a project or an account of Foundry has this before its ARM id, and as its kind.
pub const PLACE_KEY: &str = "foundry-place";
/// The kind of what sweeps leave for each other that is no workspace's.
const SWEEP_HISTORY: &str = "sweep-history";
/// The kind of what the parts of a round leave for each other.
const ROUND_PART: &str = "round-part";
/// The kind of a person's hold.
const HOLD: &str = "hold";
/// The kind of a key that signs people's links.
const KEY: &str = "key";

/// A document of at most so many bytes is written in one piece.
const IN_ONE_PIECE: usize = 1 << 20;

/// Fields that this version does not know, as they were written.
pub(super) type Unknown = BTreeMap<String, Box<RawValue>>;

/// What stands before a saved state's content, in a document that is to be written.
#[derive(Serialize)]
struct Head<'a> {
    schema: u32,
    kind: &'static str,
    /// Of the program that wrote it: where the schema is too new for a reader, this is the version that it needs.
    version: &'static str,
    /// The ARM id, as the writer spelt it; of what is no workspace's, its name.
    workspace: &'a str,
    /// Drawn anew for every save, so that a writer whose answer was lost on the way knows its own document.
    writer: &'a str,
    #[serde(flatten)]
    unknown: &'a Unknown,
}

/// A document of a saved state that is to be written, in pieces: a large one is never copied into one.
pub(super) struct SavedState {
    pub writer: String,
    pieces: Vec<Bytes>,
}

impl SavedState {
    /// `state`: the content, as JSON in pieces.
    pub fn new(
        workspace: &str,
        state: Vec<Bytes>,
        unknown: &Unknown,
    ) -> serde_json::Result<SavedState> {
        let writer = format!("{:032x}", fastrand::u128(..));
        let head = Head {
            schema: SCHEMA,
            kind: match workspace {
                DOCTOR_KEY => DOCTOR_KEY,
                ATTACHED_KEY => ATTACHED_KEY,
                INVENTORY_KEY => INVENTORY_KEY,
                id if id.starts_with('/') => WORKSPACE_STATE,
                id if id.starts_with(PLACE_KEY) => PLACE_KEY,
                _ => SWEEP_HISTORY,
            },
            version: env!("CARGO_PKG_VERSION"),
            workspace,
            writer: &writer,
            unknown,
        };
        let mut head = serde_json::to_vec(&head)?;
        // The content comes last, within the same braces.
        head.pop();
        head.extend_from_slice(br#","state":"#);
        let (first, last) = ([Bytes::from(head)], [Bytes::from_static(b"}")]);
        let pieces = first.into_iter().chain(state).chain(last).collect();
        Ok(SavedState { writer, pieces })
    }

    /// The document as it is handed over: a small one in one piece, as it is quicker so.
    pub fn payload(&self) -> PutPayload {
        match self.pieces.iter().map(Bytes::len).sum::<usize>() {
            ..=IN_ONE_PIECE => PutPayload::from(self.pieces.concat()),
            _ => self.pieces.iter().cloned().collect(),
        }
    }
}

/// A saved state that was read, its content not yet looked at.
pub(super) struct SavedStateRead<'a> {
    pub schema: u32,
    pub kind: String,
    pub version: String,
    pub workspace: String,
    pub writer: String,
    pub state: &'a RawValue,
    pub unknown: Unknown,
}

impl<'a> SavedStateRead<'a> {
    pub fn parse(bytes: &'a [u8]) -> serde_json::Result<SavedStateRead<'a>> {
        let mut fields: Fields<'a> = serde_json::from_slice(bytes)?;
        Ok(SavedStateRead {
            schema: take(&mut fields, "schema")?,
            kind: take(&mut fields, "kind")?,
            version: take(&mut fields, "version").unwrap_or_default(),
            workspace: take(&mut fields, "workspace")?,
            writer: take(&mut fields, "writer")?,
            state: raw(&mut fields, "state")?,
            unknown: kept(fields),
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

/// The members of a JSON object, their values where they lie.
pub(super) type Fields<'a> = BTreeMap<Name<'a>, &'a RawValue>;

/// The name of a member, where it lies unless it has escapes.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// Takes a member out.
pub(super) fn raw<'a>(
    fields: &mut Fields<'a>,
    name: &'static str,
) -> serde_json::Result<&'a RawValue> {
    let field = fields.remove(&Name(Cow::Borrowed(name)));
    field.ok_or_else(|| serde_json::Error::missing_field(name))
}

/// The members that this version does not know, to be kept.
pub(super) fn kept(fields: Fields<'_>) -> Unknown {
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.0.into_owned(), value.to_owned()))
        .collect()
}

fn take<T: DeserializeOwned>(fields: &mut Fields<'_>, name: &'static str) -> serde_json::Result<T> {
    serde_json::from_str(raw(fields, name)?.get())
}

/// What one part of a round leaves, or a person, or a key, as it lies in the store.
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

    pub fn key(part: T) -> PartDocument<T> {
        PartDocument {
            kind: KEY.into(),
            ..PartDocument::new(part)
        }
    }

    pub fn hold(part: T) -> PartDocument<T> {
        PartDocument {
            kind: HOLD.into(),
            ..PartDocument::new(part)
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
        let newer_text = newer.to_string();
        let read = SavedStateRead::parse(newer_text.as_bytes()).expect("a document");
        assert_eq!(
            (read.state::<u32>().expect("a number"), read.is_newer()),
            (3, false)
        );
        let state = vec![Bytes::from_static(b"4")];
        let again = SavedState::new(&read.workspace, state, &read.unknown).expect("JSON");
        let again: Value = serde_json::from_slice(&again.pieces.concat()).expect("JSON");
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
