//! A cluster's own properties.

use crate::duration;
use crate::kinds::scaled;
use crate::observe::parse::{Fields, errors};
use crate::observe::{Compute, ComputeState, Scale, Tariff};
use std::time::Duration;

/// Nodes that idle for longer than this before they leave cost more than most schedules save.
const LONG: Duration = Duration::from_secs(3600);

/// Reads `properties.properties`.
pub fn read(properties: &mut Fields<'_, '_>, compute: &mut Compute) {
    compute.vm_size = properties.text("vmSize");
    compute.by_kind.tariff = tariff(properties);
    let said = properties.list("errors").unwrap_or_default();
    compute.errors.extend(errors(said));
    let steady = properties.text("allocationState");
    let there = properties.count("currentNodeCount");
    let mut states = properties.below("nodeStateCounts");
    let idle = states.count("idleNodeCount");
    let at_work = [
        states.count("runningNodeCount"),
        states.count("preparingNodeCount"),
    ];
    let unusable = states.count("unusableNodeCount").unwrap_or(0);
    let mut settings = properties.below("scaleSettings");
    let idle_time = settings.text("nodeIdleTimeBeforeScaleDown");
    let (value, most) = (
        settings.count("minNodeCount"),
        settings.count("maxNodeCount"),
    );
    // Without them it is not known what would be changed, nor what would be lost by that.
    let (Some(value), Some(most)) = (value, most) else {
        compute.state = ComputeState::Other("scale unknown".into());
        return;
    };
    compute.by_kind.scale = Some(Scale {
        value,
        most: Some(most),
        least: None,
        idle_time: idle_time.clone(),
        there,
        idle,
    });
    compute.state = state(compute, steady.as_deref());
    scaled::settle(compute, 0);
    if let Some(count) = there {
        let at_work: u32 = at_work.iter().flatten().sum();
        let idle = idle.unwrap_or(0);
        compute.by_kind.notes.push(format!(
            "{value} node(s) kept warm; {count} there: {at_work} at work, {idle} idle"
        ));
    }
    if unusable > 0 {
        compute.by_kind.notes.push(format!(
            "{unusable} node(s) are unusable, and paid for: those that are not kept warm are taken away"
        ));
    }
    let long = idle_time
        .as_deref()
        .and_then(|text| duration::parse(text).ok());
    if let Some(length) = long.filter(|length| *length > LONG) {
        compute.by_kind.notes.push(format!(
            "a node idles for {} min before it leaves (nodeIdleTimeBeforeScaleDown): it is paid for all the while",
            length.as_secs() / 60
        ));
    }
}

/// The state as far as Azure names one: while it changes, nothing is decided.
fn state(compute: &Compute, allocation: Option<&str>) -> ComputeState {
    let provisioning = compute.provisioning_state.as_deref();
    match (provisioning, allocation) {
        (_, None) => ComputeState::Other("allocation unknown".into()),
        (Some("Succeeded") | None, Some("Steady")) => ComputeState::Running,
        (Some("Succeeded") | None, Some(_)) | (Some("Updating"), _) => ComputeState::Resizing,
        (Some("Creating"), _) => ComputeState::Creating,
        (Some("Deleting"), _) => ComputeState::Deleting,
        (Some(other), _) => ComputeState::Other(other.to_owned()),
    }
}

fn tariff(properties: &mut Fields<'_, '_>) -> Tariff {
    let is =
        |text: Option<String>, word: &str| text.is_some_and(|text| text.eq_ignore_ascii_case(word));
    let low = is(properties.text("vmPriority"), "LowPriority");
    match is(properties.text("osType"), "Windows") {
        _ if low => Tariff::LowPriority,
        true => Tariff::Windows,
        false => Tariff::Linux,
    }
}
