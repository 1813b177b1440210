//! Fleets that need no file.

use super::{
    Fleet, FleetError, Machine, ResourceGroup, State, Subscription, Workspace, parse, read,
};
use crate::demo_fleet::demo_fleet;
use std::collections::BTreeMap;
use std::path::Path;

/// The fleet that `--fleet` names: `demo`, `demo:SEED`, `uniform:WORKSPACESxMACHINES` or a file.
///
/// # Errors
/// The file cannot be read or is bad, or the name after a known word makes no sense.
pub fn named(given: &str) -> Result<Fleet, FleetError> {
    let wrong = || FleetError::Name {
        given: given.to_owned(),
    };
    if given == "demo" {
        return Ok(demo_fleet(0));
    }
    if let Some(seed) = given.strip_prefix("demo:") {
        return Ok(demo_fleet(seed.parse().map_err(|_| wrong())?));
    }
    if let Some(counts) = given.strip_prefix("uniform:") {
        let (workspaces, machines) = counts.split_once('x').ok_or_else(wrong)?;
        let workspaces = workspaces.parse().map_err(|_| wrong())?;
        let machines = machines.parse().map_err(|_| wrong())?;
        // More than this is a slip of the finger, and would only fill the memory.
        if workspaces == 0 || workspaces > 10_000 || machines > 1_000 {
            return Err(wrong());
        }
        return Ok(uniform_fleet(workspaces, machines));
    }
    read(Path::new(given))
}

/// A fleet of like machines, for measuring: every second one runs, all have office hours in Lisbon.
pub fn uniform_fleet(workspaces: usize, machines_per_workspace: usize) -> Fleet {
    let tags = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let machine = |index: usize| Machine {
        state: if index.is_multiple_of(2) {
            State::Running
        } else {
            State::Stopped
        },
        created_by: Some(format!("user{index:03}@example.org")),
        ..Machine::new(&format!("ci-{index:03}"), "Standard_DS3_v2")
    };
    let workspace = |index: usize| Workspace {
        name: format!("ml-{index:04}"),
        location: "westeurope".into(),
        tags: tags(&[("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon")]),
        machines: (0..machines_per_workspace).map(machine).collect(),
    };
    // ARM's token buckets are per subscription, and a large organisation has many.
    let all = (0..workspaces).collect::<Vec<_>>();
    let subscriptions = all
        .chunks(WORKSPACES_A_SUBSCRIPTION)
        .enumerate()
        .map(|(index, chunk)| Subscription {
            id: format!("00000000-0000-4000-8000-{:012}", index + 1),
            name: format!("Uniform {}", index + 1),
            tenant_id: super::default_tenant(),
            resource_groups: vec![ResourceGroup {
                name: format!("rg-ml-{index:02}"),
                location: Some("westeurope".into()),
                tags: tags(&[("cost-centre", "4711")]),
                workspaces: chunk.iter().map(|index| workspace(*index)).collect(),
            }],
        })
        .collect();
    Fleet {
        subscriptions,
        ..Fleet::empty()
    }
}

/// Workspaces in each subscription of a uniform fleet.
const WORKSPACES_A_SUBSCRIPTION: usize = 20;

/// The fleet of a simulator that was given none: one workspace, three machines, two people.
///
/// # Errors
/// Never in a build whose tests passed: the text is part of the program.
pub fn small_fleet() -> Result<Fleet, FleetError> {
    parse(include_str!("small_fleet.json"), "built-in fleet")
}
