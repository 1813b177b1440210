//! The beacon on a machine: what its script would write, made of what truly goes on there.

use super::World;
use super::load::{Gauge, has_gpu, minute_of};
use super::uses::{Use, UseKind, User};
use super::{Happening, machine::Machine};
use crate::fleet::{BeaconFault, State};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

/// What a beacon remembers since its machine booted.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    since: DateTime<Utc>,
    /// When it looked last; `None` before its first look.
    looked: Option<DateTime<Utc>>,
    cpu: Peaks,
    gpu: Peaks,
    network: Peaks,
    /// The document, as it was written last.
    document: String,
}

/// Samples that no later one reaches, oldest first.
#[derive(Clone, Debug, Default)]
struct Peaks(Vec<(DateTime<Utc>, f64)>);

impl Peaks {
    fn add(&mut self, at: DateTime<Utc>, value: f64) {
        while self.0.pop_if(|(_, known)| *known <= value).is_some() {}
        self.0.push((at, value));
    }

    fn source(&self, name: &str) -> Value {
        let peaks: Vec<Value> = self
            .0
            .iter()
            .map(|(at, value)| json!({"at": stamp(*at), "value": value}))
            .collect();
        json!({"name": name, "state": "quiet", "lastActive": null, "detail": "", "peaks": peaks})
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn absent(name: &str) -> Value {
    json!({"name": name, "state": "absent", "lastActive": null, "detail": ""})
}

impl World {
    /// The machine has booted: a beacon that is installed there begins to watch.
    pub(super) fn begin_beacon(&mut self, machine: usize) {
        let found = &mut self.machines[machine];
        let silent = found.spec.beacon_fault == Some(BeaconFault::Silent) && found.watch.is_some();
        if !found.spec.beacon || found.state != State::Running || silent {
            return;
        }
        found.watch = Some(Box::new(Watch {
            since: self.now,
            looked: None,
            cpu: Peaks::default(),
            gpu: Peaks::default(),
            network: Peaks::default(),
            document: String::new(),
        }));
        self.plan_beacon(machine, self.now, true);
    }

    /// Somebody logged in: the beacon looks at once.
    pub(super) fn beacon_now(&mut self, machine: usize) {
        self.plan_beacon(machine, self.now, false);
    }

    fn plan_beacon(&mut self, machine: usize, at: DateTime<Utc>, by_timer: bool) {
        if let Some(watch) = &self.machines[machine].watch {
            let boot = watch.since;
            self.plan_at(
                at,
                Happening::Beacon {
                    machine,
                    boot,
                    by_timer,
                },
            );
        }
    }

    /// The beacon's moment, unless its machine went out meanwhile.
    pub(super) fn beacon_due(&mut self, machine: usize, boot: DateTime<Utc>, by_timer: bool) {
        let found = &self.machines[machine];
        let Some(watch) = found.watch.as_ref().filter(|watch| watch.since == boot) else {
            return;
        };
        let silent = found.spec.beacon_fault == Some(BeaconFault::Silent);
        if found.deleted || found.state != State::Running || (silent && watch.looked.is_some()) {
            return;
        }
        self.look(machine);
        if by_timer {
            let next = self.now + TimeDelta::seconds(self.fleet.beacon_seconds.into());
            self.plan_beacon(machine, next, true);
        }
    }

    fn look(&mut self, machine: usize) {
        let now = self.now;
        let Some(mut watch) = self.machines[machine].watch.take() else {
            return;
        };
        let from = watch.looked.unwrap_or(now);
        watch.cpu.add(now, self.mean(machine, Gauge::Cpu, from));
        watch.gpu.add(now, self.mean(machine, Gauge::Gpu, from));
        // From megabytes a minute to bytes a second.
        let bytes = self.mean(machine, Gauge::Network, from) * 1e6 / 60.0;
        watch.network.add(now, bytes.round());
        watch.looked = Some(now);
        watch.document = self.document(machine, &watch);
        self.machines[machine].watch = Some(watch);
        if !self.beacons.contains(&machine) {
            self.beacons.push(machine);
        }
    }

    /// The mean of a gauge over the minutes since the look before.
    fn mean(&self, machine: usize, gauge: Gauge, from: DateTime<Utc>) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        let first = minute_of(from);
        let uses = &self.machines[machine].uses;
        let near: Vec<&Use> = uses
            .iter()
            .filter(|one| one.touches(first, self.now))
            .collect();
        let mut at = first;
        while at < self.now || count == 0.0 {
            sum += self.load(machine, gauge, at, near.iter().copied());
            count += 1.0;
            at += TimeDelta::minutes(1);
        }
        (sum / count * 10.0).round() / 10.0
    }

    fn document(&self, machine: usize, watch: &Watch) -> String {
        let found = &self.machines[machine];
        let fault = found.spec.beacon_fault;
        let own = Own {
            machine: found,
            since: watch.since,
            now: self.now,
        };
        let jupyter = match fault {
            Some(BeaconFault::Partial) => json!({
                "name": "jupyter", "state": "unknown", "lastActive": stamp(self.now),
                "detail": "the local server did not answer",
            }),
            _ => own.jupyter(),
        };
        let gpu = match has_gpu(found) {
            true => watch.gpu.source("gpu"),
            false => absent("gpu"),
        };
        let compute = match fault {
            Some(BeaconFault::Foreign) => format!("{}-other", found.id),
            _ => found.id.clone(),
        };
        let whole = json!({
            "version": 1,
            "compute": compute,
            "at": stamp(self.now),
            "everySeconds": self.fleet.beacon_seconds,
            "since": stamp(watch.since),
            "sources": [
                own.ssh(), own.terminal(), own.tmux(), jupyter, own.vscode(),
                watch.cpu.source("cpu"), gpu, watch.network.source("network"),
            ],
        });
        let text = whole.to_string();
        match fault {
            // Broken off in the middle, as by a full disk.
            Some(BeaconFault::Garbled) => text.chars().take(text.len() / 2).collect(),
            _ => text,
        }
    }

    /// The documents written since somebody last asked, the latest of each machine: ARM id and text.
    pub(in crate) fn take_beacons(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.beacons)
            .into_iter()
            .filter_map(|machine| {
                let found = &self.machines[machine];
                let watch = found.watch.as_ref()?;
                Some((found.id.clone(), watch.document.clone()))
            })
            .collect()
    }
}

