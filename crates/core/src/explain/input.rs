//! One case as a JSON line.

use super::object::{Object, optional};
use crate::decide::Jobs;
use crate::duration;
use crate::kinds::Kind;
use crate::kinds::instance::imagined;
use crate::observe::{Compute, ComputeState, Job, LastOperation, Tags};
use crate::policy::{Defaults, Endpoint, Layers, Reading, Subject, Target, read_for};
use crate::snapshot::Operation;
use chrono::{DateTime, Datelike, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Everything but `now` may be missing or null. Names that are not these are passed over, so that a line may
/// carry more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a JSON object with now")]
pub struct Input<'a> {
    #[serde(borrow, default)]
    pub id: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "tags")]
    pub tags: Option<Tags>,
    #[serde(default, deserialize_with = "tags")]
    pub workspace_tags: Option<Tags>,
    #[serde(default, deserialize_with = "tags")]
    pub resource_group_tags: Option<Tags>,
    /// As `KINDS` names it; missing: by `computeType`.
    #[serde(default, deserialize_with = "kind")]
    pub kind: Option<Target>,
    /// Of a deployment.
    #[serde(borrow, default)]
    pub endpoint_name: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "tags")]
    pub endpoint_tags: Option<Tags>,
    /// Of a workbench: `workspaceTags` are those of its project then.
    #[serde(default, deserialize_with = "tags")]
    pub account_tags: Option<Tags>,
    #[serde(borrow, default)]
    pub compute_name: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "rfc3339")]
    pub now: DateTime<Utc>,
    /// As Azure spells it.
    #[serde(default)]
    pub state: Option<ComputeState>,
    #[serde(borrow, default)]
    pub compute_type: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "optional")]
    pub last_operation: Option<Operation>,
    /// When Lamplighter first observed it; the time of its first operation where none is known.
    #[serde(default)]
    pub first_seen: Option<DateTime<Utc>>,
    /// When its hold was first seen, which `on for 3h` counts from; `now` where it is not given.
    #[serde(default)]
    pub hold_seen: Option<DateTime<Utc>>,
    /// The jobs on it; missing: not asked for.
    #[serde(default)]
    pub jobs: Option<Vec<JobInput>>,
    /// The Azure region; only for what looks like a slip.
    #[serde(borrow, default)]
    pub location: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub idle_time_before_shutdown: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub defaults: Option<&'a RawValue>,
}

/// A line that is JSON, and no case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    #[error("firstSeen: {at} is later than now, {now}")]
    FirstSeen {
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    },
    #[error("idleTimeBeforeShutdown: '{text}' is not {expected}")]
    IdleTimer {
        text: String,
        expected: &'static str,
    },
}

/// A job's name, or more of it.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a job's name, or an object with its name"
)]
pub enum JobInput {
    Name(String),
    More(Object<More>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct More {
    name: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    created_at: Option<DateTime<Utc>>,
}

/// Tags; one whose value is null is none.
fn tags<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Tags>, D::Error> {
    let tags: Option<BTreeMap<String, Option<String>>> = Deserialize::deserialize(from)?;
    let some = |(name, value): (String, Option<String>)| Some((name, value?));
    Ok(tags.map(|tags| tags.into_iter().filter_map(some).collect()))
}

/// A kind of resource.
fn kind<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Target>, D::Error> {
    let name: Option<Cow<'de, str>> = Deserialize::deserialize(from)?;
    let Some(name) = name else {
        return Ok(None);
    };
    Target::named(&name).map(Some).ok_or_else(|| {
        let names = Target::ALL.map(Target::name).join(", ");
        D::Error::custom(format!("kind is '{name}': expected one of {names}"))
    })
}

/// An instant, and what one looks like where it cannot be read.
fn rfc3339<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    let text: Cow<'de, str> = Deserialize::deserialize(from)?;
    match DateTime::parse_from_rfc3339(&text) {
        Ok(at) if (1..9999).contains(&at.to_utc().year()) => Ok(at.to_utc()),
        _ => Err(D::Error::custom(format!(
            "now is '{text}': expected RFC 3339, such as 2026-11-23T19:05:00Z"
        ))),
    }
}

impl JobInput {
    fn job(&self) -> Job {
        let (name, status, created_at) = match self {
            JobInput::Name(name) => (name, None, None),
            JobInput::More(Object(more)) => (&more.name, more.status.clone(), more.created_at),
        };
        Job {
            name: name.clone(),
            display_name: None,
            status,
            compute_id: None,
            created_at,
            changed_at: None,
        }
    }
}

const NOBODY: &Tags = &Tags::new();

impl Input<'_> {
    /// The policy that its tags give.
    pub fn reading(&self, defaults: &Defaults) -> Reading {
        let by_type = || Kind::named(Some(self.compute_type.as_deref()?)).known();
        let by_type = || by_type().map(|kind| kind.target());
        let subject = Subject {
            target: self.kind.or_else(by_type).unwrap_or_default(),
            endpoint: Some(Endpoint {
                name: self.endpoint_name.as_deref().unwrap_or_default(),
                tags: self.endpoint_tags.as_ref().unwrap_or(NOBODY),
            }),
            account: Some(self.account_tags.as_ref().unwrap_or(NOBODY)),
            ..Subject::default()
        };
        read_for(&subject, &self.layers(), defaults)
    }

    /// The tags, layer by layer.
    fn layers(&self) -> Layers<'_> {
        Layers {
            compute_name: self.compute_name.as_deref().unwrap_or_default(),
            compute: self.tags.as_ref().unwrap_or(NOBODY),
            workspace: self.workspace_tags.as_ref().unwrap_or(NOBODY),
            resource_group: self.resource_group_tags.as_ref().unwrap_or(NOBODY),
        }
    }

    /// The resource as a sweep would observe it. What happens after `now` has not happened yet.
    ///
    /// # Errors
    /// The idle timer's length cannot be read, or it was first seen after `now`.
    pub fn compute(&self) -> Result<Compute, InputError> {
        if let Some(at) = self.first_seen.filter(|at| *at > self.now) {
            return Err(InputError::FirstSeen { at, now: self.now });
        }
        let operation = self.last_operation.clone();
        let operation = operation.filter(|operation| operation.time <= self.now);
        let idle = self.idle_time_before_shutdown.as_deref();
        let idle = idle.map(|text| {
            duration::parse(text).map_err(|problem| InputError::IdleTimer {
                text: text.to_owned(),
                expected: problem.expected,
            })
        });
        // Without a state, only what holds in any is answered.
        let state = self.state.clone().unwrap_or(ComputeState::Running);
        let imagined = imagined(state);
        Ok(Compute {
            id: self.id.as_deref().unwrap_or_default().to_string(),
            name: self.compute_name.as_deref().unwrap_or_default().to_string(),
            compute_type: match self.compute_type.as_deref() {
                Some(kind) => Some(kind.to_string()),
                None => imagined.compute_type.clone(),
            },
            last_operation: operation.map(LastOperation::from),
            idle_time_before_shutdown: idle.transpose()?,
            ..imagined
        })
    }

    pub fn jobs(&self) -> Jobs {
        match &self.jobs {
            None => Jobs::NotAsked,
            Some(jobs) => {
                let jobs = jobs.iter().map(JobInput::job);
                Jobs::Known(jobs.filter(Job::is_active).collect())
            }
        }
    }
}
