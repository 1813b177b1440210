//! People with every habit, and how their instances truly lived.

use super::*;
use chrono::{DateTime, Utc};

/// What there is to see work by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// No Lamplighter at all.
    Nobody,
    /// Azure's own timer, set from the tags; neither metrics nor beacons.
    Timer,
    Metrics,
    Beacons,
}

/// People who work in notebooks, terminals, VS Code, by SSH, in tmux, in jobs, or not at all; one instance each, and one
/// for two.
pub fn people(seed: u64, evidence: Evidence) -> Value {
    let names = [
        "notebook",
        "vscode",
        "terminal",
        "ssh",
        "quiet-ssh",
        "tmux",
        "tmux-run",
        "quiet-run",
        "kernel-run",
        "job",
        "two",
        "nobody",
        "sometimes",
    ];
    let instance = |name: &&str| {
        let mut instance = idle(
            name,
            json!({
            "beacon": evidence == Evidence::Beacons,
            }),
        );
        if matches!(*name, "nobody" | "sometimes") {
            instance["tags"]["lamp-schedule"] = json!("Mon-Fri 08:00-19:00 UTC");
        }
        if evidence == Evidence::Nobody {
            instance["tags"] = json!({});
        }
        instance
    };
    let mut fleet = fleet(json!(names.iter().map(instance).collect::<Vec<_>>()), &[]);
    fleet["seed"] = json!(seed);
    let sees = if evidence == Evidence::Metrics {
        "instances"
    } else {
        "nothing"
    };
    fleet["metrics"] = json!({"sees": sees, "lateMinutes": 3});
    let person = |name: &str, instance: &str, more: Value| {
        let mut person = json!({
            "name": name, "zone": "UTC", "instances": [format!("w/{instance}")],
            "arrives": "08:00-10:30", "leaves": "15:30-19:00", "forgets": 1, "absent": 0.1, "worksLate": 0.2,
        });
        person
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        person
    };
    let run = |name: &str, runs_in: &str, load: &str| {
        json!({
            "arrives": "09:00-10:00", "leaves": "11:00-12:00", "worksIn": "ssh",
            "jobs": [{"name": name, "instance": format!("w/{name}"), "at": "10:30-10:59", "lasts": "3h-20h",
                "runsIn": runs_in, "load": load, "chance": 0.7}],
        })
    };
    fleet["people"] = json!([
        person("ana", "notebook", json!({})),
        person("ben", "vscode", json!({"worksIn": "vscode"})),
        person("cleo", "terminal", json!({"worksIn": "terminal"})),
        person("dora", "ssh", json!({"worksIn": "ssh"})),
        person(
            "emil",
            "quiet-ssh",
            json!({"worksIn": "ssh", "load": "light"})
        ),
        person("fay", "tmux", json!({"worksIn": "tmux"})),
        person("gus", "tmux-run", run("tmux-run", "tmux", "busy")),
        person("hal", "quiet-run", run("quiet-run", "tmux", "light")),
        person("ida", "kernel-run", run("kernel-run", "notebook", "busy")),
        person("jon", "job", run("job", "job", "busy")),
        person("kim", "two", json!({"leaves": "12:00-13:00"})),
        person(
            "lou",
            "two",
            json!({"arrives": "13:30-14:30", "worksIn": "ssh", "leaves": "18:00-19:30"})
        ),
        person("max", "sometimes", json!({"absent": 0.5, "starts": false})),
    ]);
    fleet
}

/// A stretch in which somebody or something was at work.
#[derive(Clone, Debug)]
pub struct Use {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub kind: String,
    pub light: bool,
}

/// What truly happened to one instance.
pub struct Life {
    pub name: String,
    pub uses: Vec<Use>,
    /// When it ran.
    pub ran: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Life {
    /// The stretches in which it ran and nobody used it.
    pub fn forgotten(&self) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let mut stretches = Vec::new();
        for (from, to) in &self.ran {
            let mut at = *from;
            let mut uses: Vec<&Use> = self
                .uses
                .iter()
                .filter(|one| one.to > *from && one.from < *to)
                .collect();
            uses.sort_by_key(|one| one.from);
            for one in uses {
                if one.from > at {
                    stretches.push((at, one.from));
                }
                at = at.max(one.to);
            }
            if *to > at {
                stretches.push((at, *to));
            }
        }
        stretches
    }

    pub fn forgotten_hours(&self) -> f64 {
        let seconds = self
            .forgotten()
            .iter()
            .map(|(from, to)| (*to - *from).num_seconds())
            .sum::<i64>();
        seconds as f64 / 3600.0
    }
}
