//! The outside world: Azure Resource Manager and the Retail Prices API. Knows nothing of policy.

pub mod model;
