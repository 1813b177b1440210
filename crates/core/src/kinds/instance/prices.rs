//! What an instance costs.

use crate::kinds::meter::Meter;
use crate::observe::Compute;
use rust_decimal::Decimal;

/// What a running instance is paid by: its VM size in its region, Linux, pay as you go. `None` where either is unknown.
///
/// ```
/// use lamplighter_core::kinds::instance::prices::meter;
/// use lamplighter_core::observe::Compute;
///
/// let mut compute = Compute { vm_size: Some("STANDARD_DS3_V2".into()), ..Compute::default() };
/// assert_eq!(meter(&compute), None);
/// compute.location = Some("westeurope".into());
/// let meter = meter(&compute).ok_or("no meter")?;
/// assert_eq!((&*meter.size, &*meter.region, meter.count), ("STANDARD_DS3_V2", "westeurope", 1));
/// # Ok::<(), &str>(())
/// ```
pub fn meter(compute: &Compute) -> Option<Meter> {
    Meter::of(compute)
}

/// What a stopped instance still costs a day, in USD at list price: its disk (P10, 17.92 a month), its load balancer
/// (about 0.33 a day) and its public IP (about 0.12 a day). None of it is ever counted as saved.
pub const STOPPED_COSTS_A_DAY: Decimal = Decimal::from_parts(104, 0, 0, false, 2);
