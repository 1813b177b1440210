//! A simulated Azure with one subscription, a ledger in a folder, and the program.

use super::folder::Folder;
use chrono::{DateTime, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::record::{Record, What};
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::{Options, Simulator, start_with};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

pub const OFFICE: &str = "Mon-Fri 08:00-19:00 UTC";

pub fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z")
        .parse()
        .expect("a time in a test")
}

pub struct World {
    pub simulator: Simulator,
    pub ledger: PathBuf,
    _folder: Folder,
    extra: Vec<(String, String)>,
}

/// What one run of the program printed.
pub struct Printed {
    pub code: i32,
    /// The JSON lines of standard output.
    pub lines: Vec<Value>,
    pub stdout: String,
    pub stderr: String,
}

impl Printed {
    pub fn summary(&self) -> &Value {
        let line = self.lines.iter().rfind(|line| line["event"] == "sweep");
        line.unwrap_or_else(|| panic!("no summary:\n{}\n{}", self.stdout, self.stderr))
    }

    pub fn count(&self, field: &str) -> u64 {
        self.summary()[field]
            .as_u64()
            .unwrap_or_else(|| panic!("no {field}: {}", self.summary()))
    }

    /// The reason code of an instance's decision, if it was printed.
    pub fn reason(&self, compute: &str) -> Option<&str> {
        let line = self
            .lines
            .iter()
            .find(|line| line["event"] == "decision" && line["name"] == compute)?;
        line["reason"].as_str()
    }

    /// Everything that was printed, for looking for words in it.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A running instance with these tags, since the 20th.
pub fn instance(name: &str, tags: Value) -> Value {
    json!({
        "name": name, "vmSize": "Standard_DS3_v2", "tags": tags, "state": "Running",
        "lastOperation": {"operationName": "Start", "operationTime": "2026-11-20T08:00:00Z",
            "operationStatus": "Succeeded", "operationTrigger": "User"},
    })
}

/// One workspace `w` with these instances; more workspaces by name.
pub fn fleet(instances: Value, more: &[(&str, Value)]) -> Value {
    let mut workspaces =
        vec![json!({"name": "w", "location": "westeurope", "instances": instances})];
    for (name, instances) in more {
        workspaces.push(json!({"name": name, "location": "westeurope", "instances": instances}));
    }
    json!({
        "subscriptions": [{"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01", "name": "Data Science",
            "resourceGroups": [{"name": "rg", "workspaces": workspaces}]}],
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    })
}

impl World {
    /// Begins on Monday the 23rd at noon.
    pub async fn new(fleet: Value) -> World {
        World::with(fleet, Options::default()).await
    }

    pub async fn with(fleet: Value, options: Options) -> World {
        let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
        let options = Options {
            manual_clock: true,
            start: Some(at("23T12:00")),
            ..options
        };
        let simulator = start_with(fleet, options)
            .await
            .expect("the simulator starts");
        let folder = Folder::unmade("sweep");
        World {
            simulator,
            ledger: folder.path().to_path_buf(),
            _folder: folder,
            extra: Vec::new(),
        }
    }

    /// Sets a setting for all runs from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.extra.push((name.into(), value.into()));
    }

    fn command(&self, args: &[&str]) -> Command {
        let url = self.simulator.url();
        let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
        command
            .args(args)
            .env_clear()
            .env("ARM_ENDPOINT", &url)
            .env("PRICES_ENDPOINT", &url)
            .env("METRICS_ENDPOINT", format!("{url}/metrics-host/{{region}}"))
            .env("IDENTITY_ENDPOINT", self.simulator.identity_endpoint())
            .env("IDENTITY_HEADER", self.simulator.identity_header())
            .env("LEDGER", &self.ledger)
            .env("ACT_IN", "all")
            .envs(self.extra.iter().cloned());
        command
    }

    /// Runs the program, on another thread, so that the simulator can answer on this one.
    pub async fn run(&self, args: &[&str]) -> Printed {
        self.run_with(args, &[]).await
    }

    /// Runs the program with these settings too.
    pub async fn run_with(&self, args: &[&str], settings: &[(&str, &str)]) -> Printed {
        let mut command = self.command(args);
        command.envs(settings.iter().copied());
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let output = output.expect("the thread ends").expect("the program runs");
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        Printed {
            code: output.status.code().unwrap_or(-1),
            lines: stdout
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            stdout,
        }
    }

    /// Moves the clock, and sweeps.
    pub async fn sweep(&self, time: &str) -> Printed {
        self.simulator.advance_to(at(time));
        self.sweep_with(&[]).await
    }

    /// Sweeps at the clock's present time.
    pub async fn sweep_with(&self, args: &[&str]) -> Printed {
        let now = self.simulator.now().to_rfc3339();
        let args: Vec<&str> = ["sweep", "--json", "--at", &now]
            .into_iter()
            .chain(args.iter().copied())
            .collect();
        self.run(&args).await
    }

    pub async fn post(&self, path: &str, body: Value) {
        let url = format!("{}/simulator/{path}", self.simulator.url());
        let answer = reqwest::Client::new()
            .post(url)
            .json(&body)
            .send()
            .await
            .expect("an answer");
        assert!(
            answer.status().is_success(),
            "{path}: {}",
            answer.text().await.unwrap_or_default()
        );
    }

    pub async fn fault(&self, fault: Value) {
        self.post("faults", json!([fault])).await;
    }

    /// A person's own start or stop.
    pub async fn hand(&self, instance: &str, action: &str) {
        self.post(
            "action",
            json!({"instance": instance, "action": action, "by": "ana@example.org"}),
        )
        .await;
    }

    /// Calls that asked for something to be done.
    pub fn posts(&self) -> usize {
        let calls = serde_json::to_value(self.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").clone();
        // Resource Graph and metrics are asked by a POST, which changes nothing.
        let asked = routes.iter().filter(|route| {
            let path = route["route"].as_str().expect("a route");
            let asks = path.contains("ResourceGraph") || path.contains("getBatch");
            route["method"] != "GET" && !asks
        });
        asked
            .map(|route| route["count"].as_u64().expect("a count") as usize)
            .sum()
    }

    pub fn state(&self, instance: &str) -> String {
        let record = self.simulator.record();
        let states = record
            .iter()
            .rev()
            .filter(|event| event.instance == instance);
        let state = states
            .map(|event| serde_json::to_value(event).expect("JSON"))
            .find(|event| event["what"] == "state");
        state
            .and_then(|event| event["to"].as_str().map(str::to_string))
            .unwrap_or_default()
    }

    /// All records of the ledger.
    pub async fn records(&self) -> Vec<Record> {
        let ledger = Ledger::scratch(&self.ledger).await.expect("a ledger");
        let read = ledger
            .records::<Record>(at("01T00:00"), at("30T00:00"))
            .await
            .expect("records");
        assert!(read.unreadable.is_empty(), "{:?}", read.unreadable);
        read.records
    }

    pub async fn actions(&self) -> Vec<String> {
        let records = self.records().await;
        let actions = records.iter().filter_map(|record| match &record.what {
            What::Action { operation } => Some(operation.id.clone()),
            _ => None,
        });
        actions.collect()
    }
}
