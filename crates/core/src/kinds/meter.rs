//! What a price is asked for.

use crate::observe::Compute;

/// What the price list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// The VM size, in any case; of another tariff than Linux, pay as you go, with that after a dot:
    /// `STANDARD_DS3_V2.low-priority`.
    pub size: String,
    pub region: String,
    /// How many of it are paid for.
    pub count: u32,
}

impl Meter {
    /// What one of a compute's size is paid by; `None` where its size or its region is unknown.
    ///
    /// ```
    /// use lamplighter_core::kinds::Meter;
    /// use lamplighter_core::observe::{Compute, Tariff};
    ///
    /// let mut compute = Compute {
    ///     vm_size: Some("STANDARD_DS3_V2".into()),
    ///     location: Some("westeurope".into()),
    ///     ..Compute::default()
    /// };
    /// compute.by_kind.tariff = Tariff::LowPriority;
    /// assert_eq!(Meter::of(&compute).ok_or("no meter")?.size, "STANDARD_DS3_V2.low-priority");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn of(compute: &Compute) -> Option<Meter> {
        Some(Meter {
            size: compute.priced_size()?,
            region: compute.location.clone()?,
            count: 1,
        })
    }
}
