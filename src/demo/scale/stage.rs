//! The stage of `demo --scale`: a simulator and a function app on it, its rounds, and what a month of them is billed for.

use super::figures::{LATENCY_MS, MEMORY_GB, Month, RoundFigures};
use crate::demo::boxes::AzureBox;
use chrono::{DateTime, Utc};
use lamplighter_host_emulator::{
    FunctionsHost, HostClock, HostError, Invoked, Plan, Queues, Traces,
};
use lamplighter_simulator::fleet::{Fleet, InstanceState};
use lamplighter_simulator::{Options, uniform_fleet};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// The longest that a round may take.
const ROUND: Duration = Duration::from_secs(300);
/// The least time that an execution is billed for, and the steps in which it is.
const LEAST: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(100);
/// Sweeps in the longest month, every five minutes.
const SWEEPS: u64 = 31 * 24 * 12;

/// A simulator and a function app.
pub struct Stage {
    simulator: AzureBox,
    host: FunctionsHost,
    /// Instances in each workspace.
    instances: u32,
}

fn instant(minute: &str) -> Result<DateTime<Utc>, String> {
    // A Monday in winter, when Lisbon has UTC.
    let text = format!("2026-11-23T{minute}Z");
    text.parse().map_err(|_| format!("{text} is no time"))
}

