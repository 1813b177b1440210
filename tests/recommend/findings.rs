//! What else costs money, as the command tells it of weeks that were swept.

use super::*;
use std::process::{Command, Output};

/// Two weeks of evidence, and two days: sweeps of the last look at what was before it.
const DAYS: i64 = 16;

fn end() -> DateTime<Utc> {
    begin() + TimeDelta::days(DAYS)
}

/// A GPU that nobody loads, and one that somebody does; starts that nobody uses, that `lamp-unused` has ended, and that
/// somebody uses; and what was stopped long ago, and lately.
fn one_of_each() -> Value {
    let lives = [
        ("idle-gpu", json!({"load": "light"})),
        ("busy-gpu", json!({})),
        ("started", Value::Null),
        ("stopped", Value::Null),
        ("lately-stopped", Value::Null),
        ("ended", Value::Null),
        ("used", json!({"starts": false, "days": "Mon-Sun"})),
    ];
    let daily = json!({"lamp-schedule": "daily 08:00-18:00 UTC"});
    let ended = json!({"lamp-schedule": "daily 08:00-18:00 UTC", "lamp-unused": "3d"});
    let tags = json!({"started": daily, "ended": ended, "used": daily});
    let mut fleet = people(1, &lives, &tags);
    let instances =
        &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["instances"];
    for gpu in 0..2 {
        instances[gpu]["vmSize"] = json!("Standard_NC6s_v3");
    }
    for (stopped, time) in [(3, "2026-08-01T18:00:00Z"), (4, "2026-10-01T18:00:00Z")] {
        instances[stopped]["state"] = json!("Stopped");
        instances[stopped]["lastOperation"] = json!({
            "operationName": "Stop", "operationTime": time,
            "operationStatus": "Succeeded", "operationTrigger": "User",
        });
    }
    let gpu = json!({"armSkuName": "Standard_NC6s_v3", "region": "westeurope", "linux": "3.06"});
    fleet["prices"].as_array_mut().expect("prices").push(gpu);
    fleet
}

struct Weeks {
    simulator: Simulator,
    ledger: Folder,
}

async fn weeks() -> Weeks {
    let folder = Folder::new("findings");
    let ledger = Ledger::scratch(folder.path()).await.expect("a ledger");
    let (simulator, context) = open(&one_of_each(), ledger).await;
    let lately = end() - TimeDelta::days(4);
    sweeps((&simulator, &context), begin(), lately, STEP).await;
    // Whether anybody used a run is seen by looks at its beginning and its end.
    let often = TimeDelta::minutes(30);
    sweeps((&simulator, &context), lately, end(), often).await;
    Weeks {
        simulator,
        ledger: folder,
    }
}

impl Weeks {
    async fn ask(&self, more: &[&str]) -> Output {
        self.ask_of(begin(), more).await
    }

    /// The command, on another thread, so that the simulator can answer on this one.
    async fn ask_of(&self, from: DateTime<Utc>, more: &[&str]) -> Output {
        let (from, to) = (from.to_rfc3339(), end().to_rfc3339());
        let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
        command.args(["recommend", "--from", &from, "--to", &to]);
        command.args(more).env_clear().env("COLUMNS", "100");
        command.env("LEDGER", self.ledger.path());
        for endpoint in ["ARM_ENDPOINT", "PRICES_ENDPOINT"] {
            command.env(endpoint, self.simulator.url());
        }
        command.env("IDENTITY_ENDPOINT", self.simulator.identity_endpoint());
        command.env("IDENTITY_HEADER", self.simulator.identity_header());
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let output = output.expect("the thread ends").expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        output
    }

