//! Idleness, as people meet it: through sweeps of the program over a simulated Azure.

mod calls;
mod faults;
mod fortnights;
mod lives;
mod stories;
mod timer;
// Most of the simulated world is for the sweeps' own tests.
#[allow(dead_code)]
#[path = "../sweep/world.rs"]
mod world;

use serde_json::{Value, json};
use std::path::PathBuf;
use world::{Said, World, at, fleet, machine};

pub const W: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w";

/// A fleet whose metrics show the load of every machine that runs.
pub fn measured(machines: Value) -> Value {
    let mut fleet = fleet(machines, &[]);
    fleet["metrics"] = json!({"sees": "machines", "lateMinutes": 3});
    fleet
}

/// A machine that is idle after an hour, with whatever else.
pub fn idle(name: &str, more: Value) -> Value {
    let mut machine = machine(name, json!({"lamp-idle": "60m"}));
    for (key, value) in more.as_object().into_iter().flatten() {
        match (key.as_str(), value.as_object()) {
            ("tags", Some(tags)) => {
                for (tag, value) in tags {
                    machine["tags"][tag] = value.clone();
                }
            }
            _ => machine[key] = value.clone(),
        }
    }
    machine
}

/// The decision line of a machine.
pub fn decision<'a>(said: &'a Said, compute: &str) -> &'a Value {
    let line = said
        .lines
        .iter()
        .find(|line| line["event"] == "decision" && line["compute"] == compute);
    line.unwrap_or_else(|| panic!("no decision on {compute}: {}", said.all()))
}

/// How often a route whose path holds `part` was called.
pub fn calls(world: &World, part: &str) -> u64 {
    let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
    let routes = calls["routes"].as_array().expect("routes").clone();
    let found = routes.iter().filter(|route| {
        let path = route["route"].as_str().unwrap_or_default();
        path.to_lowercase().contains(&part.to_lowercase())
    });
    found.filter_map(|route| route["count"].as_u64()).sum()
}

/// A folder for beacons, removed with this.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn made() -> Folder {
        let name = format!("beacons-{:x}", fastrand::u64(..));
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }

    pub fn text(&self) -> &str {
        self.0.to_str().expect("a name in Unicode")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A world whose beacons write to a folder that the program reads.
pub async fn with_beacons(fleet: Value) -> (World, Folder) {
    let folder = Folder::made();
    let options = lamplighter_simulator::Options {
        beacons: Some(folder.0.clone()),
        ..Default::default()
    };
    let mut world = World::with(fleet, options).await;
    world.set("BEACONS", folder.text());
    (world, folder)
}
