//! The list of settings: the one place where a name, its default and its line of help stand.

use super::{ncrontab, sources};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const DEFAULT_TIMETABLE: &str = "0 */5 * * * *";

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
        "Subscription ids, comma-separated; empty: every subscription that the identity can read.",
    ),
    setting(
        "ACT_IN",
        "",
        "Where resources are stopped and started: all, or subscription ids, comma-separated; elsewhere Lamplighter only records what it would do.",
    ),
    setting(
        "LAMPLIGHTER_MODE",
        "act",
        "observe: nothing is stopped or started anywhere, whatever ACT_IN says.",
    ),
    setting(
        "INCLUDE",
        "",
        "Workspaces to sweep: name, group/name or subscription/group/name, comma-separated, * for anything; empty: all.",
    ),
    setting(
        "EXCLUDE",
        "",
        "Workspaces not to sweep, written as in INCLUDE; where both name one, it is not swept.",
    ),
    setting(
        "KINDS",
        "instance",
        "What may be stopped and started, where tags ask for it: instance, cluster, deployment, vm, aks, workbench, comma-separated.",
    ),
    setting(
        "FOUNDRY_API_VERSION",
        "2026-09-15-preview",
        "The api-version by which workbenches of Microsoft Foundry are read: 2026-03-15-preview, 2026-05-15-preview, 2026-07-15-preview or 2026-09-15-preview.",
    ),
    setting(
        "FOUNDRY_TAGS_STAND",
        "30d",
        "How long a workbench's own tags stand after an api-version has ceased to show them (1d to 365d).",
    ),
    setting(
        "LEDGER",
        "lamplighter-ledger",
        "Where saved state and records are kept: a folder, or a blob container's https URL.",
    ),
    setting(
        "TAG_PREFIX",
        "lamp-",
        "What the names of policy tags begin with.",
    ),
    setting(
        "OWNER_TAG",
        "owner",
        "The tag that names a resource's owner.",
    ),
    setting(
        "COST_TAGS",
        "",
        "The tags by which costs are divided in reports, comma-separated, such as cost-center.",
    ),
    setting(
        "DEFAULT_ZONE",
        "UTC",
        "The IANA zone of schedules and holds that name none.",
    ),
    setting(
        "TZDATA",
        "",
        "Newer time zones than the compiled-in ones: a folder of TZif files, or the wheel of PyPI's tzdata.",
    ),
    setting(
        "DEFAULT_SCHEDULE",
        "",
        "The schedule of governed resources that have none; written as in lamp-schedule.",
    ),
    setting(
        "DEFAULT_IDLE",
        "",
        "The idle time of governed resources that have none; written as in lamp-idle.",
    ),
    setting(
        "DEFAULT_NOTICE",
        "",
        "How long before a stop the owner is told, where no tag says; written as in lamp-notice. Without it: 15m where a channel for notices is set, else off.",
    ),
    setting(
        "DEFAULT_HOLIDAYS",
        "",
        "The holidays of governed resources that have none; written as in lamp-holidays.",
    ),
    setting(
        "SCHEDULES",
        "",
        "Schedules that tags may name: name = schedule, separated by | or new lines, a JSON object, or a .json or .toml file.",
    ),
    setting(
        "CALENDARS",
        "",
        "Calendars that tags may name: name = an .ics file or its URL, written as in SCHEDULES.",
    ),
    setting(
        "CALENDAR_EVENTS",
        "",
        "Which events of a calendar count: name = a text that they contain, or not and a text; written as in SCHEDULES.",
    ),
    setting(
        "OPT_OUT",
        "false",
        "true: the defaults govern resources without any policy tag, too.",
    ),
    setting(
        "LEASE",
        "4h",
        "How long a manual start outside the schedule's windows stands (1m to 7d).",
    ),
    setting(
        "START_AHEAD",
        "15m",
        "How much before its edge a scheduled start begins at most: by the time that starts of this resource took lately; off: never before it.",
    ),
    setting(
        "HOLD_LIMIT",
        "12h",
        "How long people's holds, one following the other, keep a resource on at most (1m to 7d); 0: none are taken.",
    ),
    setting(
        "HOLD_QUEUE",
        "false",
        "true: people may write to the storage queue holds, so notices name it as a way to keep a resource on.",
    ),
    setting(
        "WATCH_USE",
        "false",
        "true: once an hour, sweeps ask also of running instances that no lamp-idle governs whether anybody works on them, so that recommend can tell.",
    ),
    setting(
        "SWEEP_SCHEDULE",
        DEFAULT_TIMETABLE,
        "When the timer sweeps: six fields, seconds first, in UTC, as NCrontab in the Functions host reads them.",
    ),
    setting(
        "SWEEP_DEADLINE",
        "4m",
        "A sweep ends after this long; whatever is left is reported as not reached (5s to 25m).",
    ),
    setting(
        "MAX_STOPS_PER_SWEEP",
        "edges+20",
        "The most stops in one sweep: a number, a share of all resources (10%), or edges+N: as many as schedules explain, and N more.",
    ),
    setting(
        "STOP_WITHOUT_JOBS_RIGHT",
        "false",
        "true: where Azure says that the identity may not read jobs, stops by schedule are made all the same, which can end a job.",
    ),
    setting(
        "FAN_OUT_ABOVE",
        "100",
        "With more workspaces than this, the timer leaves them to the queue, many in a message.",
    ),
    setting(
        "MAX_INSTANCES",
        "40",
        "The most instances that Functions runs at once; they share Azure Resource Manager's limit of calls (1 to 1000).",
    ),
    setting(
        "DISCOVERY",
        "auto",
        "Where workspaces are found: graph (Resource Graph), list, or auto: graph for more than one subscription.",
    ),
    setting(
        "CURRENCY",
        "USD",
        "The currency of prices, as an ISO 4217 code.",
    ),
    setting(
        "PRICE_FILE",
        "",
        "Your own prices: a CSV file with the columns size, region, price, currency and, optionally, from.",
    ),
    setting(
        "BENEFITS",
        "",
        "What subscriptions have committed to: <id> = savings-plan or reservation, separated by |.",
    ),
    secret(
        "NOTICE_TEAMS_WEBHOOK",
        "The https URL of a Teams flow that begins when a Teams webhook request is received.",
    ),
    setting(
        "NOTICE_TEAMS_AUTH",
        "url",
        "How that flow lets Lamplighter in: url (its sig is the secret), or identity (by a token of this app's identity).",
    ),
    setting(
        "NOTICE_EMAIL",
        "",
        "The https endpoint of an Azure Communication Services resource that sends mail for this app's identity.",
    ),
    setting(
        "NOTICE_EMAIL_FROM",
        "",
        "Who those mails are from: an address of a domain that the resource is linked to.",
    ),
    secret("NOTICE_SLACK_WEBHOOK", "The https URL of a Slack webhook."),
    secret(
        "NOTICE_WEBHOOK",
        "A URL to which notices are posted: signed where NOTICE_WEBHOOK_SECRET is set, else in the format of Azure's auto-shutdown webhook.",
    ),
    secret(
        "NOTICE_WEBHOOK_SECRET",
        "What notices to NOTICE_WEBHOOK are signed with, by Standard Webhooks: whsec_ and Base64; two while you change it.",
    ),
    secret(
        "NOTICE_AZURE_WEBHOOK",
        "A URL to which notices are posted in the format of Azure's auto-shutdown webhook, beside a signed NOTICE_WEBHOOK.",
    ),
    setting(
        "NOTICE_EVENTGRID",
        "",
        "The https endpoint of an Event Grid topic that takes CloudEvents from this app's identity.",
    ),
    setting(
        "NOTICE_REQUIRED",
        "off",
        "How much longer a stop waits where no channel takes its notice, such as 2h; then it comes all the same.",
    ),
    setting(
        "NOTICE_COST",
        "100",
        "From which cost on, in CURRENCY, an owner hears of an instance that somebody keeps on outside its schedule; again at each doubling; or off.",
    ),
    setting(
        "NOTICE_DIGEST",
        "Mon 08:00",
        "When owners and the platform are told what the week came to: a day and a time in DEFAULT_ZONE, or off.",
    ),
    setting(
        "NOTICE_DIGEST_TO",
        "",
        "Whom the platform's own digest is for, such as a mail address.",
    ),
    setting(
        "KEEP_URL",
        "",
        "Where people reach this app's page, to which notices then have links: an https URL, or site for its own name in Azure; empty: no page, no links.",
    ),
    setting(
        "SIGN_IN",
        "off",
        "Whether people sign in for that page, by App Service Authentication, in place of links that whoever has them can use: off, owner (each sees what is theirs) or tenant (everybody sees everything).",
    ),
    setting(
        "SIGN_IN_TENANT",
        "",
        "The id of the tenant whose people may sign in.",
    ),
    setting(
        "ARM_ENDPOINT",
        "https://management.azure.com",
        "Azure Resource Manager: Azure's, another cloud's or the simulator's.",
    ),
    setting(
        "ARM_API_VERSION",
        "2025-12-01",
        "The api-version of Microsoft.MachineLearningServices calls.",
    ),
    setting(
        "PRICES_ENDPOINT",
        "https://prices.azure.com",
        "The Retail Prices API; where ARM_ENDPOINT is on this computer, that one.",
    ),
    setting(
        "METRICS_ENDPOINT",
        "https://{region}.metrics.monitor.azure.com",
        "Azure Monitor's metrics batch API; {region} becomes the workspaces' region. Where ARM_ENDPOINT is on this computer: its /metrics-host/{region}.",
    ),
    setting(
        "BEACONS",
        "",
        "Where beacons write: a folder, or a blob container's https URL; empty: there are none.",
    ),
    setting(
        "REQUEST_TIMEOUT",
        "30s",
        "The time limit of one HTTP request, from connecting to the last byte (1s to 5m).",
    ),
    setting(
        "CONCURRENCY",
        "16",
        "Requests to Azure in flight at once, in each subscription (1 to 256).",
    ),
    setting(
        "LOG_LEVEL",
        "info",
        "What is logged: error, warn, info, debug or trace, each with those before it.",
    ),
    setting(
        "AZURE_CLIENT_ID",
        "",
        "The client id of a user-assigned managed identity or of a workload identity; empty: the system-assigned one.",
    ),
    setting(
        "AZURE_FEDERATED_TOKEN_FILE",
        "",
        "Set by Kubernetes' workload identity: the file of the service account's token, with which to sign in before all other ways.",
    ),
    setting(
        "AZURE_TENANT_ID",
        "",
        "Set by Kubernetes' workload identity: the tenant in which AZURE_FEDERATED_TOKEN_FILE signs in.",
    ),
    setting(
        "AZURE_AUTHORITY_HOST",
        "https://login.microsoftonline.com",
        "Set by Kubernetes' workload identity: where AZURE_FEDERATED_TOKEN_FILE signs in.",
    ),
    setting(
        "IDENTITY_ENDPOINT",
        "",
        "Set by App Service: where a managed identity's tokens come from; empty: the sign-in of Azure's developer tools.",
    ),
    secret(
        "IDENTITY_HEADER",
        "Set by App Service: the secret that IDENTITY_ENDPOINT asks for.",
    ),
    setting(
        "FUNCTIONS_CUSTOMHANDLER_PORT",
        "7071",
        "Set by the Functions host: the port on 127.0.0.1 that serve listens on.",
    ),
];

