//! From texts to typed settings. Everything is read before anything is refused, so that one start tells all that is
//! wrong.

use super::error::BadSettings;
use super::ncrontab::SweepSchedule;
use super::reader::Reader;
use super::texts;
use super::values::Settings;
use super::{benefits, endpoints, fleet, foundry, identity, kinds, notices, people, tzdata};
use crate::pricing::{PriceFile, PriceFileError};
use lamplighter_core::duration;
use lamplighter_core::policy::LEASES;
use lamplighter_core::record::Benefit;
use lamplighter_core::tz;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const MINUTE: Duration = Duration::from_secs(60);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

impl Settings {
    /// Reads the process's environment.
    pub fn from_environment() -> Result<Settings, BadSettings> {
        Settings::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings through `lookup`, which gives the text of a name, or `None` where it is unset. An empty
    /// text counts as unset, as app settings do.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Settings, BadSettings> {
        let mut reader = Reader::new(lookup);
        match read(&mut reader) {
            Some(settings) if reader.bad.is_empty() => Ok(settings),
            _ => Err(BadSettings(reader.bad)),
        }
    }
}

fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Settings> {
    // First, and without it nothing: what follows names zones, and what they mean must not change later.
    zones(r)?;
    let places = Places::read(r);
    let calendars = r.calendars();
    let defaults = r.defaults(&calendars);
    let pace = Pace::read(r);
    let safety = fleet::safety(r);
    let kinds = kinds::read(r);
    let foundry = foundry::read(r);
    let spread = fleet::spread(r);
    let money = Money::read(r);
    let notices = notices::read(r);
    let after = notices::after(r);
    let people = people::read(r);
    let process = Process::read(r);
    let (places, pace, money, process) = (places?, pace?, money?, process?);
    Some(Settings {
        arm_endpoint: places.arm_endpoint,
        arm_api_version: places.arm_api_version,
        prices_endpoint: places.prices_endpoint,
        metrics_endpoint: places.metrics_endpoint,
        beacons: places.beacons,
        subscriptions: places.subscriptions,
        ledger: places.ledger,
        defaults: defaults?,
        calendars,
        lease: pace.lease,
        start_ahead: pace.start_ahead,
        hold_limit: pace.hold_limit,
        hold_queue: process.hold_queue,
        watch_use: process.watch_use,
        sweep_schedule: pace.sweep_schedule,
        sweep_deadline: pace.sweep_deadline,
        request_timeout: pace.request_timeout,
        concurrency: pace.concurrency,
        safety: safety?,
        kinds: kinds?,
        foundry: foundry?,
        spread: spread?,
        currency: money.currency,
        price_file: money.price_file,
        benefits: money.benefits,
        notices: notices?,
        notice_required: process.notice_required?,
        notice_cost: after?.cost,
        digest_at: after?.digest_at,
        digest_to: r.optional("NOTICE_DIGEST_TO"),
        people: people?,
        log_level: process.log_level,
        azure_client_id: r.optional("AZURE_CLIENT_ID"),
        port: process.port,
    })
}

/// Lays `TZDATA` over the compiled-in zones.
fn zones<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<()> {
    let Some(path) = r.optional("TZDATA") else {
        return Some(());
    };
    let laid = tzdata::lay_over(&path);
    if let Err(why) = &laid {
        r.refuse("TZDATA", &path, format!("{}: {why}", tzdata::FORM));
    }
    laid.ok()
}

/// The release of the tz database in force: with `TZDATA` laid over what is compiled in.
///
/// # Errors
/// `TZDATA` cannot be used.
pub fn time_zones(lookup: impl Fn(&str) -> Option<String>) -> Result<&'static str, BadSettings> {
    let mut reader = Reader::new(lookup);
    match zones(&mut reader) {
        Some(()) => Ok(tz::release()),
        None => Err(BadSettings(reader.bad)),
    }
}

/// Where things are.
struct Places {
    arm_endpoint: Url,
    arm_api_version: String,
    prices_endpoint: Url,
    metrics_endpoint: String,
    beacons: Option<String>,
    subscriptions: Vec<String>,
    ledger: String,
}

impl Places {
    fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Places> {
        let place = "a folder or a blob container's https URL";
        let endpoints = endpoints::read(r);
        let date = "a date such as 2025-12-01";
        let arm_api_version = r.parsed("ARM_API_VERSION", date, texts::api_version);
        let beacons = match r.optional("BEACONS") {
            Some(_) => r.parsed("BEACONS", place, texts::location),
            None => None,
        };
        let ids = "a comma-separated list of subscription ids (GUIDs)";
        let subscriptions = r.parsed("SUBSCRIPTIONS", ids, texts::subscriptions);
        let ledger = r.parsed("LEDGER", place, texts::location);
        let endpoints = endpoints?;
        Some(Places {
            arm_endpoint: endpoints.arm,
            arm_api_version: arm_api_version?,
            prices_endpoint: endpoints.prices,
            metrics_endpoint: endpoints.metrics,
            beacons,
            subscriptions: subscriptions?,
            ledger: ledger?,
        })
    }
}

