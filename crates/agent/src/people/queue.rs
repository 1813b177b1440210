//! A hold that somebody asks for by a message on the queue `holds`.

use super::known::Known;
use crate::ledger::{HeldResource, LedgerError};
use crate::sweep::Context;
use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use lamplighter_core::duration;
use lamplighter_core::record::{Door, PersonalHold, Resource, WorkspaceState};
use lamplighter_core::text::visible;
use serde::Deserialize;
use serde_json::Value;

/// So much of what a message calls its sender is kept, in characters.
const LONGEST_NAME: usize = 100;

/// How long somebody wants a resource kept on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    For(TimeDelta),
    UntilNextStart,
}

impl Keep {
    /// Reads `2h`, `90m`, `PT2H` or `until next start`.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use lamplighter_agent::people::queue::Keep;
    /// assert_eq!(Keep::read(" 90M "), Some(Keep::For(TimeDelta::minutes(90))));
    /// assert_eq!(Keep::read("until the next start"), Some(Keep::UntilNextStart));
    /// assert_eq!(Keep::read("for ever"), None);
    /// ```
    pub fn read(text: &str) -> Option<Keep> {
        let words = text.trim().to_ascii_lowercase();
        match words.as_str() {
            "until next start" | "until the next start" => Some(Keep::UntilNextStart),
            length => {
                let length = duration::parse(length).ok()?;
                TimeDelta::from_std(length).ok().map(Keep::For)
            }
        }
    }
}

/// Why a message asks for nothing that can be had; trying again helps nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(
        "a message on the queue holds could not be read: {0}; expected JSON such as {{\"resource\": \"ml/ci-ana\", \"keep\": \"2h\"}}"
    )]
    NotRead(String),
    #[error(
        "{0} is not kept on: \"{1}\" is no length of time such as 2h, nor \"until next start\""
    )]
    Length(String, String),
    #[error("{0} is not kept on: no saved state knows a resource of that name")]
    Unknown(String),
    #[error("{0} is not kept on: there are several of that name; give the ARM id")]
    Several(String),
    #[error(
        "{0} is not kept on: one hold has followed the other, and all of them end with HOLD_LIMIT"
    )]
    Limit(String),
    #[error("{0} is not kept on: HOLD_LIMIT is 0")]
    NotTaken(String),
}

/// Why a message could not be dealt with now.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A message that was dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The resource, as people call it.
    pub name: String,
    pub id: String,
    pub until: DateTime<Utc>,
    /// It came too late: its time is over.
    pub over: bool,
}

impl std::fmt::Display for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let until = self.until.to_rfc3339_opts(SecondsFormat::Secs, true);
        let name = &self.name;
        match self.over {
            false => write!(
                f,
                "{name} is kept on until {until}, by a message on the queue"
            ),
            true => write!(
                f,
                "{name}: a message that asked to keep it on until {until} came too late"
            ),
        }
    }
}

#[derive(Deserialize)]
struct Message {
    resource: String,
    keep: String,
    #[serde(default)]
    by: Option<String>,
}

/// Deals with a message: a line about it, which is logged. `last`: it is not tried again.
///
/// # Errors
/// It could not be dealt with now.
pub async fn answer(
    context: &Context,
    (message, put_at): (&Value, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
    last: bool,
) -> Result<String, KeepError> {
    match keep(context, message, put_at, now).await {
        Ok(kept) => {
            let (id, over, line) = (&kept.id, kept.over, kept.to_string());
            let until = kept.until.to_rfc3339();
            tracing::info!(event = "hold", id, until, over, "{line}");
            Ok(line)
        }
        // Nobody reads the host's own queue of messages that were given up.
        Err(error) if last || matches!(error, KeepError::Refused(_)) => {
            let line = error.to_string();
            tracing::error!(event = "problem", "{line}");
            Ok(line)
        }
        Err(error) => Err(error),
    }
}

/// Keeps on what a message asks for. Its time counts from when it was put on the queue (`put_at`), as far as that is
/// known, so that it is the same however often it is tried.
async fn keep(
    context: &Context,
    message: &Value,
    put_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Kept, KeepError> {
    let message = Message::deserialize(message);
    let message = message.map_err(|error| Refused::NotRead(shown(&error.to_string())))?;
    let asked = shown(&message.resource);
    let keep = Keep::read(&message.keep);
    let keep = keep.ok_or_else(|| Refused::Length(asked.clone(), shown(&message.keep)))?;
    if !context.settings.takes_holds() {
        return Err(Refused::NotTaken(asked).into());
    }
    // Days without work may stand in a calendar of the platform's.
    let (context, _) = &context.with_calendars(now).await;
    let id = named(context, &message.resource, &asked).await?;
    let known = Known::read(context, &id, now).await?;
    let known = known.ok_or_else(|| Refused::Unknown(asked.clone()))?;
    // To the second, as people read it.
    let at = put_at.unwrap_or(now).min(now).trunc_subsecs(0);
    let limit = context.settings.hold_limit();
    let last = at + limit;
    let wanted = match keep {
        Keep::For(length) => at.checked_add_signed(length),
        Keep::UntilNextStart => known.next_start(at),
    };
    let until = wanted.map_or(last, |wanted| wanted.min(last));
    let resource = &known.resource;
    let kept = |until: DateTime<Utc>| Kept {
        name: format!("{}/{}", resource.workspace, resource.name),
        id: resource.id.clone(),
        until,
        over: until <= now,
    };
    if until <= now {
        return Ok(kept(until));
    }
    let by = message.by.as_deref().map(str::trim);
    let hold = PersonalHold {
        until,
        // It goes on with the run of those before it, as sweeps count that too.
        since: known.run_begins(at),
        at,
        door: Door::Queue,
        by: by.filter(|by| !by.is_empty()).map(shown),
    };
    let hold = hold.within(limit);
    let longer = known.hold(now).map(|known| known.until.max(hold.until));
    let until = longer.unwrap_or(hold.until);
    if until <= now {
        return Err(Refused::Limit(asked).into());
    }
    let resource = resource.id.clone();
    let held = HeldResource { resource, hold };
    context.ledger.add_hold(&known.workspace, &held).await?;
    Ok(kept(until))
}

/// The ARM id of the resource that a message names: by that id, or as `workspace/name`.
async fn named(context: &Context, named: &str, shown: &str) -> Result<String, KeepError> {
    let named = named.trim().trim_end_matches('/').to_lowercase();
    if named.starts_with('/') {
        return Ok(named);
    }
    let (states, unreadable) = context.ledger.saved_states::<WorkspaceState>().await?;
    let states = states.into_iter().map(|(_, state)| state.resources);
    let resources = states.flat_map(|resources| resources.into_values());
    let resources = resources.filter_map(|state| state.resource);
    let called = |resource: &Resource| format!("{}/{}", resource.workspace, resource.name);
    let mut found = resources.filter(|resource| called(resource).to_lowercase() == named);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => Err(Refused::Several(shown.to_owned()).into()),
        (None, _) => {
            for problem in unreadable {
                tracing::warn!(event = "oddity", "{problem}");
            }
            Err(Refused::Unknown(shown.to_owned()).into())
        }
    }
}

/// Text from outside, without what hides in it, and no longer than a name.
fn shown(text: &str) -> String {
    let short: String = text.trim().chars().take(LONGEST_NAME).collect();
    visible(&short.replace(['\n', '\r', '\t'], " ")).into_owned()
}
