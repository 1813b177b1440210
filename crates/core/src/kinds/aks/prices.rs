//! What a managed cluster costs beside its nodes.

use crate::kinds::goes_on::{GoesOn, ListedMeter};
use crate::kinds::meter::Meter;
use crate::observe::Compute;

/// The control plane of the Standard tier.
pub const CONTROL_PLANE: ListedMeter = ListedMeter {
    name: "aks-standard-tier",
    service: "Azure Kubernetes Service",
    meter: "Standard Uptime SLA",
};

/// What goes on while it is stopped: its control plane by its tier, and what Azure keeps for a start.
pub fn goes_on(compute: &Compute) -> Vec<GoesOn> {
    let tier = compute.by_kind.tier.as_deref();
    let is = |known: &str| tier.is_some_and(|tier| tier.eq_ignore_ascii_case(known));
    let what = |tier: &str| format!("its control plane ({tier} tier)");
    let control_plane = match tier {
        Some(_) if is("Free") => None,
        Some(_) if is("Standard") => Some(GoesOn {
            what: what("Standard"),
            meter: compute.location.clone().map(|region| Meter {
                size: CONTROL_PLANE.name.to_owned(),
                region,
                count: 1,
            }),
            usd_a_day: None,
        }),
        Some(other) => Some(GoesOn::unpriced(what(other))),
        None => Some(GoesOn::unpriced(
            "its control plane, if its tier is not Free",
        )),
    };
    let rest = "disks of volumes, IP addresses and load balancers";
    control_plane
        .into_iter()
        .chain([GoesOn::unpriced(rest)])
        .collect()
}