/// One machine since its boot, for the sources that are people's.
struct Own<'a> {
    machine: &'a Machine,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Own<'_> {
    /// How many of these are at work, and when the last one was; `None` where none has been since the boot.
    fn at_work(&self, wanted: impl Fn(&Use) -> bool) -> (usize, Option<DateTime<Utc>>) {
        let since_boot = |one: &&Use| one.to.is_none_or(|to| to > self.since) && wanted(one);
        let uses = || self.machine.uses.iter().filter(since_boot);
        let open = uses().filter(|one| one.to.is_none()).count();
        (open, uses().map(|one| one.to.unwrap_or(self.now)).max())
    }

    fn source(&self, name: &str, seen: (usize, Option<DateTime<Utc>>), of: &str) -> Value {
        let (open, last) = seen;
        let state = if open > 0 { "active" } else { "quiet" };
        let detail = match open {
            0 => String::new(),
            1 => format!("1 {of}"),
            more => format!("{more} {of}s"),
        };
        json!({"name": name, "state": state, "lastActive": last.map(stamp), "detail": detail})
    }

    fn ssh(&self) -> Value {
        // Who works in tmux came over SSH; a run there needs nobody.
        let over_ssh = |one: &Use| {
            matches!(one.user, User::Person(_)) && matches!(one.kind, UseKind::Ssh | UseKind::Tmux)
        };
        self.source("ssh", self.at_work(over_ssh), "session")
    }

    fn terminal(&self) -> Value {
        let seen = self.at_work(|one| one.kind == UseKind::Terminal);
        self.source("terminal", seen, "command")
    }

    fn tmux(&self) -> Value {
        match self.at_work(|one| one.kind == UseKind::Tmux) {
            (_, None) => absent("tmux"),
            seen => self.source("tmux", seen, "session runs python"),
        }
    }

    /// Kernels that are busy; a terminal of Jupyter's is no kernel, but its activity counts.
    fn jupyter(&self) -> Value {
        let (busy, last) = self.at_work(|one| one.kind == UseKind::Notebook);
        let (_, terminal) = self.at_work(|one| one.kind == UseKind::Terminal);
        self.source("jupyter", (busy, last.max(terminal)), "busy kernel")
    }

    fn vscode(&self) -> Value {
        match self.at_work(|one| one.kind == UseKind::VsCode) {
            (_, None) => absent("vscode"),
            seen => self.source("vscode", seen, "client"),
        }
    }
}
