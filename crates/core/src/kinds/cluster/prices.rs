//! What a cluster costs beside the nodes that leave.

use crate::kinds::goes_on::GoesOn;
use crate::kinds::meter::Meter;
use crate::observe::Compute;
use rust_decimal::Decimal;

/// A load balancer for each so many nodes that there may be.
const NODES_EACH: u32 = 50;
/// What one costs a day, in USD (Azure's "plan and manage costs").
const BALANCER_A_DAY: Decimal = Decimal::from_parts(33, 0, 0, false, 2);

pub fn goes_on(compute: &Compute, floor: u32) -> Vec<GoesOn> {
    let most = compute.by_kind.scale.as_ref().and_then(|scale| scale.most);
    let balancers = most.unwrap_or(1).div_ceil(NODES_EACH).max(1);
    let what = match balancers {
        1 => "a load balancer".to_owned(),
        many => format!("{many} load balancers"),
    };
    let balancers = GoesOn {
        what,
        meter: None,
        usd_a_day: Some(BALANCER_A_DAY * Decimal::from(balancers)),
    };
    let stay = (floor > 0).then(|| GoesOn {
        what: format!("the {floor} node(s) that stay"),
        meter: Meter::of(compute).map(|meter| Meter {
            count: floor,
            ..meter
        }),
        usd_a_day: None,
    });
    stay.into_iter().chain([balancers]).collect()
}