impl Setting {
    /// The value in force as it may be shown: secrets hidden, a user and a password in a URL too, and the query of a
    /// URL (a SAS) cut off.
    pub fn shown(&self, value: Option<&str>) -> String {
        match value {
            None => self.default.to_string(),
            Some("") => String::new(),
            Some(_) if self.secret => "(secret)".to_string(),
            Some(text) if self.name == "CALENDARS" => sources::shown(text),
            Some(text) => shown(text),
        }
    }
}

fn shown(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_string();
    };
    let (place, query) = match rest.split_once('?') {
        Some((place, _)) => (place, "?(signed part hidden)"),
        None => (rest, ""),
    };
    // A password may hold a slash, or even a question mark, that should have been escaped.
    match (place.rsplit_once('@'), rest.rsplit_once('@')) {
        (Some((_, place)), _) => format!("{scheme}://(user hidden)@{place}{query}"),
        (None, Some(_)) => format!("{scheme}://(hidden)"),
        (None, None) => format!("{scheme}://{place}{query}"),
    }
}

/// `lamplighter settings`: every setting with its value in force, its default and its help.
pub fn print_table(lookup: impl Fn(&str) -> Option<String>, at: DateTime<Utc>) -> String {
    let mut out = String::new();
    for setting in SETTINGS {
        let given = given(setting, &lookup);
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
        if setting.name == TIMETABLE {
            out.push_str(&timetable(&given, at));
        }
    }
    out
}

