//! Whatever settings, ledger and identity say: the handler starts, lives, and tells what is wrong wherever anybody looks.

use super::support::{app_with, get, level};
use crate::common::copy;
use crate::common::folder::Folder;
use lamplighter_agent::handler::logging;
use lamplighter_agent::settings::{self, SETTINGS};
use lamplighter_host_emulator::{FunctionsHost, Invoked, Trace};
use serde_json::Value;
use std::process::Command;

/// A value that each setting refuses, and the form that it should have.
const BAD: &[(&str, &str, &str)] = &[
    ("SUBSCRIPTIONS", "production", "subscription ids"),
    ("ACT_IN", "production", "subscription ids"),
    ("LAMPLIGHTER_MODE", "dry", "act or observe"),
    ("INCLUDE", "a/b/c/d/e", "group/workspace"),
    ("EXCLUDE", "/x", "group/workspace"),
    (
        "LEDGER",
        "http://elsewhere/x",
        "a folder or a blob container",
    ),
    ("TAG_PREFIX", "<>", "1 to 64 characters"),
    ("OWNER_TAG", "<>", "1 to 512 characters"),
    ("COST_TAGS", "team,team", "names of tags"),
    ("DEFAULT_ZONE", "Mars/Olympus", "zone"),
    ("DEFAULT_SCHEDULE", "Mon-Fri 25:00", "lamp-schedule takes"),
    ("DEFAULT_IDLE", "soon", "lamp-idle takes"),
    ("DEFAULT_NOTICE", "soon", "lamp-notice takes"),
    ("DEFAULT_HOLIDAYS", "Atlantis", "lamp-holidays takes"),
    ("SCHEDULES", "office: 8-19", "name = value"),
    ("CALENDARS", "plant", "name = value"),
    ("CALENDAR_EVENTS", "plant = closed", "a name in CALENDARS"),
    ("TZDATA", "/nowhere/tzdata", "TZif"),
    ("KINDS", "instance,notebook", "any of instance, cluster"),
    (
        "FOUNDRY_API_VERSION",
        "2026-09-15",
        "one of 2026-03-15-preview",
    ),
    ("FOUNDRY_TAGS_STAND", "1h", "a length of time"),
    ("OPT_OUT", "perhaps", "true or false"),
    ("STOP_WITHOUT_JOBS_RIGHT", "perhaps", "true or false"),
    ("LEASE", "5", "a length of time"),
    ("SWEEP_SCHEDULE", "every morning", "six"),
    ("SWEEP_DEADLINE", "1h", "a length of time"),
    ("MAX_STOPS_PER_SWEEP", "some", "a whole number"),
    ("FAN_OUT_ABOVE", "-1", "a whole number"),
    ("MAX_INSTANCES", "0", "a whole number"),
    ("DISCOVERY", "guess", "graph or list"),
    ("CURRENCY", "dollars", "three letters"),
    ("PRICE_FILE", "/nowhere/prices.csv", "a file of prices"),
    ("BENEFITS", "all of them", "subscription id"),
    (
        "NOTICE_WEBHOOK",
        "hooks.example/a-secret-of-the-platform",
        "URL",
    ),
    ("HOLD_LIMIT", "8d", "0, or a length of time"),
    ("HOLD_QUEUE", "perhaps", "true or false"),
    ("WATCH_USE", "perhaps", "true or false"),
    ("KEEP_URL", "lamp.example", "site, or the https URL"),
    ("SIGN_IN", "everybody", "off, owner or tenant"),
    ("START_AHEAD", "2h", "off, or a length of time"),
    ("NOTICE_REQUIRED", "yes", "off, or a length of time"),
    (
        "NOTICE_WEBHOOK_SECRET",
        "a-secret-of-the-platform",
        "whsec_",
    ),
    ("NOTICE_AZURE_WEBHOOK", "a-secret-of-the-platform", "URL"),
    (
        "NOTICE_SLACK_WEBHOOK",
        "http://hooks.example/a-secret-of-the-platform",
        "https URL",
    ),
    (
        "NOTICE_TEAMS_WEBHOOK",
        "http://flow.example/a-secret-of-the-platform",
        "https URL",
    ),
    ("NOTICE_TEAMS_AUTH", "perhaps", "url or identity"),
    ("NOTICE_EVENTGRID", "topic", "https URL"),
    ("NOTICE_EMAIL", "http://mail.example", "https URL"),
    ("NOTICE_EMAIL_FROM", "the platform", "one mail address"),
    ("NOTICE_COST", "much", "an amount of money"),
    ("NOTICE_DIGEST", "Monday morning", "a day and a time"),
    ("ARM_ENDPOINT", "management", "URL"),
    ("ARM_API_VERSION", "newest", "a date"),
    ("PRICES_ENDPOINT", "prices", "URL"),
    ("METRICS_ENDPOINT", "metrics", "URL"),
    (
        "BEACONS",
        "http://elsewhere/x",
        "a folder or a blob container",
    ),
    ("REQUEST_TIMEOUT", "1d", "a length of time"),
    ("CONCURRENCY", "0", "a whole number"),
    ("LOG_LEVEL", "loud", "error, warn, info"),
    ("IDENTITY_ENDPOINT", "here", "URL"),
    (
        "AZURE_FEDERATED_TOKEN_FILE",
        "not-there",
        "a file that can be read",
    ),
];
/// Any text will do for these; or only the host sets them; or they mean something only beside another.
const NEVER_BAD: &[&str] = &[
    "SIGN_IN_TENANT",
    "NOTICE_DIGEST_TO",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_ID",
    "AZURE_TENANT_ID",
    "IDENTITY_HEADER",
    "FUNCTIONS_CUSTOMHANDLER_PORT",
];

