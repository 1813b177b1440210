//! From texts to typed settings.

use super::named;
use super::table::SETTINGS;
use super::{BadSetting, BadSettings, Settings};
use lamplighter_core::policy::{self, Defaults};
use crate::pricing::PriceFile;
use lamplighter_core::schedule::Schedule;
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Collects what cannot be read, so that one start tells all of it.
pub(super) struct Reader<L> {
    lookup: L,
    bad: Vec<BadSetting>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    fn text(&self, name: &'static str) -> String {
        let default = || {
            SETTINGS
                .iter()
                .find(|s| s.name == name)
                .map_or("", |s| s.default)
                .to_string()
        };
        match (self.lookup)(name) {
            Some(value) if !value.trim().is_empty() => value.trim().to_string(),
            _ => default(),
        }
    }

    fn optional(&self, name: &'static str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    fn refuse(&mut self, name: &'static str, value: &str, expected: impl Into<String>) {
        let shown = SETTINGS
            .iter()
            .find(|s| s.name == name)
            .map(|s| s.shown(Some(value)));
        let value = shown.unwrap_or_else(|| value.to_string());
        self.bad.push(BadSetting {
            name,
            value,
            expected: expected.into(),
        });
    }

    /// Reads one setting; a bad one is noted, and `None` stands in until the start is refused.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name);
        let value = parse(&text);
        if value.is_none() {
            self.refuse(name, &text, expected);
        }
        value
    }

    fn url(&mut self, name: &'static str) -> Option<Url> {
        self.parsed(name, "an http or https URL", http_url)
    }

    fn length(&mut self, name: &'static str, least: Duration, most: Duration) -> Option<Duration> {
        let expected = format!(
            "a length of time from {} to {}",
            lamplighter_core::duration::print(least),
            lamplighter_core::duration::print(most)
        );
        self.parsed(name, &expected, |text| {
            lamplighter_core::duration::parse(text)
                .ok()
                .filter(|length| (least..=most).contains(length))
        })
    }

    /// A default in the tag language: read by the very parser that reads the tag, under a name that it knows.
    fn language(&mut self, name: &'static str, tag: &str, defaults: &Defaults) -> Option<String> {
        let text = self.optional(name)?;
        let full = format!("{}{tag}", defaults.prefix);
        let tags = std::collections::BTreeMap::from([(full, text.clone())]);
        let none = std::collections::BTreeMap::new();
        let layers = policy::Layers {
            compute_name: "",
            compute: &tags,
            workspace: &none,
            resource_group: &none,
        };
        if let Some(error) = policy::read(&layers, defaults).errors.first() {
            let expected = format!("what lamp-{tag} takes: {}", error.in_one_line());
            self.refuse(name, &text, expected);
        }
        Some(text)
    }

    /// Names and what they stand for; nothing where they cannot be read.
    fn pairs(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let text = self.text(name);
        match named::pairs(&text) {
            Ok(pairs) => pairs,
            Err(why) => {
                let expected = format!(
                    "name = value, one a line or with | between, a JSON object, or a .json or .toml file: {why}"
                );
                self.refuse(name, &text, expected);
                BTreeMap::new()
            }
        }
    }

    /// Read quietly: what is wrong with `CALENDARS` has been told with the defaults.
    fn calendars(&mut self) -> BTreeMap<String, String> {
        named::pairs(&self.text("CALENDARS")).unwrap_or_default()
    }

    /// `PRICE_FILE`, read whole: a bad line is better known now than at the first stop.
    fn price_file(&mut self, currency: &str) -> Option<Arc<PriceFile>> {
        let path = self.optional("PRICE_FILE")?;
        let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        match read.and_then(|text| PriceFile::parse(&text, currency)) {
            Ok(file) => Some(Arc::new(file)),
            Err(why) => {
                self.refuse("PRICE_FILE", &path, format!("a file of prices: {why}"));
                None
            }
        }
    }

    /// `SCHEDULES`, each read by the parser of the tag.
    fn schedules(&mut self, zone: Tz) -> BTreeMap<String, Schedule> {
        let mut read = BTreeMap::new();
        for (name, text) in self.pairs("SCHEDULES") {
            match policy::read_schedule(&text, zone) {
                Ok(schedule) => {
                    read.insert(name, schedule);
                }
                Err(error) => {
                    let expected = format!("what lamp-schedule takes: {}", error.in_one_line());
                    self.refuse("SCHEDULES", &format!("{name} = {text}"), expected);
                }
            }
        }
        read
    }

    fn defaults(&mut self) -> Option<Defaults> {
        let prefix = self.parsed("TAG_PREFIX", TAG_PREFIX_FORM, |text| {
            is_tag_prefix(text).then(|| text.to_string())
        })?;
        let owner_tag = self.text("OWNER_TAG");
        let zone = self.parsed(
            "DEFAULT_ZONE",
            "an IANA time zone such as Europe/Lisbon",
            policy::read_zone,
        )?;
        let opt_out = self.parsed("OPT_OUT", "true or false", boolean)?;
        let mut defaults = Defaults {
            prefix,
            owner_tag,
            zone,
            opt_out,
            ..Defaults::default()
        };
        defaults.schedules = self.schedules(zone).into();
        let schedule = self.language("DEFAULT_SCHEDULE", "schedule", &defaults);
        let idle = self.language("DEFAULT_IDLE", "idle", &defaults);
        let notice = self.language("DEFAULT_NOTICE", "notice", &defaults);
        (defaults.schedule, defaults.idle, defaults.notice) = (schedule, idle, notice);
        // The calendars of the platform's own are named here and read later.
        let pairs = self.pairs("CALENDARS");
        for name in pairs
            .keys()
            .filter(|name| lamplighter_core::holidays::public(name).is_some())
        {
            let expected = "a name that is no country's, nor a part of one's";
            self.refuse("CALENDARS", name, expected);
        }
        let names = pairs.into_keys();
        let named = names.map(|name| (name, policy::Calendar::default()));
        defaults.calendars = Arc::new(named.collect());
        defaults.holidays = self.language("DEFAULT_HOLIDAYS", "holidays", &defaults);
        Some(defaults)
    }
}