/// The setting that the host reads too.
const TIMETABLE: &str = "SWEEP_SCHEDULE";

fn given(setting: &Setting, lookup: impl Fn(&str) -> Option<String>) -> Option<String> {
    lookup(setting.name).filter(|value| !value.trim().is_empty())
}

/// What the host makes of the timetable, a line each.
fn timetable(given: &Option<String>, at: DateTime<Utc>) -> String {
    let shown = ncrontab::shown(given.as_deref().unwrap_or(DEFAULT_TIMETABLE), at);
    let listed = |name: &str| -> Vec<&str> {
        let list = shown[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str).collect()
    };
    let mut out = String::new();
    if let Some(means) = shown["means"].as_str() {
        out.push_str(&format!("    means {means}\n"));
        out.push_str(&format!("    next {}\n", listed("next").join(", ")));
    }
    for warning in listed("warnings") {
        out.push_str(&format!("    warning: {warning}\n"));
    }
    out
}

/// `lamplighter settings --json`: the same as one JSON array.
pub fn print_json(lookup: impl Fn(&str) -> Option<String>, at: DateTime<Utc>) -> Value {
    let rows = SETTINGS.iter().map(|setting| {
        let given = given(setting, &lookup);
        let mut row = json!({
            "name": setting.name,
            "value": setting.shown(given.as_deref()),
            "set": given.is_some(),
            "default": setting.default,
            "help": setting.help,
        });
        if setting.name == TIMETABLE
            && let (Value::Object(row), Value::Object(shown)) = (
                &mut row,
                ncrontab::shown(given.as_deref().unwrap_or(DEFAULT_TIMETABLE), at),
            )
        {
            row.extend(shown);
        }
        row
    });
    rows.collect()
}