#[test]
fn every_setting_that_can_be_wrong_is_tried() {
    let tried = BAD.iter().map(|(name, ..)| *name);
    let mut tried: Vec<&str> = tried.chain(NEVER_BAD.iter().copied()).collect();
    let mut known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
    tried.sort_unstable();
    known.sort_unstable();
    assert_eq!(tried, known);
}

#[tokio::test]
async fn a_wrong_setting_fails_each_sweep_and_is_told_everywhere_and_the_app_lives() {
    for (name, value, form) in BAD {
        let folder = Folder::unmade("wrong");
        let app = app_with(&folder, &[(name, value)]).await;
        if *name == "SWEEP_SCHEDULE" {
            // The host refuses it too, and fires nothing.
            assert!(!app.fire("sweep").await.is_success());
            let health = get(&app, "/api/health").await;
            assert!(
                health.status == 503 && health.body.contains(form),
                "{health:?}"
            );
            continue;
        }
        let health = told_everywhere(&app, &format!("setting {name}: ")).await;
        assert!(health.contains(form), "{name}: {health}");
        let traces = app.traces().until(|traces| setting(traces).is_some()).await;
        let line = setting(&traces.expect("the setting is named in the log")).expect("a line");
        assert_eq!(
            (&line["level"], &line["setting"]),
            (&"ERROR".into(), &(*name).into())
        );
        let expected = line["expected"].as_str().expect("the form it should have");
        assert!(expected.contains(form), "{name}: {expected}");
        assert!(
            !line.to_string().contains("a-secret-of-the-platform"),
            "{line}"
        );
    }
}

fn setting(traces: &[Trace]) -> Option<Value> {
    let lines = traces.iter().map(|trace| {
        serde_json::from_str::<Value>(&trace.text).unwrap_or_else(|_| panic!("{trace:?}"))
    });
    lines.into_iter().find(|line| line["event"] == "setting")
}