/// How often, how long and how much at once.
struct Pace {
    lease: Duration,
    start_ahead: Option<Duration>,
    hold_limit: Duration,
    sweep_schedule: String,
    sweep_deadline: Duration,
    request_timeout: Duration,
    concurrency: usize,
}

impl Pace {
    fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Pace> {
        let lease = r.length("LEASE", *LEASES.start(), *LEASES.end());
        let start_ahead = r.length_or_off("START_AHEAD", MINUTE, 60 * MINUTE);
        let hold_limit = hold_limit(r);
        let sweep_schedule = sweep_schedule(r);
        let sweep_deadline = r.length("SWEEP_DEADLINE", Duration::from_secs(5), 25 * MINUTE);
        let request_timeout = r.length("REQUEST_TIMEOUT", Duration::from_secs(1), 5 * MINUTE);
        let concurrency = r.parsed("CONCURRENCY", "a whole number from 1 to 256", |text| {
            text.parse().ok().filter(|n| (1..=256).contains(n))
        });
        Some(Pace {
            lease: lease?,
            start_ahead: start_ahead?,
            hold_limit: hold_limit?,
            sweep_schedule: sweep_schedule?,
            sweep_deadline: sweep_deadline?,
            request_timeout: request_timeout?,
            concurrency: concurrency?,
        })
    }
}

/// `HOLD_LIMIT`, where 0 means that no holds are taken.
fn hold_limit<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Duration> {
    let expected = "0, or a length of time from 1m to 7d";
    r.parsed("HOLD_LIMIT", expected, |text| {
        if text == "0" || text.eq_ignore_ascii_case("off") {
            return Some(Duration::ZERO);
        }
        let length = duration::parse(text).ok()?;
        (MINUTE..=WEEK).contains(&length).then_some(length)
    })
}

/// `SWEEP_SCHEDULE` is the host's, which does not take the space around it away.
fn sweep_schedule<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<String> {
    let text = r.raw("SWEEP_SCHEDULE");
    match SweepSchedule::read(&text) {
        Ok(_) => Some(text),
        Err(why) => {
            let expected = format!(
                "a schedule of six fields as the Functions host reads it, seconds first, such as 0 */5 * * * *: {why}"
            );
            r.refuse("SWEEP_SCHEDULE", &text, expected);
            None
        }
    }
}

/// What an hour costs.
struct Money {
    currency: String,
    price_file: Option<Arc<PriceFile>>,
    benefits: BTreeMap<String, Benefit>,
}

impl Money {
    fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Money> {
        let currency = r.parsed("CURRENCY", "three letters such as USD", texts::currency);
        let price_file = price_file(r, currency.as_deref().unwrap_or_default());
        let pairs = "<subscription id> = none, savings-plan or reservation, separated by |";
        let benefits = r.parsed("BENEFITS", pairs, benefits::read);
        Some(Money {
            currency: currency?,
            price_file,
            benefits: benefits?,
        })
    }
}

/// `PRICE_FILE`, read whole: a bad line is better known now than at the first stop.
fn price_file<L: Fn(&str) -> Option<String>>(
    r: &mut Reader<L>,
    currency: &str,
) -> Option<Arc<PriceFile>> {
    let path = r.optional("PRICE_FILE")?;
    let text = std::fs::read_to_string(&path).map_err(PriceFileError::from);
    match text.and_then(|text| PriceFile::parse(&text, currency)) {
        Ok(file) => Some(Arc::new(file)),
        Err(why) => {
            r.refuse("PRICE_FILE", &path, format!("a file of prices: {why}"));
            None
        }
    }
}

/// What concerns this process alone.
struct Process {
    hold_queue: bool,
    watch_use: bool,
    /// `None`: it cannot be read.
    notice_required: Option<Option<Duration>>,
    log_level: tracing::Level,
    port: u16,
}

impl Process {
    fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Process> {
        let notice_required = r.length_or_off("NOTICE_REQUIRED", MINUTE, WEEK);
        let levels = "error, warn, info, debug or trace";
        let log_level = r.parsed("LOG_LEVEL", levels, |text| {
            tracing::Level::from_str(text).ok()
        });
        let hold_queue = r.parsed("HOLD_QUEUE", "true or false", texts::boolean);
        let watch_use = r.parsed("WATCH_USE", "true or false", texts::boolean);
        identity::check(r);
        let port = r.port();
        Some(Process {
            hold_queue: hold_queue?,
            watch_use: watch_use?,
            notice_required,
            log_level: log_level?,
            port: port?,
        })
    }
}
