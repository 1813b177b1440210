//! What a sweep works with, opened from settings.

use super::calendars::{Calendars, NoClient};
use super::presence::RoundBeacons;
use crate::beacons::Beacons;
use crate::host::Host;
use crate::ledger::{Ledger, LedgerError};
use crate::notify::{Notifier, NotifyError};
use crate::people::KeyRing;
use crate::pricing::Pricing;
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use lamplighter_azure::{
    Arm, AzureError, Config, Metrics, MetricsConfig, Pace, Prices, PricesConfig, TokenCredential,
    from_environment,
};
use lamplighter_core::policy::Calendar;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Why a sweep cannot begin: one line.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    #[error(transparent)]
    Azure(#[from] AzureError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("BEACONS: {}", .0.to_string().trim_start_matches("ledger "))]
    Beacons(LedgerError),
    #[error(transparent)]
    Calendars(#[from] NoClient),
    #[error(transparent)]
    Notices(#[from] NotifyError),
}

/// Everything a sweep works with; cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub settings: Arc<Settings>,
    pub arm: Arm,
    pub pricing: Pricing,
    pub metrics: Metrics,
    /// Where instances' beacons write, if anywhere.
    pub beacons: Option<Beacons>,
    pub ledger: Ledger,
    pub notifier: Arc<Notifier>,
    /// What people's links are signed with.
    pub keys: Arc<KeyRing>,
    /// The Functions host that asks for sweeps; none where a command does.
    pub host: Host,
    calendars: Arc<Calendars>,
    /// When the ledger was last found writable.
    written: Arc<Mutex<Option<Instant>>>,
    /// When the clock was last found right.
    clock: Arc<Mutex<Option<DateTime<Utc>>>>,
    /// The hour, since 1970, of the latest sweep with a record.
    recorded: Arc<AtomicI64>,
    /// The UTC day, since 1970, on which what comes once a day was seen to.
    asked: Arc<AtomicI64>,
    /// Whose turn it is to write what is attached: passes of one process would only be in each other's way.
    pub(super) attached_turn: Arc<tokio::sync::Mutex<()>>,
    /// The list of beacons of the round that this instance works on.
    pub(super) round_beacons: RoundBeacons,
    /// The places of passes that messages have this process make.
    pub(super) places: Arc<Semaphore>,
}

/// The passes that all messages of one process have it make at once: what they hold is what its memory has to bear.
const PASSES_AT_ONCE: usize = 24;

/// How long a ledger that could be written counts as writable. Every write is checked all the same; this only finds a
/// failure sooner, and reports it once instead of for each workspace.
const WRITABLE_FOR: Duration = Duration::from_secs(15 * 60);

impl Context {
    /// Makes sure that the ledger can be written: no action without saved state.
    ///
    /// # Errors
    /// It cannot.
    pub(super) async fn check_ledger(&self) -> Result<(), LedgerError> {
        // Only an instant is kept: a panic elsewhere cannot leave it half written.
        let lock = || {
            self.written
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
        };
        let fresh = lock().is_some_and(|at| at.elapsed() < WRITABLE_FOR);
        if !fresh {
            *lock() = None;
            self.ledger.check_writable().await?;
            *lock() = Some(Instant::now());
        }
        Ok(())
    }

    /// It could not be written: nobody is to count on it before it has been tried again.
    pub(super) fn ledger_failed(&self) {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// When this process last found its clock right.
    pub(super) fn clock_was_right(&self) -> Option<DateTime<Utc>> {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn clock_is_right(&self, now: DateTime<Utc>) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Whether this process has recorded no sweep of this hour yet.
    pub(super) fn first_of_hour(&self, now: DateTime<Utc>) -> bool {
        let hour = now.timestamp().div_euclid(3600);
        self.recorded.swap(hour, Ordering::Relaxed) != hour
    }

    /// Whether this process has not been asked this on this UTC day yet.
    pub(super) fn first_of_day(&self, now: DateTime<Utc>) -> bool {
        let day = now.timestamp().div_euclid(86_400);
        self.asked.swap(day, Ordering::Relaxed) != day
    }

    /// The same context with the platform's calendars as they are now, and what is wrong with them. A calendar
    /// that cannot be read fails nothing.
    pub async fn with_calendars(&self, now: DateTime<Utc>) -> (Context, Vec<String>) {
        if self.settings.calendars.is_empty() {
            return (self.clone(), Vec::new());
        }
        let calendars = self.calendars.get(now).await;
        let problems = calendars.iter().flat_map(told).collect();
        let mut settings = Settings::clone(&self.settings);
        settings.defaults.calendars = calendars;
        let context = Context {
            settings: Arc::new(settings),
            ..self.clone()
        };
        (context, problems)
    }

    /// Opens everything; nothing is asked of Azure yet.
    ///
    /// # Errors
    /// One line: no credential can be made, or the ledger's location cannot be used.
    pub async fn open(settings: Settings) -> Result<Context, ContextError> {
        settings.people.warn();
        let credential = || Ok(credential(&settings)?);
        let ledger = Ledger::open(&settings.ledger, credential).await;
        let ledger = ledger?;
        Context::with_ledger(settings, ledger, Pace::Arm)
    }

    /// The same, for sweeps that begin nothing more once this host has gone.
    pub fn under(self, host: Host) -> Context {
        Context { host, ..self }
    }

    /// The same for somebody who only reads: the ledger is read, and neither made, written nor tidied.
    ///
    /// # Errors
    /// As [`Context::open`].
    pub async fn open_to_read(settings: Settings) -> Result<Context, ContextError> {
        let credential = || Ok(credential(&settings)?);
        let ledger = Ledger::open_to_read(&settings.ledger, credential).await;
        let ledger = ledger?;
        Context::with_ledger(settings, ledger, Pace::Arm)
    }

    /// The same, on a ledger that is open already and at a pace that need not be ARM's.
    ///
    /// # Errors
    /// As [`Context::open`].
    pub fn with_ledger(
        settings: Settings,
        ledger: Ledger,
        pace: Pace,
    ) -> Result<Context, ContextError> {
        let credential = credential(&settings)?;
        let arm = Arm::new(arm_config(&settings, pace), credential.clone())?;
        let metrics = Metrics::new(metrics_config(&settings), credential.clone());
        let own = || Ok(credential.clone());
        let beacons = settings.beacons.as_deref();
        let beacons = beacons.map(|location| Beacons::open(location, own));
        let beacons = beacons.transpose().map_err(ContextError::Beacons)?;
        let prices = Prices::new(prices_config(&settings))?;
        let file = settings.price_file.clone();
        let currency = settings.currency.clone();
        let pricing = Pricing::new(file, prices, arm.clone(), ledger.clone(), currency);
        let zone = settings.defaults.zone;
        let calendars = Calendars::new(settings.calendars.clone(), zone)?;
        let notifier = Notifier::new(
            settings.notices.clone(),
            &credential,
            settings.azure_client_id.as_deref(),
        )?;
        let keys = Arc::new(KeyRing::of(&ledger));
        Ok(Context {
            settings: Arc::new(settings),
            keys,
            arm,
            pricing,
            metrics,
            beacons,
            ledger,
            notifier: Arc::new(notifier),
            host: Host::default(),
            calendars: Arc::new(calendars),
            written: Arc::default(),
            clock: Arc::default(),
            recorded: Arc::new(AtomicI64::new(i64::MIN)),
            asked: Arc::new(AtomicI64::new(i64::MIN)),
            attached_turn: Arc::default(),
            round_beacons: RoundBeacons::default(),
            places: Arc::new(Semaphore::new(PASSES_AT_ONCE)),
        })
    }
}

/// What is to be told of a calendar, a line each.
fn told((name, calendar): (&String, &Calendar)) -> Vec<String> {
    let told = calendar.problem.iter().chain(calendar.notes.iter());
    told.map(|text| format!("calendar {name}: {text}"))
        .collect()
}

fn credential(settings: &Settings) -> Result<Arc<dyn TokenCredential>, AzureError> {
    from_environment(settings.azure_client_id.as_deref())
}

fn arm_config(settings: &Settings, pace: Pace) -> Config {
    Config {
        arm_endpoint: settings.arm_endpoint.clone(),
        api_version: settings.arm_api_version.clone(),
        foundry_version: settings.foundry.api_version,
        request_timeout: settings.request_timeout,
        concurrency: settings.concurrency,
        client_id: settings.azure_client_id.clone(),
        pace,
        scope: None,
    }
}

fn metrics_config(settings: &Settings) -> MetricsConfig {
    MetricsConfig {
        endpoint: settings.metrics_endpoint.clone(),
        request_timeout: settings.request_timeout,
        concurrency: settings.concurrency,
        client_id: settings.azure_client_id.clone(),
    }
}

fn prices_config(settings: &Settings) -> PricesConfig {
    PricesConfig {
        endpoint: settings.prices_endpoint.clone(),
        currency: settings.currency.clone(),
        request_timeout: settings.request_timeout,
    }
}