fn http_url(text: &str) -> Option<Url> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn region_url(text: &str) -> Option<String> {
    http_url(&text.replace("{region}", "region")).map(|_| text.to_string())
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Subscription ids are GUIDs; a name pasted by mistake would silently govern nothing.
pub(super) fn subscriptions(text: &str) -> Option<Vec<String>> {
    let ids = text
        .split([',', ';', ' ', '\n'])
        .map(str::trim)
        .filter(|id| !id.is_empty());
    ids.map(|id| {
        let groups: Vec<&str> = id.split('-').collect();
        let lengths = groups.iter().map(|g| g.len());
        let guid =
            lengths.eq([8, 4, 4, 4, 12]) && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
        guid.then(|| id.to_ascii_lowercase())
    })
    .collect()
}

/// The host's timer takes six fields, seconds first; so does the `cron` crate, which reads them here. The two
/// number weekdays differently (the host's Sunday is 0, the crate's is 1), so weekdays must be named.
fn six_fields(text: &str) -> Option<String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [.., weekdays] = fields[..] else {
        return None;
    };
    let named = !weekdays.contains(|c: char| c.is_ascii_digit());
    (fields.len() == 6 && named && cron::Schedule::from_str(text).is_ok()).then(|| text.to_string())
}

fn api_version(text: &str) -> Option<String> {
    let date = text.get(..10)?;
    let rest = &text[10..];
    let fits = chrono::NaiveDate::from_str(date).is_ok() && (rest.is_empty() || rest == "-preview");
    fits.then(|| text.to_string())
}

fn currency(text: &str) -> Option<String> {
    (text.len() == 3 && text.chars().all(|c| c.is_ascii_alphabetic()))
        .then(|| text.to_ascii_uppercase())
}

/// A blob container is an https URL (http only on loopback, for Azurite); anything without `://` is a folder.
fn ledger(text: &str) -> Option<String> {
    if !text.contains("://") {
        return Some(text.to_string());
    }
    let url = http_url(text)?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let container = url
        .path_segments()
        .is_some_and(|mut s| s.any(|part| !part.is_empty()));
    (container && (url.scheme() == "https" || loopback)).then(|| text.to_string())
}

/// What a lease may be.
pub const LEASES: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(7 * 86_400);

