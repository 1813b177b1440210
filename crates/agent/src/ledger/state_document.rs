//! The saved state of a workspace, each resource left as it is written until it is asked for: what a workspace of many
//! thousands takes is little more than its document.

use super::envelope::{Fields, Name, Unknown, kept, raw};
use super::error::{LedgerError, one_line};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use lamplighter_core::record::ResourceState;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Of at most so many resources what was read when the document came in is kept as it was read, too: of more, that would take
/// more than their text.
const READ_ONCE: usize = 64;

/// The saved state of a workspace. Its JSON is that of `WorkspaceState`.
#[derive(Clone, Default)]
pub struct StateDocument {
    /// When the document was last written: every resource in it was observed at that time.
    pub swept_at: Option<DateTime<Utc>>,
    /// When it was last asked which of its instances give their cores up.
    quota_read_at: Option<DateTime<Utc>>,
    /// By ARM id, lower case.
    resources: BTreeMap<Bytes, Member>,
    /// Something differs from what was loaded.
    changed: bool,
    /// Fields of a later version: kept, and written again.
    unknown: Unknown,
    /// The ledger that it is from, as people may see it.
    pub(super) location: String,
}

/// A resource as it is written.
#[derive(Clone)]
struct Member {
    /// Its id and its state, as they stand in the document: `"id":{…}`.
    text: Bytes,
    /// Where in it the state begins.
    state_at: usize,
    /// An avoided interval is open, or one of a resource that was started again.
    is_counted: bool,
    /// Some of its warm nodes idle.
    is_warm: bool,
    /// It has been met since the document was loaded.
    met: bool,
    /// The same, as it was read; not of many.
    read: Option<Box<ResourceState>>,
}

/// What stands before the resources.
#[derive(Serialize)]
struct Head<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    swept_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota_read_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    unknown: &'a Unknown,
}

