//! The list of settings: the one place where a name, its default and its line of help stand.

use serde_json::json;

/// One setting as `lamplighter settings` shows it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// The value where the environment has none, as one would write it; empty: unset.
    pub default: &'static str,
    pub help: &'static str,
    /// Its value is never printed.
    pub secret: bool,
}

const fn setting(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting {
        name,
        default,
        help,
        secret: false,
    }
}

const fn secret(name: &'static str, help: &'static str) -> Setting {
    Setting {
        name,
        default: "",
        help,
        secret: true,
    }
}

/// Every setting Lamplighter reads, in the order people look for them.
pub const SETTINGS: &[Setting] = &[
    setting(
        "SUBSCRIPTIONS",
        "",
        "Subscription ids, comma-separated; empty: all that the identity sees.",
    ),
    setting(
        "ACT_IN",
        "",
        "Where machines are stopped and started: all, or subscription ids; elsewhere it only says what it would do.",
    ),
    setting(
        "LAMPLIGHTER_MODE",
        "act",
        "observe: nothing is stopped or started anywhere, whatever ACT_IN says.",
    ),
    setting(
        "INCLUDE",
        "",
        "Workspaces to look at: name, group/name or subscription/group/name with * for anything; empty: all.",
    ),
    setting(
        "EXCLUDE",
        "",
        "Workspaces not to look at, written as INCLUDE; it wins.",
    ),
    setting(
        "LEDGER",
        "lamplighter-ledger",
        "Where memory and records last: a folder, or a blob container's https URL.",
    ),
    setting(
        "TAG_PREFIX",
        "lamp-",
        "What the names of policy tags begin with.",
    ),
    setting(
        "OWNER_TAG",
        "owner",
        "The tag that names a machine's owner.",
    ),
    setting(
        "DEFAULT_ZONE",
        "UTC",
        "The IANA zone of schedules and holds that name none.",
    ),
    setting(
        "DEFAULT_SCHEDULE",
        "",
        "The schedule of governed machines that have none; in the language of lamp-schedule.",
    ),
    setting(
        "DEFAULT_IDLE",
        "",
        "The idle time of governed machines that have none; in the language of lamp-idle.",
    ),
    setting(
        "DEFAULT_NOTICE",
        "off",
        "How long before a stop its owner is told, where no tag says; in the language of lamp-notice.",
    ),
    setting(
        "DEFAULT_HOLIDAYS",
        "",
        "The holidays of governed machines that have none; in the language of lamp-holidays.",
    ),
    setting(
        "SCHEDULES",
        "",
        "Schedules that tags may name: name = schedule, with | or a line between, a JSON object, or a .json or .toml file.",
    ),
    setting(
        "CALENDARS",
        "",
        "Calendars that tags may name: name = an .ics file or its URL, written as SCHEDULES are.",
    ),
    setting(
        "OPT_OUT",
        "false",
        "true: machines without any policy tag are governed by the defaults too.",
    ),
    setting(
        "LEASE",
        "4h",
        "How long a start by hand outside windows stands (1m to 7d).",
    ),
    setting(
        "SWEEP_SCHEDULE",
        "0 */5 * * * *",
        "The timer's cadence: six fields, seconds first, UTC.",
    ),
    setting(
        "SWEEP_DEADLINE",
        "4m",
        "A pass ends by itself after this long; what is left is reported as not reached (5s to 25m).",
    ),
    setting(
        "MAX_STOPS_PER_SWEEP",
        "edges+20",
        "The most stops at once: a number, a share of the machines (10%), or as many as edges explain and N more.",
    ),
    setting(
        "FAN_OUT_ABOVE",
        "100",
        "With more workspaces than this, the timer leaves each to a message on the queue.",
    ),
    setting(
        "MAX_INSTANCES",
        "40",
        "The most instances that Functions runs at once, which share ARM's budget of calls (1 to 1000).",
    ),
    setting(
        "DISCOVERY",
        "auto",
        "Where workspaces are found: graph (Resource Graph), list, or auto: graph for more than one subscription.",
    ),
    setting("CURRENCY", "USD", "The currency of prices, ISO 4217."),
    setting(
        "PRICE_FILE",
        "",
        "The platform's own prices: a CSV of size,region,price,currency and perhaps from.",
    ),
    setting(
        "BENEFITS",
        "",
        "What subscriptions have bought ahead: <id> = savings-plan or reservation, with | between.",
    ),
    setting(
        "NOTICE_WEBHOOK",
        "",
        "An https URL to which notices are posted, in the shape of Azure's auto-shutdown webhook.",
    )
    .into_secret(),
    setting(
        "ARM_ENDPOINT",
        "https://management.azure.com",
        "Azure Resource Manager; another cloud's, or the simulator's.",
    ),
    setting(
        "ARM_API_VERSION",
        "2025-12-01",
        "The api-version of Microsoft.MachineLearningServices calls.",
    ),
    setting(
        "PRICES_ENDPOINT",
        "https://prices.azure.com",
        "The Retail Prices API.",
    ),
    setting(
        "METRICS_ENDPOINT",
        "https://{region}.metrics.monitor.azure.com",
        "Azure Monitor's batch of metrics; {region} becomes the workspaces' region.",
    ),
    setting(
        "BEACONS",
        "",
        "Where machines' beacons write: a folder, or a blob container's https URL; empty: there are none.",
    ),
    setting(
        "REQUEST_TIMEOUT",
        "30s",
        "One HTTP request, from connecting to the last byte (1s to 5m).",
    ),
    setting(
        "CONCURRENCY",
        "16",
        "Requests to Azure in flight at once (1 to 256).",
    ),
    setting("LOG_LEVEL", "info", "error, warn, info, debug or trace."),
    setting(
        "AZURE_CLIENT_ID",
        "",
        "The client id of a user-assigned managed identity; empty: the system-assigned one.",
    ),
    setting(
        "IDENTITY_ENDPOINT",
        "",
        "Set by App Service: where a managed identity's tokens come from; empty: developer tools sign in.",
    ),
    secret(
        "IDENTITY_HEADER",
        "Set by App Service: the secret that IDENTITY_ENDPOINT asks for.",
    ),
    setting(
        "FUNCTIONS_CUSTOMHANDLER_PORT",
        "7071",
        "Set by the Functions host: the loopback port that serve listens on.",
    ),
];

