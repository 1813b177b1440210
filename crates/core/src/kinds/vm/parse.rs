//! A virtual machine, as Azure Resource Manager and Resource Graph show it.

use crate::kinds::behind;
use crate::observe::parse::{Fields, Oddity};
use crate::observe::{Compute, ComputeState, Tariff};
use serde_json::Value;

/// The ARM type of one.
pub const TYPE: &str = "Microsoft.Compute/virtualMachines";

/// What its kind tells of one that its own guest has shut down.
pub const POWERED_OFF: &str = "stopped from within, not deallocated: Azure goes on charging for it";

/// A virtual machine. `known`: the compute that it is attached as.
///
/// # Errors
/// The answer is about another resource.
pub fn vm(item: &Value, known: &Compute) -> Result<Compute, Oddity> {
    let mut compute = behind::read(item, known, TYPE)?;
    let mut oddities = std::mem::take(&mut compute.oddities);
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let mut properties = fields.below("properties");
    compute.provisioning_state = properties.text("provisioningState");
    compute.vm_size = properties.below("hardwareProfile").text("vmSize");
    let licensed = properties.text("licenseType");
    let licensed = licensed.is_some_and(|kind| kind.starts_with("Windows"));
    let mut disk = properties.below("storageProfile");
    let mut disk = disk.below("osDisk");
    let windows = disk
        .text("osType")
        .is_some_and(|os| os.eq_ignore_ascii_case("Windows"));
    // Who brings a licence pays for the machine alone.
    let windows = windows && !licensed;
    let local = disk.below("diffDiskSettings").text("option");
    let spot = properties.text("priority");
    let spot = spot
        .is_some_and(|word| word.eq_ignore_ascii_case("Spot") || word.eq_ignore_ascii_case("Low"));
    let hibernates = properties.below("additionalCapabilities");
    let hibernates = hibernates
        .get("hibernationEnabled")
        .and_then(Value::as_bool)
        == Some(true);
    compute.by_kind.tariff = match () {
        () if spot => Tariff::Spot,
        () if windows => Tariff::Windows,
        () => Tariff::Linux,
    };
    let code = power_code(&mut properties);
    compute.state = state(code.as_deref());
    let powered_off = code.as_deref() == Some("stopped");
    compute.errors = failures(&mut properties);
    compute.oddities = oddities;
    if powered_off {
        compute.by_kind.notes.push(POWERED_OFF.into());
    }
    let left_alone = match () {
        () if spot => Some("it is a spot VM, which Azure evicts by itself and may not give back"),
        () if local.is_some() => Some("its OS disk is ephemeral: it cannot be deallocated"),
        () if hibernates => Some("it may hibernate, and what it keeps then is not for us to end"),
        () => None,
    };
    compute.by_kind.no_stop = left_alone.map(str::to_owned);
    compute.by_kind.no_start = left_alone.map(str::to_owned);
    Ok(compute)
}

/// The power state's word: `running`, `deallocated`, …. Resource Graph shows it elsewhere than Resource Manager.
fn power_code(properties: &mut Fields<'_, '_>) -> Option<String> {
    let mut view = properties.below("instanceView");
    let listed = view.list("statuses").unwrap_or_default().iter();
    let listed = listed.filter_map(|status| status.get("code")?.as_str());
    let word = |code: &str| {
        let rest = code
            .get(.."PowerState/".len())
            .filter(|head| head.eq_ignore_ascii_case("PowerState/"))?;
        Some(code[rest.len()..].to_ascii_lowercase())
    };
    let listed: Vec<String> = listed.filter_map(word).collect();
    let mut extended = properties.below("extended");
    let shown = extended
        .below("instanceView")
        .below("powerState")
        .text("code");
    listed.into_iter().next().or_else(|| word(&shown?))
}

/// What Azure says of an operation that came to nothing. Resource Graph does not show it.
fn failures(properties: &mut Fields<'_, '_>) -> Vec<String> {
    let mut view = properties.below("instanceView");
    let statuses = view.list("statuses").unwrap_or_default().iter();
    let failed = statuses.filter_map(|status| {
        let text = |name: &str| status.get(name).and_then(Value::as_str);
        let code = text("code")?.to_owned();
        let lower = code.to_ascii_lowercase();
        let head = "provisioningstate/failed";
        let why = lower.starts_with(head).then(|| code.get(head.len()..))??;
        let why = why.trim_start_matches('/');
        let message = text("message").unwrap_or("no reason is given");
        Some(match why {
            "" => message.to_owned(),
            why => format!("{why}: {message}"),
        })
    });
    failed.collect()
}

fn state(power: Option<&str>) -> ComputeState {
    match power {
        // One that is stopped from within is paid for, and can be deallocated: it is on.
        Some("running" | "stopped") => ComputeState::Running,
        Some("deallocated") => ComputeState::Stopped,
        Some("starting") => ComputeState::Starting,
        Some("stopping" | "deallocating") => ComputeState::Stopping,
        Some(other) => ComputeState::Other(other.to_owned()),
        None => ComputeState::Other("power state unknown".into()),
    }
}