impl StateDocument {
    /// `document`: the bytes that `state` is a part of. Every resource is read once, and must be readable.
    pub(super) fn parse(document: &Bytes, state: &RawValue) -> serde_json::Result<StateDocument> {
        let mut fields: Fields<'_> = serde_json::from_str(state.get())?;
        let mut instant = |name: &'static str| -> serde_json::Result<Option<DateTime<Utc>>> {
            match raw(&mut fields, name) {
                Ok(at) => serde_json::from_str(at.get()),
                Err(_) => Ok(None),
            }
        };
        let swept_at = instant("swept_at")?;
        let quota_read_at = instant("quota_read_at")?;
        let mut resources = BTreeMap::new();
        if let Ok(list) = raw(&mut fields, "resources") {
            let list = serde_json::from_str::<Fields<'_>>(list.get())?;
            let few = list.len() <= READ_ONCE;
            for (Name(id), state) in list {
                let read: ResourceState = serde_json::from_str(state.get())?;
                let found = match &id {
                    Cow::Borrowed(id) => Member::within(document, id, state, &read),
                    // It has escapes.
                    Cow::Owned(_) => None,
                };
                let (key, member) = match found {
                    Some(found) => found,
                    None => Member::of(&id, state, &read)?,
                };
                let (met, read) = (false, few.then(|| Box::new(read)));
                resources.insert(
                    key,
                    Member {
                        met,
                        read,
                        ..member
                    },
                );
            }
        }
        Ok(StateDocument {
            swept_at,
            quota_read_at,
            resources,
            changed: false,
            unknown: kept(fields),
            location: String::new(),
        })
    }

    /// What is remembered of a resource.
    pub fn get(&self, id: &str) -> Option<ResourceState> {
        // It was read once when it came in.
        let member = self.resources.get(id.as_bytes())?;
        match &member.read {
            Some(read) => Some(ResourceState::clone(read)),
            None => serde_json::from_slice(member.state()).ok(),
        }
    }

    /// Remembers a resource, in the place of what was known of it.
    ///
    /// # Errors
    /// It has no form in JSON.
    pub fn put(&mut self, id: &str, state: &ResourceState) -> Result<(), LedgerError> {
        if let Some(known) = self.resources.get_mut(id.as_bytes())
            && known.read.as_deref() == Some(state)
        {
            known.met = true;
            return Ok(());
        }
        let member = Member::of(id, state, state);
        let (key, member) = member.map_err(|error| LedgerError::Unwritable {
            location: self.location.clone(),
            doing: "save a state".into(),
            problem: one_line(&error.to_string()),
        })?;
        match self.resources.get_mut(&key) {
            // What is as it was stays where it lies.
            Some(known) if known.state() == member.state() => known.met = true,
            Some(known) => {
                *known = member;
                self.changed = true;
            }
            None => {
                self.resources.insert(key, member);
                self.changed = true;
            }
        }
        Ok(())
    }

    /// Changes what is remembered of a resource, where anything is.
    ///
    /// # Errors
    /// As [`StateDocument::put`].
    pub fn change(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut ResourceState),
    ) -> Result<(), LedgerError> {
        let Some(mut state) = self.get(id) else {
            return Ok(());
        };
        change(&mut state);
        self.put(id, &state)
    }

    /// Keeps a resource that is there, and of which nothing is to be remembered.
    pub fn meet(&mut self, id: &str) {
        if let Some(member) = self.resources.get_mut(id.as_bytes()) {
            member.met = true;
        }
    }

    pub fn remove(&mut self, id: &str) {
        self.changed |= self.resources.remove(id.as_bytes()).is_some();
    }

    /// The ids of the resources that have not been met since the document was loaded.
    pub fn not_met(&self) -> Vec<String> {
        let missing = self.resources.iter().filter(|(_, member)| !member.met);
        missing
            .map(|(id, _)| String::from_utf8_lossy(id).into_owned())
            .collect()
    }

    /// Whether time is counted of a resource, as saved or as a cost, that ends with the last sweep should it be deleted.
    pub fn any_counted(&self) -> bool {
        self.resources.values().any(|member| member.is_counted)
    }

    /// What is remembered of the clusters whose warm nodes idle.
    pub fn warm(&self) -> impl Iterator<Item = ResourceState> {
        let warm = self.resources.values().filter(|member| member.is_warm);
        warm.filter_map(|member| serde_json::from_slice(member.state()).ok())
    }

    /// When it was last asked which of its instances give their cores up.
    pub fn quota_read_at(&self) -> Option<DateTime<Utc>> {
        self.quota_read_at
    }

    pub fn set_quota_read(&mut self, at: DateTime<Utc>) {
        self.changed |= self.quota_read_at != Some(at);
        self.quota_read_at = Some(at);
    }

    /// Whether something differs from what was loaded.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// The JSON of the state. What was loaded stays where it lies.
    pub(super) fn pieces(&self) -> serde_json::Result<Vec<Bytes>> {
        let mut head = serde_json::to_vec(&Head {
            swept_at: self.swept_at,
            quota_read_at: self.quota_read_at,
            unknown: &self.unknown,
        })?;
        head.pop();
        let comma = if head.len() > 1 { "," } else { "" };
        head.extend_from_slice(format!("{comma}\"resources\":{{").as_bytes());
        let mut pieces = vec![Bytes::from(head)];
        for member in self.resources.values() {
            if pieces.len() > 1 {
                pieces.push(Bytes::from_static(b","));
            }
            pieces.push(member.text.clone());
        }
        pieces.push(Bytes::from_static(b"}}"));
        Ok(pieces)
    }
}

impl Member {
    /// As it lies in a document, both being parts of its bytes; `None` where the state does not follow upon its id, which
    /// stands there twice.
    fn within(
        document: &Bytes,
        id: &str,
        state: &RawValue,
        read: &ResourceState,
    ) -> Option<(Bytes, Member)> {
        let begin = document.as_ptr() as usize;
        let id_at = (id.as_ptr() as usize).checked_sub(begin)?;
        let state_at = (state.get().as_ptr() as usize).checked_sub(begin)?;
        let (quote_at, id_end) = (id_at.checked_sub(1)?, id_at + id.len());
        let between = document.get(id_end..state_at)?;
        let between = std::str::from_utf8(between).ok()?;
        let follows = between.strip_prefix('"')?.trim() == ":";
        follows.then(|| {
            let member = Member {
                text: document.slice(quote_at..state_at + state.get().len()),
                state_at: state_at - quote_at,
                is_counted: read.avoided.is_some() || read.started_again_interval.is_some(),
                is_warm: read.warm_nodes.is_some(),
                met: false,
                read: None,
            };
            (document.slice(id_at..id_end), member)
        })
    }