/// The settings of a handler that works on this simulator.
fn settings(simulator: &AzureBox, ledger: &Path) -> [(&'static str, String); 8] {
    let url = &simulator.url;
    [
        ("ARM_ENDPOINT", url.clone()),
        ("PRICES_ENDPOINT", url.clone()),
        ("METRICS_ENDPOINT", format!("{url}/metrics-host/{{region}}")),
        ("IDENTITY_ENDPOINT", format!("{url}/msi/token")),
        ("IDENTITY_HEADER", simulator.identity_header.clone()),
        ("LEDGER", ledger.display().to_string()),
        ("SWEEP_SCHEDULE", "0 */5 * * * *".into()),
        ("ACT_IN", "all".into()),
    ]
}

impl Stage {
    pub async fn start(
        app: &Path,
        folder: &Path,
        queues: Option<Queues>,
        (workspaces, instances, subscriptions): (u32, u32, u32),
        copies: u32,
    ) -> Result<Stage, String> {
        let begin = instant("18:49:00")?;
        let options = Options {
            start: Some(begin),
            latency: LATENCY_MS,
            throttle: true,
            ..Options::default()
        };
        let fleet = fleet_of(workspaces, instances, subscriptions);
        let simulator = AzureBox::start_with(fleet, options)?;
        let ledger = folder.join(format!("ledger-{workspaces}"));
        let fan_out = if queues.is_some() { "0" } else { "1000000" };
        let settings = settings(&simulator, &ledger).into_iter().chain([
            ("FAN_OUT_ABOVE", fan_out.into()),
            ("MAX_INSTANCES", copies.to_string()),
        ]);
        let clock = HostClock::default();
        clock.set(begin);
        let plan = Plan {
            settings: settings
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            copies: copies as usize,
            queues,
            clock,
            traces: Traces::default(),
            ..Plan::of(app)
        };
        let host = FunctionsHost::start(plan)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Stage {
            simulator,
            host,
            instances,
        })
    }

    /// An evening: a first sweep, the edge at which a tenth of all instances is stopped, and what follows.
    pub async fn day(&self) -> Result<Vec<RoundFigures>, String> {
        let mut rounds = Vec::new();
        for (minute, name) in [
            ("18:50:00", "first sweep"),
            ("19:00:10", "evening edge"),
            ("19:05:10", "observed off"),
            // The first of an hour, of which all report.
            ("20:00:10", "hourly"),
            ("20:05:10", "quiet"),
        ] {
            rounds.push(self.round(minute, name).await?);
        }
        Ok(rounds)
    }

    pub async fn round(&self, minute: &str, name: &'static str) -> Result<RoundFigures, String> {
        let text = |error: HostError| error.to_string();
        let now = instant(minute)?;
        self.simulator.set_clock(now).await?;
        self.host.clock().set(now);
        self.simulator.delete("/simulator/calls").await?;
        self.host.traces().clear();
        let (before, begun) = (self.executed(), Instant::now());
        if let Invoked::Failed { status, body, why } = self.host.fire("sweep").await {
            return Err(format!(
                "the round at {minute} failed: {status} {why} {body}"
            ));
        }
        if !self.host.drained(ROUND).await.map_err(text)? {
            return Err(format!(
                "the round at {minute} was not over after {} s",
                ROUND.as_secs()
            ));
        }
        let seconds = begun.elapsed().as_secs_f64();
        let calls = self.simulator.get("/simulator/calls").await?;
        Ok(RoundFigures {
            executions: self.executed() - before,
            ..figures(name, seconds, &calls, &self.lines())
        })
    }

    /// Invocations of all functions so far.
    fn executed(&self) -> u64 {
        let all = self.host.executions();
        all.values().map(|(count, _)| count).sum()
    }

    /// The log lines since the last round began.
    fn lines(&self) -> Vec<Value> {
        let traces = self.host.traces().all();
        let lines = traces
            .iter()
            .filter_map(|trace| serde_json::from_str(&trace.text).ok());
        lines.collect()
    }

    /// The most memory that a handler ever had, in MiB; 0 where the system does not tell.
    pub fn peak_memory(&self) -> u64 {
        let peak = |id: u32| {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
            let line = status
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        let peaks = self.host.processes().into_iter().filter_map(peak);
        peaks.max().unwrap_or_default().div_ceil(1024)
    }

    /// The instances that are not as their tag wants them.
    pub async fn wrong(&self) -> Result<usize, String> {
        let answer = self.simulator.get("/simulator/instances").await?;
        let instances = answer["instances"]
            .as_array()
            .ok_or("the simulator shows no instances")?;
        let wrong = instances.iter().filter(|instance| {
            let names = instance["instance"]
                .as_str()
                .and_then(|name| name.split_once('/'));
            let place = names.and_then(|(workspace, own)| number(workspace).zip(number(own)));
            let evening = place.map(|place| Evening::of(place, self.instances));
            let wanted = if evening == Some(Evening::On) {
                "Running"
            } else {
                "Stopped"
            };
            instance["state"] != wanted
        });
        Ok(wrong.count())
    }

    pub fn problems(&self) -> Vec<String> {
        let lines = self.lines();
        let bad = lines.iter().filter(|line| {
            matches!(
                line["event"].as_str(),
                Some("problem" | "not-reached" | "poison")
            ) || line["level"] == "ERROR"
        });
        bad.filter_map(|line| line["message"].as_str().map(str::to_owned))
            .collect()
    }

    /// A month of sweeps like these. Instances are billed while they execute anything, however much of it at once; here
    /// each is taken to do so from a round's beginning to its end.
    pub fn month(workspaces: u32, copies: u32, rounds: &[RoundFigures]) -> Month {
        let executions: u64 = rounds.iter().map(|round| round.executions).sum();
        let billed = |round: &RoundFigures| {
            let seconds = round.seconds.max(LEAST.as_secs_f64());
            (seconds / STEP.as_secs_f64()).ceil() * STEP.as_secs_f64() * f64::from(copies)
        };
        let billed: f64 = rounds.iter().map(billed).sum();
        let (count, each) = (
            rounds.len().max(1),
            SWEEPS as f64 / rounds.len().max(1) as f64,
        );
        Month {
            workspaces,
            round_seconds: rounds.iter().map(|round| round.seconds).sum::<f64>() / count as f64,
            executions_a_round: executions as f64 / count as f64,
            executions: (executions as f64 * each).round() as u64,
            gb_seconds: billed * MEMORY_GB * each,
        }
    }
}

/// The number of workspace `ml-0007` and of instance `ci-007`.
fn number(name: &str) -> Option<u32> {
    name.rsplit_once('-')?.1.parse().ok()
}

/// What an instance is to be after 19:00.
#[derive(Clone, Copy, PartialEq)]
enum Evening {
    /// Stopped then: a tenth of all.
    Stopped,
    /// Always on.
    On,
    /// Never on.
    Off,
}

/// Instances of a workspace that are always on.
const ON: u32 = 4;

impl Evening {
    /// Of an instance by the numbers of its workspace and its own.
    fn of((workspace, instance): (u32, u32), instances: u32) -> Evening {
        let stopped = |workspaces: u32| (workspaces * instances).div_ceil(10);
        let stopped = stopped(workspace + 1) - stopped(workspace);
        match instance {
            instance if instance < stopped => Evening::Stopped,
            instance if instance < stopped + ON => Evening::On,
            _ => Evening::Off,
        }
    }
}

fn fleet_of(workspaces: u32, instances: u32, subscriptions: u32) -> Fleet {
    let counts = [workspaces, instances, subscriptions].map(|count| count as usize);
    let mut fleet = uniform_fleet(counts[0], counts[1], counts[2]);
    let all = fleet.subscriptions.iter_mut();
    let groups = all.flat_map(|subscription| &mut subscription.resource_groups);
    for workspace in groups.flat_map(|group| &mut group.workspaces) {
        let place = number(&workspace.name).unwrap_or_default();
        for instance in &mut workspace.instances {
            let own = number(&instance.name).unwrap_or_default();
            let (state, schedule) = match Evening::of((place, own), instances) {
                Evening::Stopped => (InstanceState::Running, None),
                Evening::On => (InstanceState::Running, Some("always")),
                Evening::Off => (InstanceState::Stopped, Some("never")),
            };
            instance.state = state;
            let tag = schedule.map(|text| ("lamp-schedule".to_owned(), text.to_owned()));
            instance.tags.extend(tag);
        }
    }
    fleet
}

fn figures(name: &'static str, seconds: f64, calls: &Value, lines: &[Value]) -> RoundFigures {
    let mut round = RoundFigures {
        name,
        seconds,
        reads: 0,
        finding: 0,
        others: 0,
        stops: 0,
        throttled: 0,
        executions: 0,
        workspaces: 0,
        resources: 0,
    };
    for route in calls["routes"].as_array().into_iter().flatten() {
        let path = route["route"].as_str().unwrap_or_default().to_lowercase();
        let count = route["count"].as_u64().unwrap_or_default();
        round.throttled += route["statuses"]["429"].as_u64().unwrap_or_default();
        let place = match path.as_str() {
            path if path.ends_with("/stop") || path.ends_with("/start") => &mut round.stops,
            path if path.ends_with("/computes") => &mut round.reads,
            path if path.contains("resourcegraph") || path == "/subscriptions" => {
                &mut round.finding
            }
            path if path.contains("msi/token") => continue,
            _ => &mut round.others,
        };
        *place += count;
    }
    for line in lines {
        let counts = match line["event"].as_str() {
            Some("pass") => 1,
            // The timer's own sweep, where nothing is left to a queue; rounds that are summed up have reported before.
            Some("sweep") if line["answered"].is_null() => {
                line["workspaces"].as_u64().unwrap_or_default()
            }
            _ => continue,
        };
        round.workspaces += counts;
        round.resources += line["resources"].as_u64().unwrap_or_default();
    }
    round
}
