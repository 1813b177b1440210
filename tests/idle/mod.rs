//! Idleness, as people meet it: through sweeps of the program over a simulated Azure.

mod calls;
mod faults;
mod fortnights;
mod lives;
mod stories;
mod timer;

use crate::common::folder::Folder;
use crate::common::world::{Printed, World, at, fleet, instance};
use serde_json::{Value, json};

pub const W: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w";

/// A fleet whose metrics show the load of every instance that runs.
pub fn measured(instances: Value) -> Value {
    let mut fleet = fleet(instances, &[]);
    fleet["metrics"] = json!({"sees": "instances", "lateMinutes": 3});
    fleet
}

/// An instance that is idle after an hour, with whatever else.
pub fn idle(name: &str, more: Value) -> Value {
    let mut instance = instance(name, json!({"lamp-idle": "60m"}));
    for (key, value) in more.as_object().into_iter().flatten() {
        match (key.as_str(), value.as_object()) {
            ("tags", Some(tags)) => {
                for (tag, value) in tags {
                    instance["tags"][tag] = value.clone();
                }
            }
            _ => instance[key] = value.clone(),
        }
    }
    instance
}

/// The decision line of an instance.
pub fn decision<'a>(printed: &'a Printed, compute: &str) -> &'a Value {
    let line = printed
        .lines
        .iter()
        .find(|line| line["event"] == "decision" && line["name"] == compute);
    line.unwrap_or_else(|| panic!("no decision on {compute}: {}", printed.all()))
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

/// A world whose beacons write to a folder that the program reads.
pub async fn with_beacons(fleet: Value) -> (World, Folder) {
    let folder = Folder::new("beacons");
    let options = lamplighter_simulator::Options {
        beacons: Some(folder.path().to_path_buf()),
        ..Default::default()
    };
    let mut world = World::with(fleet, options).await;
    world.set("BEACONS", folder.text());
    (world, folder)
}