    fn of(
        id: &str,
        state: &(impl Serialize + ?Sized),
        read: &ResourceState,
    ) -> serde_json::Result<(Bytes, Member)> {
        let mut text = serde_json::to_vec(id)?;
        text.push(b':');
        let state_at = text.len();
        serde_json::to_writer(&mut text, state)?;
        text.shrink_to_fit();
        let text = Bytes::from(text);
        // Within its quotes, unless it has escapes.
        let written = text.slice(1..state_at - 2);
        let key = match written == id.as_bytes() {
            true => written,
            false => Bytes::copy_from_slice(id.as_bytes()),
        };
        let member = Member {
            text,
            state_at,
            is_counted: read.avoided.is_some() || read.started_again_interval.is_some(),
            is_warm: read.warm_nodes.is_some(),
            met: true,
            read: None,
        };
        Ok((key, member))
    }

    fn state(&self) -> &[u8] {
        &self.text[self.state_at..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplighter_core::record::WorkspaceState;
    use serde_json::{Value, json};

    fn state(document: &str) -> StateDocument {
        let bytes = Bytes::copy_from_slice(document.as_bytes());
        let raw: &RawValue = serde_json::from_slice(&bytes).expect("JSON");
        StateDocument::parse(&bytes, raw).expect("a state")
    }

    fn text(state: &StateDocument) -> String {
        String::from_utf8(state.pieces().expect("JSON").concat()).expect("text")
    }

    #[test]
    fn what_is_read_is_written_again_whatever_its_form() {
        let documents = [
            r#"{}"#,
            r#"{"resources":{}}"#,
            r#"{"swept_at":"2026-11-23T19:00:00Z","quota_read_at":"2026-11-23T08:00:00Z","resources":{"/a":{"hold":1},"/b":{}},"later":[1,2.50]}"#,
            "{ \"resources\" : {\n\"/a\" :\n{ \"rest\" : \"on\" } , \"/\\u0062\":{}, \"\":{} } }",
        ];
        for document in documents {
            let mut expected: Value = serde_json::from_str(document).expect("JSON");
            let fields = expected.as_object_mut().expect("an object");
            fields.entry("resources").or_insert(json!({}));
            let written: Value = serde_json::from_str(&text(&state(document))).expect("JSON");
            assert_eq!(written, expected, "{document}");
        }
    }

    #[test]
    fn of_an_id_that_stands_twice_the_last_counts_and_no_other_is_touched() {
        let document = r#"{"resources":{"/z":{"untold":["1"]},"/b":{},"/z":{"untold":["2"]}}}"#;
        let mut state = state(document);
        let new = |b: &mut ResourceState| b.recorded_decision = Some("new".into());
        state.change("/b", new).expect("JSON");
        let text = text(&state);
        let read: WorkspaceState = serde_json::from_str(&text).expect("a state");
        let of_b = read.resources["/b"].recorded_decision.as_deref();
        assert_eq!((of_b, read.resources.len()), (Some("new"), 2));
        assert_eq!(read.resources["/z"].untold, ["2"]);
        assert_eq!(
            (text.matches("/b").count(), text.matches("/z").count()),
            (1, 1)
        );
    }

    #[test]
    fn what_is_put_as_it_was_changes_nothing_and_is_met() {
        let known = ResourceState {
            recorded_decision: Some("leave".into()),
            ..ResourceState::default()
        };
        // Of few, what was read is kept; of more, it is read again.
        for more in [0, READ_ONCE] {
            let mut first = state("{}");
            let others: Vec<String> = (0..more).map(|n| format!("/other-{n}")).collect();
            for other in &others {
                first.put(other, &known).expect("JSON");
            }
            first.put("/a", &known).expect("JSON");
            assert!(first.is_changed());
            let mut again = state(&text(&first));
            assert_eq!(again.not_met().len(), more + 1);
            assert_eq!(again.resources[b"/a".as_slice()].read.is_some(), more == 0);
            for other in &others {
                again.meet(other);
            }
            again.put("/a", &known).expect("JSON");
            assert!(!again.is_changed() && again.not_met().is_empty());
            assert_eq!(again.get("/a"), Some(known.clone()));
            let new = ResourceState {
                recorded_decision: Some("stop".into()),
                ..known.clone()
            };
            again.put("/a", &new).expect("JSON");
            assert!(again.is_changed());
            assert_eq!(again.get("/a"), Some(new));
            again.remove("/a");
            assert!(again.is_changed() && again.get("/a").is_none());
        }
    }
}