    async fn answer(&self, more: &[&str]) -> Value {
        let output = self.ask(&[more, &["--json"]].concat()).await;
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

/// The findings of a code, by name.
fn findings<'a>(answer: &'a Value, code: &str) -> Vec<(&'a str, &'a Value)> {
    let all = answer["findings"].as_array().expect("findings").iter();
    let own = all.filter(|one| one["code"] == code);
    own.map(|one| (one["resource"]["name"].as_str().expect("a name"), one))
        .collect()
}

fn only<'a>(answer: &'a Value, code: &str, name: &str) -> &'a Value {
    match findings(answer, code)[..] {
        [(found, one)] if found == name => one,
        _ => panic!("{code}: {answer:#}"),
    }
}

fn money(value: &Value) -> f64 {
    let text = value
        .as_str()
        .unwrap_or_else(|| panic!("no money: {value}"));
    text.parse().expect("a number")
}

fn calls(simulator: &Simulator) -> u64 {
    let calls = serde_json::to_value(simulator.calls()).expect("JSON");
    let routes = calls["routes"].as_array().expect("routes").iter();
    let counts = routes.filter_map(|route| route["count"].as_u64());
    counts.sum()
}

#[tokio::test]
async fn what_else_costs_money_is_told_of_what_it_is_true_of_alone() {
    let weeks = weeks().await;
    let before = calls(&weeks.simulator);
    let answer = weeks.answer(&[]).await;
    assert_eq!(calls(&weeks.simulator), before, "it asks nothing");

    let gpu = only(&answer, "gpu-idle", "idle-gpu");
    let text = gpu["text"].as_str().expect("a text");
    assert!(
        text.starts_with("its GPU was never above 0.0 % on 1"),
        "{text}"
    );
    assert_eq!(
        (&gpu["month"], &gpu["currency"]),
        (&Value::Null, &Value::Null)
    );

    let starts = only(&answer, "unused-starts", "started");
    let text = starts["text"].as_str().expect("a text");
    assert!(
        text.contains("days in a row, and nobody used it: lamp-unused = 3d"),
        "{text}"
    );

    let stopped = only(&answer, "stopped-for-months", "stopped");
    let text = stopped["text"].as_str().expect("a text");
    assert!(
        text.starts_with("stopped since 2026-08-01. A stopped instance still costs "),
        "{text}"
    );
    // 1.04 USD a day, of a month of 730 hours.
    assert_eq!(stopped["currency"], "USD");
    assert!(
        (money(&stopped["month"]) - 1.04 * 730.0 / 24.0).abs() < 0.01,
        "{stopped}"
    );

    of_fewer_days_nothing_is_told(&weeks).await;
    prices_are_asked_for_where_somebody_wants_it(&weeks, &answer).await;
}

/// Thirteen days of evidence are too few.
async fn of_fewer_days_nothing_is_told(weeks: &Weeks) {
    let output = weeks.ask_of(end() - TimeDelta::days(12), &["--json"]).await;
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(findings(&answer, "gpu-idle").is_empty(), "{answer:#}");
}

async fn prices_are_asked_for_where_somebody_wants_it(weeks: &Weeks, before: &Value) {
    let row = |answer: &Value| {
        let rows = answer["resources"].as_array().expect("rows").iter();
        let mut own = rows.filter(|row| row["resource"]["name"] == "idle-gpu");
        own.next().expect("a row").clone()
    };
    assert_eq!(row(before)["cost"], Value::Null);
    let asked = weeks.answer(&["--ask-prices"]).await;
    let own = row(&asked);
    let hours = own["on_seconds"].as_f64().expect("seconds") / 3600.0;
    assert!((money(&own["cost"]) - hours * 3.06).abs() < 0.01, "{own}");
    let gpu = only(&asked, "gpu-idle", "idle-gpu");
    assert_eq!(gpu["currency"], "USD");
    // It was on all the time.
    assert!((money(&gpu["month"]) - 730.0 * 3.06).abs() < 1.0, "{gpu}");
    assert_eq!(asked["unpriced"], 0, "{asked:#}");
    let table = weeks.ask(&["--ask-prices"]).await;
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("- w/idle-gpu (gpu-idle): "), "{table}");
    assert!(!table.contains("--ask-prices asks"), "{table}");
}
