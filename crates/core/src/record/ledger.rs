//! The ledger's records: append-only, and read for years.

use super::schema::SCHEMA;
use super::{
    Action, Closed, Ended, Interval, Observation, OwedAbout, OwnOperation, PersonalHold,
    PricePerHour, Reason, Resource, ToldBy, UseDay,
};
use crate::policy::TagError;
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use serde::de::{Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// One record. `id` is made of what it is, so that writing it twice is writing it once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Record {
    pub schema: u32,
    pub id: String,
    pub at: DateTime<Utc>,
    /// `None` for what concerns a whole sweep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    #[serde(flatten)]
    pub what: What,
}

impl Record {
    /// A record of this version.
    pub fn new(id: String, at: DateTime<Utc>, resource: Option<Resource>, what: What) -> Record {
        Record {
            schema: SCHEMA,
            id,
            at,
            resource,
            what,
        }
    }
}

/// What a record says, named by its field `record`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum What {
    /// A decision that differs from the one written before.
    Decision {
        action: Action,
        reason: Reason,
        text: String,
        /// In which zone the times in `text` are; of before this was kept nothing tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<String>,
        dry_run: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<TagError>,
    },
    /// What a resource was observed to be, where that differs from what was written before.
    Observed {
        observation: Observation,
    },
    /// A start or stop that we claimed and are about to ask for.
    Action {
        operation: OwnOperation,
    },
    /// Azure's answer to it.
    Answer {
        operation: String,
        power: Power,
        accepted: bool,
        /// A refusal that may pass by itself, and so is no failure yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        passing: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// How it ended.
    Settlement {
        operation: String,
        power: Power,
        reason: Reason,
        ended: Ended,
    },
    Opened {
        interval: Interval,
    },
    Closed {
        closed: Closed,
    },
    /// A price has changed while an interval of this size and region was open.
    Price {
        vm_size: String,
        location: String,
        price: PricePerHour,
        /// Since when it holds, where its source dates it; else since this record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<DateTime<Utc>>,
    },
    /// The resource is no longer there.
    Deleted,
    /// Azure's own idle timer, set by us.
    Timer {
        /// Seconds.
        to: u64,
        accepted: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A start of ours after which nobody worked on the resource until it was stopped for want of work.
    Unneeded {
        /// The operation's id.
        start: String,
    },
    /// Something about the resource does not work as it should.
    Warning {
        text: String,
    },
    /// A person keeps the resource on: taken in by the sweep that found it.
    Hold {
        hold: PersonalHold,
    },
    /// A message to an owner.
    Notice {
        to: Option<String>,
        text: String,
        stop_at: DateTime<Utc>,
        /// What each channel made of it; empty: only the log has it. Older records do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<Vec<ToldBy>>,
        /// Some channel has accepted it. Older records say so of what only the log had, too.
        delivered: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A message of what has happened: to an owner, or, without a resource, of a week.
    Told {
        about: OwedAbout,
        to: Option<String>,
        text: String,
        /// What each channel made of it.
        told: Vec<ToldBy>,
        /// Some channel has accepted it.
        delivered: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// What was seen of a resource's use on a day that is over.
    Use {
        seen: UseDay,
    },
    /// One sweep's summary: of every one that did or found something, and once an hour of a quiet one.
    Sweep {
        summary: Value,
    },
    /// A kind of record that is newer than this program.
    #[serde(skip_deserializing, untagged)]
    Newer(NewerRecord),
}

/// A record of a kind that this program does not know, with all its fields but those that every record has.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct NewerRecord(pub Map<String, Value>);

impl NewerRecord {
    /// Its kind, as its writer named it.
    pub fn kind(&self) -> &str {
        let kind = self.0.get("record").and_then(Value::as_str);
        kind.unwrap_or_default()
    }
}

/// The kinds of [`What`], as `record` names them.
const KINDS: [&str; 17] = [
    "decision",
    "observed",
    "action",
    "answer",
    "settlement",
    "opened",
    "closed",
    "price",
    "deleted",
    "timer",
    "unneeded",
    "warning",
    "hold",
    "notice",
    "told",
    "use",
    "sweep",
];

/// A record that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("it does not say what kind of record it is")]
    NoKind,
    #[error("a field of a record of kind {0} is missing or of another form")]
    Fields(String),
}

/// A record before its kind is looked at. Read by hand: by the hundred thousand, what `flatten` keeps meanwhile takes most of
/// the time.
#[derive(Default)]
struct Raw {
    schema: Option<u32>,
    id: Option<String>,
    at: Option<DateTime<Utc>>,
    resource: Option<Option<Resource>>,
    rest: Map<String, Value>,
}

const FIRST_SCHEMA: u32 = 1;

impl Raw {
    fn take<'de, A: MapAccess<'de>>(
        &mut self,
        name: String,
        fields: &mut A,
    ) -> Result<(), A::Error> {
        let again = match name.as_str() {
            "schema" => self.schema.replace(fields.next_value()?).map(|_| "schema"),
            "id" => self.id.replace(fields.next_value()?).map(|_| "id"),
            "at" => self.at.replace(fields.next_value()?).map(|_| "at"),
            "resource" => self
                .resource
                .replace(fields.next_value()?)
                .map(|_| "resource"),
            _ => {
                self.rest.insert(name, fields.next_value()?);
                None
            }
        };
        again.map_or(Ok(()), |name| Err(A::Error::duplicate_field(name)))
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Raw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Raw, A::Error> {
                let mut raw = Raw::default();
                while let Some(name) = fields.next_key()? {
                    raw.take(name, &mut fields)?;
                }
                let missing = [("id", raw.id.is_none()), ("at", raw.at.is_none())];
                match missing.into_iter().find(|(_, missing)| *missing) {
                    Some((name, _)) => Err(A::Error::missing_field(name)),
                    None => Ok(raw),
                }
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// A record as it is filed in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filed<R> {
    /// Which decides about the day under which it lies.
    pub at: DateTime<Utc>,
    pub id: String,
    pub record: R,
}

impl Filed<Record> {
    /// Reads one. Here and not where it is called, since this crate is built to be fast.
    ///
    /// # Errors
    /// It is no JSON, or no record.
    pub fn from_json(bytes: &[u8]) -> serde_json::Result<Filed<Record>> {
        serde_json::from_slice(bytes)
    }
}

impl TryFrom<Raw> for Record {
    type Error = RecordError;

    fn try_from(raw: Raw) -> Result<Record, RecordError> {
        let schema = raw.schema.unwrap_or(FIRST_SCHEMA);
        let kind = raw.rest.get("record").and_then(Value::as_str);
        let what = match kind {
            Some(kind) if KINDS.contains(&kind) => {
                match What::deserialize((&raw.rest).into_deserializer()) {
                    Ok(what) => what,
                    // A later schema may hold codes that are not known here.
                    Err(_) if schema > SCHEMA => What::Newer(NewerRecord(raw.rest)),
                    Err(_) => return Err(RecordError::Fields(kind.to_owned())),
                }
            }
            Some(_) => What::Newer(NewerRecord(raw.rest)),
            None => return Err(RecordError::NoKind),
        };
        Ok(Record {
            schema,
            // Neither is missing: it would not have been read.
            id: raw.id.unwrap_or_default(),
            at: raw.at.unwrap_or_default(),
            resource: raw.resource.flatten(),
            what,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DateTime<Utc> {
        "2026-11-23T19:05:00Z".parse().expect("a time")
    }

    #[test]
    fn a_record_of_a_newer_kind_is_kept_whole() {
        let text = r#"{"schema":7,"id":"x","at":"2026-11-23T19:05:00Z","record":"scaled","from":3,"to":0}"#;
        let record: Record = serde_json::from_str(text).expect("a record");
        let What::Newer(newer) = &record.what else {
            panic!("{record:?}");
        };
        assert_eq!((newer.kind(), record.schema), ("scaled", 7));
        let again: Value = serde_json::to_value(&record).expect("JSON");
        assert_eq!(again, serde_json::from_str::<Value>(text).expect("JSON"));
    }

    #[test]
    fn a_known_kind_with_a_code_of_a_later_schema_is_kept_whole() {
        let of = |schema: u32| {
            format!(
                r#"{{"schema":{schema},"id":"x","at":"2026-11-23T19:05:00Z","record":"decision","action":"shrink","reason":"r","text":"t"}}"#
            )
        };
        let record: Record = serde_json::from_str(&of(2)).expect("a record");
        let What::Newer(newer) = &record.what else {
            panic!("{record:?}");
        };
        assert_eq!((newer.kind(), record.schema), ("decision", 2));
        let again: Value = serde_json::to_value(&record).expect("JSON");
        assert_eq!(again, serde_json::from_str::<Value>(&of(2)).expect("JSON"));
        assert!(serde_json::from_str::<Record>(&of(1)).is_err());
    }

    #[test]
    fn a_known_kind_without_its_fields_is_an_error_and_not_a_newer_one() {
        let text = r#"{"schema":1,"id":"x","at":"2026-11-23T19:05:00Z","record":"warning"}"#;
        let error = serde_json::from_str::<Record>(text).expect_err("no text");
        assert!(error.to_string().contains("warning"), "{error}");
        let text = r#"{"schema":1,"id":"x","at":"2026-11-23T19:05:00Z"}"#;
        assert!(serde_json::from_str::<Record>(text).is_err());
    }

    #[test]
    fn a_notice_of_before_channels_were_told_of_is_read_and_says_nothing_of_them() {
        let text = r#"{"schema":1,"id":"x","at":"2026-11-23T18:45:00Z","record":"notice","to":"ana",
            "text":"t","stop_at":"2026-11-23T19:00:00Z","delivered":true}"#;
        let record: Record = serde_json::from_str(text).expect("a record");
        let What::Notice { told, .. } = &record.what else {
            panic!("{record:?}");
        };
        assert_eq!(*told, None);
        let none = What::Notice {
            to: None,
            text: "t".into(),
            stop_at: at(),
            told: Some(Vec::new()),
            delivered: false,
            why: None,
        };
        let json = serde_json::to_value(Record::new("x".into(), at(), None, none)).expect("JSON");
        assert_eq!(
            json["told"],
            serde_json::json!([]),
            "and that is not left out"
        );
    }

    #[test]
    fn a_record_says_its_schema_and_its_kind() {
        let record = Record::new("x".into(), at(), None, What::Deleted);
        let json = serde_json::to_value(&record).expect("JSON");
        assert_eq!(json["schema"], 1);
        assert_eq!(json["record"], "deleted");
        assert_eq!(
            serde_json::from_value::<Record>(json).expect("a record"),
            record
        );
    }
}
