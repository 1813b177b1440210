//! The run at the first start: of a version with its settings, by whichever instance comes first. The others read what
//! it found in the ledger, so that forty instances do not ask Azure the same forty times.

use super::check::{Diagnosis, Status};
use super::gather::examine;
use crate::ledger::{DOCTOR_KEY, Ledger, LedgerError, NoCredential, SaveError, Version};
use crate::settings::{SETTINGS, Settings};
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::from_environment;
use serde::{Deserialize, Serialize};

/// An instance that began so long ago and has left nothing has ended before its time.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(5);
/// Where something failed, whoever starts the app again wants to know whether it is mended.
const AGAIN: TimeDelta = TimeDelta::minutes(15);
/// Set by the host for each process.
const OF_THE_PROCESS: [&str; 3] = [
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "FUNCTIONS_CUSTOMHANDLER_PORT",
];

/// What lies in the ledger.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Kept {
    /// Of the version and its settings.
    of: String,
    begun: Option<DateTime<Utc>>,
    found: Option<Diagnosis>,
}

/// Which version, with which settings, is starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First(String);

impl First {
    /// `lookup`: the text of a setting, as the environment has it. Only a digest of it is kept.
    pub fn of(lookup: impl Fn(&str) -> Option<String>) -> First {
        let mut text = env!("CARGO_PKG_VERSION").to_owned();
        let names = SETTINGS.iter().map(|setting| setting.name);
        for name in names.filter(|name| !OF_THE_PROCESS.contains(name)) {
            let value = lookup(name).unwrap_or_default();
            text.push_str(&format!("\n{name}={value:?}"));
        }
        let digest = digest(&SHA256, text.as_bytes());
        First(
            digest.as_ref()[..16]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }
}

/// Examines everything and logs it, a line for each check, unless another instance does or has just done so. `None`:
/// another is at it, or no HTTP client can be made.
pub async fn first_start(
    settings: &Settings,
    first: &First,
    now: DateTime<Utc>,
) -> Option<Diagnosis> {
    let credential = || {
        let made = from_environment(settings.azure_client_id.as_deref());
        made.map_err(NoCredential::from)
    };
    // A ledger that cannot be used is for the examination to tell.
    let ledger = Ledger::open(&settings.ledger, credential).await.ok();
    let turn = match &ledger {
        Some(ledger) => turn(ledger, first, now).await,
        None => Turn::Ours(None),
    };
    let version = match turn {
        Turn::Found(found) => return Some(found),
        Turn::Theirs => return None,
        Turn::Ours(version) => version,
    };
    let found = match examine(settings.clone(), now, true).await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(event = "doctor", check = "doctor", "{error}");
            return None;
        }
    };
    log(&found);
    if let (Some(ledger), Some(version)) = (ledger, version) {
        let kept = Kept {
            of: first.0.clone(),
            begun: Some(now),
            found: Some(found.clone()),
        };
        // Another that began meanwhile leaves its own.
        if let Err(error) = ledger.save(DOCTOR_KEY, &kept, &version).await {
            tracing::debug!(event = "doctor", "what it found is not kept: {error}");
        }
    }
    Some(found)
}

/// Whose turn it is.
enum Turn {
    /// Ours, on this version of what lies in the ledger, if that can be written.
    Ours(Option<Version>),
    Theirs,
    Found(Diagnosis),
}

async fn turn(ledger: &Ledger, first: &First, now: DateTime<Utc>) -> Turn {
    let loaded = ledger.load_or_begin_anew::<Kept>(DOCTOR_KEY).await;
    let Ok((kept, version, _)) = loaded else {
        return Turn::Ours(None);
    };
    let since = |at: Option<DateTime<Utc>>| at.map(|at| (now - at).abs());
    let same = kept.of == first.0;
    match kept.found {
        Some(found) if same && (found.ok || since(Some(found.at)) < Some(AGAIN)) => {
            return Turn::Found(found);
        }
        None if same && since(kept.begun).is_some_and(|since| since < UNDER_WAY) => {
            return Turn::Theirs;
        }
        _ => {}
    }
    let ours = Kept {
        of: first.0.clone(),
        begun: Some(now),
        found: None,
    };
    match ledger.save(DOCTOR_KEY, &ours, &version).await {
        Ok(version) => Turn::Ours(Some(version)),
        Err(SaveError::Conflict) => Turn::Theirs,
        Err(SaveError::Other(_)) => Turn::Ours(None),
    }
}

/// What was found at the first start, by whichever instance.
///
/// # Errors
/// The ledger cannot be read.
pub async fn found_before(
    ledger: &Ledger,
    first: &First,
) -> Result<Option<Diagnosis>, LedgerError> {
    let (kept, _, _) = ledger.load_or_begin_anew::<Kept>(DOCTOR_KEY).await?;
    Ok(kept.found.filter(|_| kept.of == first.0))
}

/// A line each; an Error only where something failed.
fn log(found: &Diagnosis) {
    for one in &found.checks {
        let (check, status) = (&one.name, one.status.to_string());
        let (seen, to_do) = (&one.seen, &one.to_do);
        match one.status {
            Status::Failed => {
                tracing::error!(event = "doctor", check, status, to_do, "{check}: {seen}");
            }
            Status::Warning => {
                tracing::warn!(event = "doctor", check, status, to_do, "{check}: {seen}");
            }
            Status::Ok | Status::NotTried => {
                tracing::info!(event = "doctor", check, status, to_do, "{check}: {seen}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_its_version_and_settings_whatever_process_it_is() {
        let with = |name: &'static str, value: &'static str| {
            First::of(move |asked| (asked == name).then(|| value.to_owned()))
        };
        let bare = First::of(|_| None);
        assert_eq!(bare.0.len(), 32);
        for name in OF_THE_PROCESS {
            assert_eq!(with(name, "x"), bare, "{name}");
        }
        assert_ne!(with("NOTICE_WEBHOOK", "https://a.example"), bare);
        assert_ne!(
            with("NOTICE_WEBHOOK", "https://a.example"),
            with("NOTICE_WEBHOOK", "https://b.example")
        );
    }
}
