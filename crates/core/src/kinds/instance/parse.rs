//! An instance's own properties.

use super::native_schedules::native_schedules;
use crate::duration;
use crate::observe::parse::{Fields, errors, instant};
use crate::observe::{Compute, ComputeState, LastOperation};
use serde_json::Value;

/// Reads `properties.properties`.
pub fn read(properties: &mut Fields<'_, '_>, compute: &mut Compute) {
    compute.state = ComputeState::from(properties.text("state").unwrap_or_default());
    compute.vm_size = properties.text("vmSize");
    (compute.created_by, compute.owner_id) = people(properties);
    compute.last_operation = last_operation(properties);
    compute.schedules = native_schedules(properties);
    compute.idle_time_before_shutdown = properties.read(
        "idleTimeBeforeShutdown",
        "a duration such as PT30M",
        |text| duration::parse(text).ok(),
    );
    compute.custom_applications = custom_applications(properties);
    let said = properties.list("errors").unwrap_or_default();
    compute.errors.extend(errors(said));
}

/// The names of the services that its owner added; one without a name counts too.
fn custom_applications(properties: &mut Fields<'_, '_>) -> Vec<String> {
    let services = properties.list("customServices").unwrap_or_default();
    let name = |service: &Value| {
        let name = service.get("name").and_then(Value::as_str);
        name.unwrap_or("(no name)").to_owned()
    };
    services.iter().map(name).collect()
}

/// Who made it, and the object id of the person whose it is: somebody may have made it for somebody else.
fn people(properties: &mut Fields<'_, '_>) -> (Option<String>, Option<String>) {
    let mut personal = properties.below("personalComputeInstanceSettings");
    let assigned = personal.below("assignedUser").text("objectId");
    let mut by = properties.below("createdBy");
    let (name, id) = (by.text("userName"), by.text("userId"));
    let owner = assigned.or_else(|| id.clone());
    (name.or(id), owner.map(|id| id.to_lowercase()))
}

/// The last operation, if its name and its time are known; half of one does not tell whose start or stop was the last.
fn last_operation(properties: &mut Fields<'_, '_>) -> Option<LastOperation> {
    let mut last = properties.below("lastOperation");
    let whole = last.object().filter(|whole| !whole.is_empty())?;
    let name = last.text("operationName");
    let time = last.read("operationTime", "a time", instant);
    let (status, trigger) = (last.text("operationStatus"), last.text("operationTrigger"));
    match (name, time) {
        (Some(name), Some(time)) => Some(LastOperation {
            name,
            time,
            status,
            trigger,
        }),
        _ => {
            let whole = Value::Object(whole.clone());
            properties.odd("lastOperation", "operationName and operationTime", &whole);
            None
        }
    }
}
