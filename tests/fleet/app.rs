//! The packaged function app on the host emulator, beside a simulator and Azurite's queues.

use crate::common::folder::Folder;
use crate::common::world::instance;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::record::Record;
use lamplighter_host_emulator::{Azurite, FunctionsHost, HostClock, Invoked, Plan, Queues};
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::{Options, Simulator, start_with};
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

pub const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";

pub struct App {
    pub simulator: Simulator,
    pub host: FunctionsHost,
    pub queues: Queues,
    folder: Folder,
    _azurite: Azurite,
}

impl App {
    /// `copies` of the handler; the simulated clock begins at `start` and moves by [`App::at`] only.
    pub async fn start(
        fleet: Value,
        start: DateTime<Utc>,
        copies: usize,
        more: &[(&str, &str)],
    ) -> App {
        let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
        let folder = Folder::unmade("fleet");
        let beacons = folder.join("beacons");
        std::fs::create_dir_all(&beacons).expect("a folder");
        let options = Options {
            manual_clock: true,
            start: Some(start),
            beacons: Some(beacons.clone()),
            ..Options::default()
        };
        let simulator = start_with(fleet, options)
            .await
            .expect("the simulator starts");
        let app = folder.join("app");
        let packaged = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
            .arg("package")
            .arg(&app)
            .output();
        assert!(packaged.expect("lamplighter runs").status.success());
        let azurite = Azurite::start(None).unwrap_or_else(|error| panic!("{error}"));
        let queues = Queues::at(&azurite.endpoint);
        let url = simulator.url();
        let settings = [
            ("ARM_ENDPOINT", url.clone()),
            ("PRICES_ENDPOINT", url.clone()),
            ("METRICS_ENDPOINT", format!("{url}/metrics-host/{{region}}")),
            ("IDENTITY_ENDPOINT", simulator.identity_endpoint()),
            ("IDENTITY_HEADER", simulator.identity_header()),
            ("BEACONS", beacons.display().to_string()),
            ("LEDGER", folder.join("ledger").display().to_string()),
            ("SWEEP_SCHEDULE", "0 */5 * * * *".into()),
            ("ACT_IN", "all".into()),
            ("FAN_OUT_ABOVE", "0".into()),
            ("MAX_INSTANCES", copies.to_string()),
        ];
        let more = more
            .iter()
            .map(|(name, value)| (*name, (*value).to_string()));
        let mut all: std::collections::BTreeMap<String, String> = Default::default();
        all.extend(
            settings
                .into_iter()
                .chain(more)
                .map(|(name, value)| (name.to_string(), value)),
        );
        let clock = HostClock::default();
        clock.set(start);
        let plan = Plan {
            settings: all.into_iter().collect(),
            copies,
            queues: Some(queues.clone()),
            clock,
            // Longer than any pass: nobody's message is handed to somebody else meanwhile.
            lease: Duration::from_secs(60),
            // Not at once: what an instance had asked Azure for before it died is done first.
            lost_after: Some(Duration::from_secs(1)),
            again_after: Some(Duration::ZERO),
            ..Plan::of(&app)
        };
        let host = FunctionsHost::start(plan)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        App {
            simulator,
            host,
            queues,
            folder,
            _azurite: azurite,
        }
    }

    /// Moves both clocks.
    pub fn at(&self, now: DateTime<Utc>) {
        self.simulator.advance_to(now);
        self.host.clock().set(now);
    }

    pub async fn fire(&self) -> Invoked {
        self.host.fire("sweep").await
    }

    /// Until no message is left.
    pub async fn drained(&self) {
        let drained = self
            .host
            .drained(PATIENCE)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        if !drained {
            let last = self.lines().pop();
            let mut left = Vec::new();
            for queue in ["workspaces", "workspaces-poison"] {
                left.push((queue, self.queues.count(queue).await));
            }
            panic!("messages are left: {left:?}; the last line is {last:#?}");
        }
    }

    /// A whole round: the timer, then all of its messages. Returns what it logged.
    pub async fn round(&self, now: DateTime<Utc>) -> Vec<Value> {
        self.at(now);
        self.host.traces().clear();
        let fired = self.fire().await;
        assert!(fired.is_success(), "{fired:?}");
        self.drained().await;
        self.lines()
    }

