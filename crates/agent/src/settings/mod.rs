//! Every setting, parsed once from the environment (as app settings reach a function) into one typed struct.
//!
//! A bad value stops the start with its name, its value and what was expected; all bad ones are told at once.

mod benefits;
mod fleet;
mod named;
mod read;
mod table;

pub use fleet::{ActIn, Discovery, MaxStops, Safety, Spread, WorkspacePattern};
pub use named::is_name;
pub use read::{LEASES, TAG_PREFIX_FORM, is_tag_prefix};
pub use table::{SETTINGS, Setting, print_json, print_table};

use lamplighter_core::policy::Defaults;
use crate::pricing::PriceFile;
use lamplighter_core::savings::Benefit;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The settings of one run. Times are lengths; the zone and the tag language stand in [`Defaults`].
#[derive(Clone, Debug)]
pub struct Settings {
    pub arm_endpoint: Url,
    pub arm_api_version: String,
    pub prices_endpoint: Url,
    /// A URL that may hold `{region}`.
    pub metrics_endpoint: String,
    /// A folder, or a blob container's URL (it may hold a SAS: never print it whole).
    pub beacons: Option<String>,
    /// Subscription ids, lower case; empty: all that the identity sees.
    pub subscriptions: Vec<String>,
    /// A folder, or a blob container's URL (it may hold a SAS: never print it whole).
    pub ledger: String,
    pub defaults: Defaults,
    /// `CALENDARS`: a file or a URL for each name. Read by whoever opens a sweep, into [`Defaults::calendars`].
    pub calendars: BTreeMap<String, String>,
    /// How long a start by hand outside windows stands.
    pub lease: Duration,
    /// Six fields, seconds first, UTC: the timer's `%SWEEP_SCHEDULE%`.
    pub sweep_schedule: String,
    /// The pass ends by itself after this long.
    pub sweep_deadline: Duration,
    /// One HTTP request, from connecting to the last byte.
    pub request_timeout: Duration,
    /// Requests to Azure in flight at once.
    pub concurrency: usize,
    /// Where and how much may be done.
    pub safety: Safety,
    /// What is looked at, and by how many instances.
    pub spread: Spread,
    /// ISO 4217, upper case.
    pub currency: String,
    /// The platform's own prices.
    pub price_file: Option<Arc<PriceFile>>,
    /// By subscription id, lower case.
    pub benefits: BTreeMap<String, Benefit>,
    /// Where notices are posted; the URL is a secret.
    pub notice_webhook: Option<Url>,
    pub log_level: tracing::Level,
    /// The user-assigned identity's client id.
    pub azure_client_id: Option<String>,
    /// The port the Functions host gives its custom handler.
    pub port: u16,
}

/// A setting that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("setting {name}: '{value}' is not {expected}")]
pub struct BadSetting {
    pub name: &'static str,
    /// As given; `(secret)` where the setting is one.
    pub value: String,
    pub expected: String,
}

/// All settings that cannot be read, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSettings(pub Vec<BadSetting>);

impl std::fmt::Display for BadSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, bad) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{bad}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BadSettings {}

impl Settings {
    /// Reads the process's environment.
    pub fn from_environment() -> Result<Settings, BadSettings> {
        Settings::from_lookup(|name| std::env::var(name).ok())
    }

    /// What a subscription (its id, in any case) has bought ahead.
    pub fn benefit(&self, subscription: &str) -> Benefit {
        let known = self.benefits.get(&subscription.to_lowercase());
        known.copied().unwrap_or_default()
    }
}
