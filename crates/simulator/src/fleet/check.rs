//! What a fleet's types cannot say: names are unique, references lead somewhere, values are Azure's.

use super::{ComputeType, Fleet, Machine, NativeSchedule, Person, Workspace, machine_key, size};
use crate::clock::END_OF_TIME;
use crate::world::native;
use chrono::DateTime;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// A field, by path, and what is wrong with it.
pub(super) struct Fault {
    pub field: String,
    pub message: String,
}

fn fault(field: impl Into<String>, message: impl Into<String>) -> Fault {
    Fault {
        field: field.into(),
        message: message.into(),
    }
}

/// Checks a whole fleet; the first fault is the answer.
pub(super) fn check(fleet: &Fleet) -> Result<(), Fault> {
    let mut machines: HashMap<String, usize> = HashMap::new();
    let mut subscriptions = HashSet::new();
    if fleet.subscriptions.is_empty() {
        return Err(fault(
            "subscriptions",
            "a fleet has at least one subscription",
        ));
    }
    if fleet
        .start
        .is_some_and(|start| !(DateTime::UNIX_EPOCH..END_OF_TIME).contains(&start))
    {
        return Err(fault("start", "expected a time from 1970 to 2199"));
    }
    if !(1..=86_400).contains(&fleet.beacon_seconds) {
        return Err(fault("beaconSeconds", "expected 1 to 86400"));
    }
    for (s, subscription) in fleet.subscriptions.iter().enumerate() {
        let path = format!("subscriptions[{s}]");
        name(&subscription.id, &format!("{path}.id"), &mut subscriptions)?;
        let mut groups = HashSet::new();
        for (g, group) in subscription.resource_groups.iter().enumerate() {
            let path = format!("{path}.resourceGroups[{g}]");
            name(&group.name, &format!("{path}.name"), &mut groups)?;
            let mut workspaces = HashSet::new();
            for (w, workspace) in group.workspaces.iter().enumerate() {
                let path = format!("{path}.workspaces[{w}]");
                name(&workspace.name, &format!("{path}.name"), &mut workspaces)?;
                check_workspace(fleet, workspace, &path, &mut machines)?;
            }
        }
    }
    let mut people = HashSet::new();
    for (p, person) in fleet.people.iter().enumerate() {
        let path = format!("people[{p}]");
        name(&person.name, &format!("{path}.name"), &mut people)?;
        check_person(person, &path, &machines)?;
    }
    Ok(())
}

/// A name is there, has no slash and is not all dots (it stands in paths) and is unique among its like, ignoring case.
fn name(name: &str, path: &str, taken: &mut HashSet<String>) -> Result<(), Fault> {
    if name.trim_matches(['.', ' ']).is_empty() || name.contains(['/', '?', '#']) {
        return Err(fault(
            path,
            format!("\"{name}\" is not a name; expected text without / ? #"),
        ));
    }
    if !taken.insert(name.to_lowercase()) {
        return Err(fault(path, format!("\"{name}\" is there twice")));
    }
    Ok(())
}

fn check_workspace(
    fleet: &Fleet,
    workspace: &Workspace,
    path: &str,
    machines: &mut HashMap<String, usize>,
) -> Result<(), Fault> {
    if workspace.location.is_empty() || workspace.location.contains(char::is_whitespace) {
        return Err(fault(
            format!("{path}.location"),
            "expected a region such as westeurope",
        ));
    }
    let mut names = HashSet::new();
    for (m, machine) in workspace.machines.iter().enumerate() {
        let path = format!("{path}.machines[{m}]");
        name(&machine.name, &format!("{path}.name"), &mut names)?;
        check_machine(fleet, workspace, machine, &path)?;
        *machines
            .entry(machine_key(&workspace.name, &machine.name))
            .or_default() += 1;
    }
    Ok(())
}

