//! A workbench, or a compute of an account, as Azure answers in each of its versions.

use super::room;
use super::state::state;
use crate::duration;
use crate::observe::parse::{Fields, Oddity, errors, instant, usable_name};
use crate::observe::{ByKind, Compute, FoundryVersion};
use serde_json::Value;

/// The ARM type of one.
pub const TYPE: &str = "Microsoft.CognitiveServices/accounts/projects/workbenches";
/// Of a kind of ours: what has a number of nodes, in which workbenches have room; never acted on.
pub const POOLS: &str = "foundryCompute";

/// One machine of a project or an account. `asked`: the version that was asked for.
///
/// # Errors
/// It has no ARM id with a name.
pub fn machine(item: &Value, asked: FoundryVersion) -> Result<Compute, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    let name = id.rsplit('/').next().unwrap_or_default().to_owned();
    if !super::place::is_foundry(&id) || !usable_name(&name) {
        return Err(Oddity::new("workbench", "one with its ARM id", item));
    }
    let own_location = fields.text("location");
    // The envelope of versions that show no tags has no region either; that of an account's compute never has one.
    let none = item.get("tags").is_none_or(Value::is_null) && own_location.is_none();
    let newest = asked >= FoundryVersion::September2026;
    let tags_hidden = none && (newest || super::place::is_workbench(&id));
    let tags = fields.tags();
    let identity = fields.below("identity").text("type");
    let identity = identity.filter(|kind| !kind.eq_ignore_ascii_case("None"));
    let created_by = fields.below("systemData").text("createdBy");
    let mut own = fields.below("properties");
    let (status, provisioning) = (own.text("status"), own.text("provisioningState"));
    let location = own_location.or_else(|| own.text("location"));
    let created_on = own.read("creationTime", "a time", instant);
    let idle = own.read(
        "idleTimeBeforeShutdown",
        "a duration such as PT30M",
        |text| duration::parse(text).ok(),
    );
    let said = errors(own.list("errors").unwrap_or_default());
    let runs_on = own.text("targetClusterId");
    let pools = own.text("computeType").as_deref() == Some("Cluster");
    let mut compute = Compute {
        state: state(&id, status.as_deref(), provisioning.as_deref(), asked),
        location,
        tags,
        compute_type: Some(if pools { POOLS } else { TYPE }.to_owned()),
        provisioning_state: provisioning,
        created_on,
        created_by,
        idle_time_before_shutdown: idle,
        identity,
        errors: said,
        by_kind: ByKind {
            read_in: Some(asked),
            tags_hidden,
            notes: notes(&mut own, runs_on.as_deref()),
            runs_on,
            ..ByKind::default()
        },
        id,
        name,
        ..Compute::default()
    };
    if pools {
        compute.by_kind.pools = room::pools(&mut own);
    }
    compute.oddities = oddities;
    Ok(compute)
}

/// Where it runs, and by what size.
fn notes(own: &mut Fields<'_, '_>, runs_on: Option<&str>) -> Vec<String> {
    let Some(on) = runs_on else {
        return Vec::new();
    };
    let place = on.rsplit('/').next().unwrap_or(on);
    let note = match room::is_account_compute(on) {
        true => format!(
            "it has room on the Foundry compute {place}: {}",
            room::GOES_ON
        ),
        false => {
            let size = own.text("instanceType");
            let size = size.map_or_else(String::new, |size| format!(" ({size})"));
            format!(
                "it runs on the virtual cluster {place}{size}: not priced, as Azure publishes no price of that"
            )
        }
    };
    vec![note]
}
