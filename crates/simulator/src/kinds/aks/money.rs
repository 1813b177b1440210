//! What a cluster costs beside its nodes, stopped or not: its control plane and its load balancer, an hour in US
//! dollars.

use super::spec::Tier;
use rust_decimal::Decimal;

/// Of a tier's control plane; the price API calls it "Standard Uptime SLA".
pub(crate) fn control_plane(tier: Tier) -> Decimal {
    match tier {
        Tier::Free => Decimal::ZERO,
        Tier::Standard => Decimal::new(10, 2),
        Tier::Premium => Decimal::new(60, 2),
    }
}

/// Of a standard load balancer with up to five rules, and its address.
pub(crate) fn load_balancer() -> Decimal {
    Decimal::new(30, 3)
}
