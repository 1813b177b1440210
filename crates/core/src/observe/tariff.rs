//! What of a price does not follow from the size.

use serde::{Deserialize, Serialize};

/// What of a price does not follow from the size.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tariff {
    /// Linux, pay as you go.
    #[default]
    Linux,
    Windows,
    LowPriority,
    Spot,
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
/// use lamplighter_core::observe::{Tariff, without_tariff};
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