/// Health before and after a sweep, the sweep and the page all say the same; returns what health says.
async fn told_everywhere(app: &FunctionsHost, words: &str) -> String {
    let health = get(app, "/api/health").await;
    assert_eq!(health.status, 503, "{words}: {}", health.body);
    let body: Value = serde_json::from_str(&health.body).expect("JSON");
    let problem = body["problem"].as_str().expect("a problem").to_string();
    assert!(problem.contains(words), "{problem}");
    match app.fire("sweep").await {
        Invoked::Failed { status, body, why } => {
            assert!(status == 500 && body.contains(words), "{why}: {body}")
        }
        done => panic!("{words}: {done:?}"),
    }
    let health = get(app, "/api/health").await;
    let body: Value = serde_json::from_str(&health.body).expect("JSON");
    let reason = body["lastSweep"]["reason"].as_str().expect("a reason");
    assert!(health.status == 503 && reason.contains(words), "{reason}");
    let page = get(app, "/api/report").await;
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(page.content_type().starts_with("text/html"), "{page:?}");
    assert!(page.body.contains(words), "{}", page.body);
    assert!(app.exited(0).is_none(), "{words}: the handler has ended");
    problem
}

#[tokio::test]
async fn a_ledger_that_cannot_be_opened_fails_each_sweep_and_is_told_everywhere() {
    for ledger in ["/dev/null/ledger", "/proc/no-such-folder/ledger"] {
        let folder = Folder::unmade("no-ledger");
        let app = app_with(&folder, &[("LEDGER", ledger)]).await;
        told_everywhere(&app, ledger).await;
    }
}

#[tokio::test]
async fn all_wrong_settings_are_told_at_once_one_error_for_each() {
    let folder = Folder::unmade("all-wrong");
    // The others are read by the zones of TZDATA, which is told alone.
    let apart = ["SWEEP_SCHEDULE", "TZDATA"];
    let all = BAD.iter().filter(|(name, ..)| !apart.contains(name));
    let all: Vec<(&str, &str)> = all.map(|(name, value, _)| (*name, *value)).collect();
    let app = app_with(&folder, &all).await;
    let health = told_everywhere(&app, "setting LEASE: ").await;
    for (name, _) in &all {
        assert!(health.contains(&format!("setting {name}: ")), "{name}");
    }
    let enough = |traces: &[Trace]| level(traces).len() > all.len();
    let traces = app.traces().until(enough).await.expect("an Error for each");
    for trace in level(&traces) {
        let line: Value = serde_json::from_str(&trace.text).unwrap_or_else(|_| panic!("{trace:?}"));
        assert_eq!(line["level"], "ERROR");
    }
}

#[tokio::test]
async fn a_file_that_a_setting_names_may_come_later_than_the_process() {
    let folder = Folder::new("later");
    let prices = folder.join("prices.csv");
    let app = app_with(&folder, &[("PRICE_FILE", &prices.display().to_string())]).await;
    assert_eq!(get(&app, "/api/health").await.status, 503);
    std::fs::write(&prices, "size,region,price,currency\n").expect("a file");
    let health = get(&app, "/api/health").await;
    assert_eq!(health.status, 200, "{}", health.body);
}

/// Runs `serve` as the host does, until it ends.
fn ended(port: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .arg("serve")
        .env_clear()
        .env("FUNCTIONS_CUSTOMHANDLER_PORT", port)
        .output()
        .expect("lamplighter runs");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// 0 would never be started again, and other codes stop the host at the third.
#[test]
fn a_handler_that_cannot_listen_ends_so_that_it_is_started_again() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for (port, code) in [(port.as_str(), 200), ("a lot", 2), ("70000", 2)] {
        let (ended, printed) = ended(port);
        assert_eq!(ended, Some(code), "{port}: {printed}");
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(lines.len(), 1, "{printed}");
        let line: Value = serde_json::from_str(lines[0]).expect("JSON");
        assert_eq!(line["level"], "ERROR");
        assert!(line["message"].to_string().contains(port), "{line}");
    }
}

const PANICS: &str = "LAMPLIGHTER_TEST_PANICS";

#[test]
fn a_panic_is_one_error_line_of_json() {
    if std::env::var_os(PANICS).is_some() {
        logging::init(true, settings::given(|_| None).log_level);
        panic!("two\nlines and a \"quote\"");
    }
    let output = copy::of(module_path!(), "a_panic_is_one_error_line_of_json")
        .env(PANICS, "1")
        .output()
        .expect("the copy runs");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let line: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["message"], "panicked: two\nlines and a \"quote\"");
    assert!(line["place"].to_string().contains("start.rs"), "{line}");
}
