//! One compute of a workspace.

use super::schedule::native_schedules;
use super::{Fields, time, unusable, usable_name};
use lamplighter_core::observe::{Compute, LastOperation, State, Workspace};
use serde_json::Value;

/// A compute, with whatever of it can be understood. Only one without a name is left out.
pub(crate) fn compute(item: &Value, workspace: &Workspace) -> Result<Compute, String> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let Some(name) = fields.text("name").filter(|name| usable_name(name)) else {
        return Err(unusable("compute", "one with a name", item));
    };
    let id = fields
        .text("id")
        .unwrap_or_else(|| format!("{}/computes/{name}", workspace.id));
    let (tags, location) = (fields.tags(), fields.text("location"));
    let identity = fields.below("identity").text("type");
    let identity = identity.filter(|kind| !kind.eq_ignore_ascii_case("None"));
    let mut outer = fields.below("properties");
    let compute_type = outer.text("computeType");
    let provisioning_state = outer.text("provisioningState");
    let location = location.or_else(|| outer.text("computeLocation"));
    let created_on = outer.read("createdOn", "a time", time::instant);
    let mut inner = outer.below("properties");
    let state = State::from(inner.text("state").unwrap_or_default());
    let vm_size = inner.text("vmSize");
    let created_by = created_by(&mut inner);
    let last_operation = last_operation(&mut inner);
    let schedules = native_schedules(&mut inner);
    let idle = inner.read(
        "idleTimeBeforeShutdown",
        "a duration such as PT30M",
        |text| lamplighter_core::duration::parse(text).ok(),
    );
    let custom_applications = custom_applications(&mut inner);
    Ok(Compute {
        id,
        name,
        location,
        tags,
        compute_type,
        provisioning_state,
        state,
        vm_size,
        created_on,
        created_by,
        last_operation,
        schedules,
        idle_time_before_shutdown: idle,
        identity,
        custom_applications,
        oddities,
    })
}

/// The names of the services that its owner added; one without a name counts too.
fn custom_applications(inner: &mut Fields<'_, '_>) -> Vec<String> {
    let services = inner.list("customServices").unwrap_or_default();
    let name = |service: &Value| {
        let name = service.get("name").and_then(Value::as_str);
        name.unwrap_or("(no name)").to_owned()
    };
    services.iter().map(name).collect()
}

fn created_by(inner: &mut Fields<'_, '_>) -> Option<String> {
    let mut by = inner.below("createdBy");
    by.text("userName").or_else(|| by.text("userId"))
}

/// The last operation, if its name and its time are known; half of one says nothing about who spoke last.
fn last_operation(inner: &mut Fields<'_, '_>) -> Option<LastOperation> {
    let mut last = inner.below("lastOperation");
    let whole = last.object.filter(|o| !o.is_empty())?;
    let name = last.text("operationName");
    let time = last.read("operationTime", "a time", time::instant);
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
            inner.odd("lastOperation", "operationName and operationTime", &whole);
            None
        }
    }
}
