//! All settings of one run, typed.

use super::fleet::{Safety, Spread};
use super::foundry::Foundry;
use super::kinds::Kinds;
use super::people::People;
use super::sources::CalendarPlace;
use crate::notify::NoticeChannels;
use crate::pricing::PriceFile;
use chrono::{TimeDelta, Weekday};
use lamplighter_core::holidays::EventFilter;
use lamplighter_core::policy::Defaults;
use lamplighter_core::record::Benefit;
use rust_decimal::Decimal;
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
    /// Subscription ids, lower case; empty: all that the identity can read.
    pub subscriptions: Vec<String>,
    /// A folder, or a blob container's URL (it may hold a SAS: never print it whole).
    pub ledger: String,
    pub defaults: Defaults,
    /// `CALENDARS`, by name. Read by whoever opens a sweep, into [`Defaults::calendars`].
    pub calendars: BTreeMap<String, CalendarSource>,
    /// How long a start by hand outside windows stands.
    pub lease: Duration,
    /// How much before its edge a start begins at most; `None`: not before it.
    pub start_ahead: Option<Duration>,
    /// Six fields, seconds first, UTC: the timer's `%SWEEP_SCHEDULE%`.
    pub sweep_schedule: String,
    /// The pass ends by itself after this long.
    pub sweep_deadline: Duration,
    /// One HTTP request, from connecting to the last byte.
    pub request_timeout: Duration,
    /// Requests to Azure in flight at once, in each subscription.
    pub concurrency: usize,
    /// Where and how much may be done.
    pub safety: Safety,
    /// What may be stopped and started at all.
    pub kinds: Kinds,
    pub foundry: Foundry,
    /// What is swept through, and by how many instances.
    pub spread: Spread,
    /// ISO 4217, upper case.
    pub currency: String,
    /// The platform's own prices.
    pub price_file: Option<Arc<PriceFile>>,
    /// By subscription id, lower case.
    pub benefits: BTreeMap<String, Benefit>,
    /// Where notices go; most of it is secret.
    pub notices: NoticeChannels,
    /// How much longer a stop waits of which nobody could be told; `None`: no longer.
    pub notice_required: Option<Duration>,
    /// How long people's holds keep a resource on at most; zero: none are taken.
    pub hold_limit: Duration,
    /// People may write to the queue `holds`, so notices name it.
    pub hold_queue: bool,
    /// Once an hour, evidence of work is asked for also where nothing is decided by it, for `recommend`.
    pub watch_use: bool,
    /// From which cost on, in the currency, an owner hears of what is kept on outside its schedule; `None`: never.
    pub notice_cost: Option<Decimal>,
    /// When the week's digests are sent; `None`: never.
    pub digest_at: Option<DigestTime>,
    /// Whom the platform's own digest is for.
    pub digest_to: Option<String>,
    /// What people may do without rights in Azure.
    pub people: People,
    pub log_level: tracing::Level,
    /// The user-assigned identity's client id.
    pub azure_client_id: Option<String>,
    /// The port the Functions host gives its custom handler.
    pub port: u16,
}

/// One of `CALENDARS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarSource {
    pub place: CalendarPlace,
    /// Of `CALENDAR_EVENTS`.
    pub events: EventFilter,
}

/// A time of the week, in the platform's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestTime {
    pub day: Weekday,
    /// Since midnight.
    pub minutes: u16,
}

impl Settings {
    /// How much longer a stop waits of which nobody could be told; zero: no longer.
    pub fn notice_required(&self) -> TimeDelta {
        or_zero(self.notice_required)
    }

    /// How much before its edge a start begins at most; zero: not before it.
    pub fn start_ahead(&self) -> TimeDelta {
        or_zero(self.start_ahead)
    }

    /// How long people's holds keep a resource on at most; zero: none are taken.
    pub fn hold_limit(&self) -> TimeDelta {
        TimeDelta::from_std(self.hold_limit).unwrap_or_default()
    }

    /// Whether people may keep a resource on without a tag.
    pub fn takes_holds(&self) -> bool {
        !self.hold_limit.is_zero()
    }

    /// What a subscription (its id, in any case) has bought ahead.
    pub fn benefit(&self, subscription: &str) -> Benefit {
        let known = self.benefits.get(&subscription.to_lowercase());
        known.copied().unwrap_or_default()
    }
}

fn or_zero(length: Option<Duration>) -> TimeDelta {
    // Lengths in settings are read within days, far inside what a `TimeDelta` holds.
    let length = length.map(TimeDelta::from_std);
    length.and_then(Result::ok).unwrap_or_default()
}