    /// Log lines since the last round began.
    pub fn lines(&self) -> Vec<Value> {
        let traces = self.host.traces().all();
        let lines = traces
            .iter()
            .filter_map(|trace| serde_json::from_str(&trace.text).ok());
        lines.collect()
    }

    /// Spoils calls to Azure from now on.
    pub async fn fault(&self, faults: Value) {
        let url = format!("{}/simulator/faults", self.simulator.url());
        let posted = reqwest::Client::new().post(url).json(&faults).send().await;
        assert!(posted.expect("an answer").status().is_success());
    }

    pub async fn clear_faults(&self) {
        let url = format!("{}/simulator/faults", self.simulator.url());
        let cleared = reqwest::Client::new().delete(url).send().await;
        assert!(cleared.expect("an answer").status().is_success());
    }

    /// The next list of this workspace's computes is never answered.
    pub async fn hang_once(&self, workspace: &str) {
        self.clear_faults().await;
        let path = format!("/workspaces/{workspace}/computes");
        self.fault(json!([{"pathContains": path, "hang": true, "count": 1}]))
            .await;
    }

    /// Takes away the only instance whenever it waits for what [`App::hang_once`] has hang and for nothing else, at most so
    /// often, until no message is left; how often that was.
    pub async fn kill_where_it_hangs(&self, workspace: &str, most: u64) -> u64 {
        let mut kills = 0;
        let drained = self.drained();
        tokio::pin!(drained);
        loop {
            if tokio::time::timeout(Duration::from_millis(5), &mut drained)
                .await
                .is_ok()
            {
                return kills;
            }
            let hangs = self.hangs().await;
            // Other messages would die with it, though nothing is wrong with them.
            let alone = self.queues.count("workspaces").await.expect("a count") == 1;
            if kills < most && alone && hangs {
                kills += 1;
                if kills < most {
                    self.hang_once(workspace).await;
                }
                self.host.replace(0).await.expect("a new instance");
            }
        }
    }

    /// Whether somebody has come upon what [`App::hang_once`] has hang.
    pub async fn hangs(&self) -> bool {
        let url = format!("{}/simulator/faults", self.simulator.url());
        let faults = reqwest::get(&url).await.expect("an answer");
        let faults: Value = faults.json().await.expect("JSON");
        faults.pointer("/0/count") == Some(&json!(0))
    }

    /// Stops that Azure was asked for.
    pub fn stops(&self) -> u64 {
        self.counted(|route| route.ends_with("/stop"))
    }

    /// All that Azure was asked for so far.
    pub fn calls(&self) -> u64 {
        self.counted(|_| true)
    }

    /// What Azure was asked for by these routes.
    pub fn counted(&self, wanted: impl Fn(&str) -> bool) -> u64 {
        let calls = serde_json::to_value(self.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes");
        let wanted = routes
            .iter()
            .filter(|route| wanted(route["route"].as_str().expect("text")));
        wanted
            .map(|route| route["count"].as_u64().expect("a count"))
            .sum()
    }

    pub async fn ledger(&self) -> Ledger {
        let ledger = Ledger::scratch(&self.folder.join("ledger")).await;
        ledger.expect("a ledger")
    }

    pub async fn records(&self) -> Vec<Record> {
        let ledger = self.ledger().await;
        let now = self.simulator.now();
        let read = ledger
            .records::<Record>(now - TimeDelta::days(30), now + TimeDelta::days(30))
            .await;
        let read = read.expect("records");
        assert_eq!(read.unreadable, [] as [String; 0]);
        read.records
    }
}

/// The lines of one event.
pub fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

/// Workspaces of one instance each, which `never` wants on.
pub fn fleet(names: &[&str]) -> Value {
    let workspaces: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({"name": name, "location": "westeurope", "tags": {"lamp-schedule": "never"},
                "instances": [instance("ci", json!({}))]})
        })
        .collect();
    json!({
        "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science",
            "resourceGroups": [{"name": "rg", "workspaces": workspaces}]}],
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    })
}