fn check_machine(
    fleet: &Fleet,
    workspace: &Workspace,
    machine: &Machine,
    path: &str,
) -> Result<(), Fault> {
    let virtual_machine = matches!(
        machine.compute_type,
        ComputeType::ComputeInstance | ComputeType::AmlCompute
    );
    let priced = |size: &str| {
        fleet.prices.iter().any(|price| {
            price.arm_sku_name.eq_ignore_ascii_case(size)
                && price.region.eq_ignore_ascii_case(&workspace.location)
        }) || fleet
            .unpriced
            .iter()
            .any(|unpriced| unpriced.eq_ignore_ascii_case(size))
    };
    if virtual_machine && size(&machine.vm_size).is_none() && !priced(&machine.vm_size) {
        let message = format!(
            "no built-in size is named \"{}\" and `prices` has none for it in {}; expected a size such as \
             Standard_DS3_v2, or give its price, or list it under `unpriced`",
            machine.vm_size, workspace.location
        );
        return Err(fault(format!("{path}.vmSize"), message));
    }
    if let Some(idle) = &machine.idle_time_before_shutdown {
        idle_time(idle)
            .map_err(|message| fault(format!("{path}.idleTimeBeforeShutdown"), message))?;
    }
    if machine.schedules.len() > 4 {
        return Err(fault(
            format!("{path}.schedules"),
            "Azure allows at most four schedules per instance",
        ));
    }
    for (index, schedule) in machine.schedules.iter().enumerate() {
        check_schedule(schedule, &format!("{path}.schedules[{index}]"))?;
    }
    Ok(())
}

/// Reads an idle time as Azure takes it.
///
/// # Errors
/// It is not an ISO 8601 duration from `PT15M` to `P3D`; in words.
pub(in crate) fn idle_time(text: &str) -> Result<Duration, String> {
    let expected =
        || format!("\"{text}\" is not an idle time; expected ISO 8601 from PT15M to P3D");
    if !text.starts_with('P') {
        return Err(expected());
    }
    let length = lamplighter_core::duration::parse(text).map_err(|_| expected())?;
    let range = Duration::from_secs(15 * 60)..=Duration::from_secs(3 * 86_400);
    if range.contains(&length) {
        Ok(length)
    } else {
        Err(expected())
    }
}

fn check_schedule(schedule: &NativeSchedule, path: &str) -> Result<(), Fault> {
    if !matches!(schedule.action.as_str(), "Start" | "Stop") {
        return Err(fault(format!("{path}.action"), "expected Start or Stop"));
    }
    if !matches!(schedule.status.as_str(), "Enabled" | "Disabled") {
        return Err(fault(
            format!("{path}.status"),
            "expected Enabled or Disabled",
        ));
    }
    native::Trigger::of(schedule)
        .map(drop)
        .map_err(|(field, message)| fault(format!("{path}{field}"), message))
}

fn check_person(
    person: &Person,
    path: &str,
    machines: &HashMap<String, usize>,
) -> Result<(), Fault> {
    if person.arrives.is_some() != person.leaves.is_some() {
        let missing = if person.arrives.is_some() {
            "leaves"
        } else {
            "arrives"
        };
        return Err(fault(
            path,
            format!("`arrives` and `leaves` belong together; `{missing}` is missing"),
        ));
    }
    let mut used = HashSet::new();
    for (index, machine) in person.machines.iter().enumerate() {
        reference(machine, &format!("{path}.machines[{index}]"), machines)?;
        if !used.insert(machine.to_lowercase()) {
            return Err(fault(
                format!("{path}.machines[{index}]"),
                format!("\"{machine}\" is there twice"),
            ));
        }
    }
    for (index, job) in person.jobs.iter().enumerate() {
        reference(
            &job.machine,
            &format!("{path}.jobs[{index}].machine"),
            machines,
        )?;
    }
    Ok(())
}

fn reference(machine: &str, path: &str, machines: &HashMap<String, usize>) -> Result<(), Fault> {
    match machines.get(&machine.to_lowercase()) {
        Some(1) => Ok(()),
        Some(_) => Err(fault(
            path,
            format!("\"{machine}\" names several machines; workspace names must differ"),
        )),
        None => Err(fault(
            path,
            format!("no machine is named \"{machine}\"; expected workspace/machine"),
        )),
    }
}
