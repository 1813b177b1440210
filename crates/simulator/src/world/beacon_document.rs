//! A beacon's document, made of what truly goes on at its instance.

use super::instance::Instance;
use super::usage::{Use, UseKind, User};
use super::watch::{Peaks, Watch};
use crate::kinds::instance::spec::BeaconFault;
use crate::stamps;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What a document is made of.
pub(super) struct Document<'a> {
    pub instance: &'a Instance,
    pub watch: &'a Watch,
    pub now: DateTime<Utc>,
    /// Simulated seconds until the next.
    pub every_seconds: u32,
}

/// The document's text, with the beacon's fault where it has one.
pub(super) fn document(of: &Document<'_>) -> String {
    let (watch, fault) = (of.watch, of.instance.spec.beacon_fault);
    let jupyter = match fault {
        Some(BeaconFault::Partial) => json!({
            "name": "jupyter", "state": "unknown", "lastActive": stamps::short(of.now),
            "detail": "the local server did not answer",
        }),
        _ => of.jupyter(),
    };
    let gpu = match of.instance.has_gpu() {
        true => peaks("gpu", &watch.gpu),
        false => absent("gpu"),
    };
    let compute = match fault {
        Some(BeaconFault::Foreign) => format!("{}-other", of.instance.id),
        _ => of.instance.id.clone(),
    };
    let whole = json!({
        "version": 1,
        "compute": compute,
        "at": stamps::short(of.now),
        "everySeconds": of.every_seconds,
        "since": stamps::short(watch.since),
        "sources": [
            of.ssh(), of.terminal(), of.tmux(), jupyter, of.vscode(),
            peaks("cpu", &watch.cpu), gpu, peaks("network", &watch.network),
        ],
    });
    let text = whole.to_string();
    match fault {
        // Broken off in the middle, as by a full disk.
        Some(BeaconFault::Garbled) => text.chars().take(text.len() / 2).collect(),
        _ => text,
    }
}

fn peaks(name: &str, peaks: &Peaks) -> Value {
    let peaks: Vec<Value> = peaks
        .all()
        .map(|(at, value)| json!({"at": stamps::short(at), "value": value}))
        .collect();
    json!({"name": name, "state": "quiet", "lastActive": null, "detail": "", "peaks": peaks})
}

fn absent(name: &str) -> Value {
    json!({"name": name, "state": "absent", "lastActive": null, "detail": ""})
}

impl Document<'_> {
    /// How many of these are at work, and when the last one was; `None` where none has been since the boot.
    fn at_work(&self, wanted: impl Fn(&Use) -> bool) -> (usize, Option<DateTime<Utc>>) {
        let since_boot = |one: &&Use| one.to.is_none_or(|to| to > self.watch.since) && wanted(one);
        let uses = || self.instance.uses.iter().filter(since_boot);
        let open = uses().filter(|one| one.to.is_none()).count();
        (open, uses().map(|one| one.to.unwrap_or(self.now)).max())
    }

    fn source(&self, name: &str, work: (usize, Option<DateTime<Utc>>), of: &str) -> Value {
        let (open, last) = work;
        let state = if open > 0 { "active" } else { "quiet" };
        let detail = match open {
            0 => String::new(),
            1 => format!("1 {of}"),
            more => format!("{more} {of}s"),
        };
        json!({"name": name, "state": state, "lastActive": last.map(stamps::short), "detail": detail})
    }

    fn ssh(&self) -> Value {
        // Who works in tmux came over SSH; a run there needs nobody.
        let over_ssh = |one: &Use| {
            matches!(one.user, User::Person(_)) && matches!(one.kind, UseKind::Ssh | UseKind::Tmux)
        };
        self.source("ssh", self.at_work(over_ssh), "session")
    }

    fn terminal(&self) -> Value {
        let work = self.at_work(|one| one.kind == UseKind::Terminal);
        self.source("terminal", work, "command")
    }

    fn tmux(&self) -> Value {
        match self.at_work(|one| one.kind == UseKind::Tmux) {
            (_, None) => absent("tmux"),
            work => self.source("tmux", work, "session runs python"),
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
            work => self.source("vscode", work, "client"),
        }
    }
}
