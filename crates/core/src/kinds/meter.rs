//! What a price is asked for.

use crate::observe::{Compute, Tariff};

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
            size: with_tariff(compute.vm_size.as_deref()?, compute.by_kind.tariff),
            region: compute.location.clone()?,
            count: 1,
        })
    }
}

/// A size with its tariff, as prices are asked for and kept.
pub fn with_tariff(size: &str, tariff: Tariff) -> String {
    match tariff.name() {
        Some(name) => format!("{size}.{name}"),
        None => size.to_owned(),
    }
}

/// A size and its tariff again.
///
/// ```
/// use lamplighter_core::kinds::without_tariff;
/// use lamplighter_core::observe::Tariff;
///
/// assert_eq!(without_tariff("STANDARD_DS3_V2.WINDOWS"), ("STANDARD_DS3_V2", Tariff::Windows));
/// assert_eq!(without_tariff("Standard_E4-2s_v3"), ("Standard_E4-2s_v3", Tariff::Linux));
/// ```
pub fn without_tariff(size: &str) -> (&str, Tariff) {
    let found = size.rsplit_once('.').and_then(|(size, name)| {
        let others = [Tariff::Windows, Tariff::LowPriority, Tariff::Spot];
        let fits = |tariff: &Tariff| {
            tariff
                .name()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        Some((size, others.into_iter().find(fits)?))
    });
    found.unwrap_or((size, Tariff::Linux))
}

impl Tariff {
    /// As it stands after a size; `None` for the usual one.
    fn name(self) -> Option<&'static str> {
        match self {
            Tariff::Linux => None,
            Tariff::Windows => Some("windows"),
            Tariff::LowPriority => Some("low-priority"),
            Tariff::Spot => Some("spot"),
        }
    }
}