impl Setting {
    const fn into_secret(self) -> Setting {
        Setting {
            secret: true,
            ..self
        }
    }

    /// The value in force as it may be shown: secrets hidden, the query of a URL (a SAS) cut off.
    pub fn shown(&self, value: Option<&str>) -> String {
        match value {
            None => self.default.to_string(),
            Some("") => String::new(),
            Some(_) if self.secret => "(secret)".to_string(),
            Some(text) => match text.split_once('?') {
                Some((before, _)) if text.contains("://") => {
                    format!("{before}?(signed part hidden)")
                }
                _ => text.to_string(),
            },
        }
    }
}

/// `lamplighter settings`: every setting with its value in force, its default and its help.
pub fn print_table(lookup: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    for setting in SETTINGS {
        let given = lookup(setting.name).filter(|value| !value.is_empty());
        let value = setting.shown(given.as_deref());
        let value = if value.is_empty() { "(unset)" } else { &value };
        let default = match (given.is_some(), setting.default) {
            (false, _) => String::new(),
            (true, "") => "   (default: unset)".to_string(),
            (true, default) => format!("   (default: {default})"),
        };
        out.push_str(&format!(
            "{}={value}{default}\n    {}\n",
            setting.name, setting.help
        ));
    }
    out
}

/// `lamplighter settings --json`: the same as one JSON array.
pub fn print_json(lookup: impl Fn(&str) -> Option<String>) -> serde_json::Value {
    let rows = SETTINGS.iter().map(|setting| {
        let given = lookup(setting.name).filter(|value| !value.is_empty());
        json!({
            "name": setting.name,
            "value": setting.shown(given.as_deref()),
            "set": given.is_some(),
            "default": setting.default,
            "help": setting.help,
        })
    });
    rows.collect()
}