/// What a tag prefix must be, in words.
pub const TAG_PREFIX_FORM: &str = "1 to 64 characters that a tag's name may hold";

pub fn is_tag_prefix(text: &str) -> bool {
    (1..=64).contains(&text.chars().count())
        && !text.contains(|c: char| "<>%&\\?/".contains(c) || c.is_control())
}

const MINUTE: Duration = Duration::from_secs(60);

impl Settings {
    /// Reads settings through `lookup`, which gives the text of a name, or `None` where it is unset. An empty
    /// text counts as unset, as app settings do.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Settings, BadSettings> {
        let mut reader = Reader {
            lookup,
            bad: Vec::new(),
        };
        match Settings::read(&mut reader) {
            Some(settings) if reader.bad.is_empty() => Ok(settings),
            _ => Err(BadSettings(reader.bad)),
        }
    }

    fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Settings> {
        let arm_endpoint = r.url("ARM_ENDPOINT");
        let arm_api_version = r.parsed("ARM_API_VERSION", "a date such as 2025-12-01", api_version);
        let prices_endpoint = r.url("PRICES_ENDPOINT");
        let template = "an http or https URL, in which {region} may stand";
        let metrics_endpoint = r.parsed("METRICS_ENDPOINT", template, region_url);
        let beacons = match r.optional("BEACONS") {
            Some(_) => r.parsed(
                "BEACONS",
                "a folder or a blob container's https URL",
                ledger,
            ),
            None => None,
        };
        let ids = r.parsed(
            "SUBSCRIPTIONS",
            "a comma-separated list of subscription ids (GUIDs)",
            subscriptions,
        );
        let ledger = r.parsed("LEDGER", "a folder or a blob container's https URL", ledger);
        let defaults = r.defaults();
        let calendars = r.calendars();
        let lease = r.length("LEASE", *LEASES.start(), *LEASES.end());
        let cadence = "six fields, seconds first and weekdays by name, such as 0 */5 * * * *";
        let sweep_schedule = r.parsed("SWEEP_SCHEDULE", cadence, six_fields);
        let sweep_deadline = r.length("SWEEP_DEADLINE", Duration::from_secs(5), 25 * MINUTE);
        let request_timeout = r.length("REQUEST_TIMEOUT", Duration::from_secs(1), 5 * MINUTE);
        let concurrency = r.parsed("CONCURRENCY", "a whole number from 1 to 256", |text| {
            text.parse().ok().filter(|n| (1..=256).contains(n))
        });
        let safety = super::fleet::safety(r);
        let spread = super::fleet::spread(r);
        let currency = r.parsed("CURRENCY", "three letters such as USD", currency);
        let price_file = r.price_file(currency.as_deref().unwrap_or_default());
        let benefits = "<subscription id> = none, savings-plan or reservation, with | between";
        let benefits = r.parsed("BENEFITS", benefits, super::benefits::read);
        let notice_webhook = match r.optional("NOTICE_WEBHOOK") {
            Some(_) => r.url("NOTICE_WEBHOOK"),
            None => None,
        };
        let levels = "error, warn, info, debug or trace";
        let log_level = r.parsed("LOG_LEVEL", levels, |text| {
            tracing::Level::from_str(text).ok()
        });
        if r.optional("IDENTITY_ENDPOINT").is_some() {
            r.url("IDENTITY_ENDPOINT");
        }
        let port = r.parsed("FUNCTIONS_CUSTOMHANDLER_PORT", "a port number", |text| {
            text.parse().ok()
        });
        Some(Settings {
            arm_endpoint: arm_endpoint?,
            arm_api_version: arm_api_version?,
            prices_endpoint: prices_endpoint?,
            metrics_endpoint: metrics_endpoint?,
            beacons,
            subscriptions: ids?,
            ledger: ledger?,
            defaults: defaults?,
            calendars,
            lease: lease?,
            sweep_schedule: sweep_schedule?,
            sweep_deadline: sweep_deadline?,
            request_timeout: request_timeout?,
            concurrency: concurrency?,
            safety: safety?,
            spread: spread?,
            currency: currency?,
            benefits: benefits?,
            price_file,
            notice_webhook,
            log_level: log_level?,
            azure_client_id: r.optional("AZURE_CLIENT_ID"),
            port: port?,
        })
    }
}
